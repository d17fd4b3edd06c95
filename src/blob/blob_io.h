/* The system calls of the store in one table, so that a test can stand between: hold back what was
 * not synced and lose it at a power cut, fail a call, end at a call. Meaning and errno as in the
 * manual pages. */
#ifndef TB_BLOB_BLOB_IO_H
#define TB_BLOB_BLOB_IO_H

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/types.h>

struct blob_io {
    int (*open)(const char *path, int flags, mode_t mode);
    int (*close)(int fd);
    ssize_t (*pread)(int fd, void *p, size_t n, off_t at);
    ssize_t (*pwrite)(int fd, const void *p, size_t n, off_t at);
    int (*fsync)(int fd);
    int (*ftruncate)(int fd, off_t size);
    int (*fstat)(int fd, struct stat *out);
    int (*rename)(const char *from, const char *to);
    int (*unlink)(const char *path);
    int (*mkdir)(const char *path, mode_t mode);
    int (*flock)(int fd, int operation);
    int (*statvfs)(const char *path, struct statvfs *out);
};

extern const struct blob_io blob_io_real;

#endif
