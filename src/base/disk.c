#include "base/disk.h"

#include <sys/statvfs.h>

int disk_used(const char *folder)
{
    struct statvfs v;
    if (statvfs(folder, &v) != 0 || v.f_blocks == 0)
        return 0;
    return (int)(100 - (v.f_bavail * 100 + v.f_blocks - 1) / v.f_blocks);
}
