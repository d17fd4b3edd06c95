/* base/disk: how full the disk under a folder is (K3: new work is refused before it is full). */
#ifndef TB_BASE_DISK_H
#define TB_BASE_DISK_H

enum {
    DISK_NARROW = 97, /* percent: nothing new is begun from here on */
    DISK_BRINK = 99,  /* the program's own work stops too */
};

/* Percent of the room that is there for the program's user, rounded down; 0 when it cannot be told. Any
 * thread; one call into the kernel. */
int disk_used(const char *folder);

#endif
