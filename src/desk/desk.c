/* The room's table, joined from its subjects. */
#include "desk/desk_in.h"

#include "base/check.h"

extern const struct command desk_item_commands[], desk_opinion_commands[], desk_due_commands[],
    desk_reading_commands[], desk_attachment_commands[];
extern const size_t desk_item_commands_n, desk_opinion_commands_n, desk_due_commands_n,
    desk_reading_commands_n, desk_attachment_commands_n;
