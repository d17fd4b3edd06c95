/* The rooms of the program, lowest floor first: events are handled in this order. */
#include "core/core.h"
#include "core/login.h"
#include "core/system.h"
#include "demo/demo_build.h"
#include "org/org.h"

const struct room *const rooms[] = {
    &core_room,
    &login_room,
    &org_room,
    &demo_room,
    NULL,
};
