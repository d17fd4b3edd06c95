/* core/system: core's own table of commands, for rooms.c. */
#ifndef TB_CORE_SYSTEM_H
#define TB_CORE_SYSTEM_H

#include "core/core.h"

extern const struct room core_room;

#endif
