/* core/incident: system incidents (系统事件). An act that was running when the program died is
 * watched; one that was running at two deaths is refused from then on, for everybody, with an
 * incident for the operator, who may acknowledge it and release it again. An act is a command with
 * its input (or a read with its parameters and its person); a watched one that runs through is
 * forgotten. What is at stake is the whole city: one poisonous act, repeated by a patient browser,
 * would take it down for good.
 *
 * Not covered: what dies before an act has a name (the parsers of HTTP and JSON), and faults in the
 * commit itself, which are the engine's. */
#ifndef TB_CORE_INCIDENT_H
#define TB_CORE_INCIDENT_H

#include "core/core.h"

extern const struct room incident_room;

enum incident_state { INCIDENT_WATCHED, INCIDENT_REFUSED, INCIDENT_RELEASED };

struct incident {
    int64_t id, person_id, crashes, first_at, last_at, handled_at;
    struct str what;   /* the command or read */
    struct str person; /* whose act it was last; may be absent */
    struct str signal; /* "SIGSEGV", or absent: killed from outside */
    enum incident_state state;
    struct str handled_by, note;
};
/* Input of the commands incident.acknowledge and incident.release. */
struct incident_handle {
    int64_t incident_id;
    struct str note;
};
/* Newest first, before an id (0: all), for the page and the command line. Rows by incident_next. */
void incident_rows(struct ctx *cx, struct rows *r, int64_t before, int64_t limit);
bool incident_next(struct ctx *cx, struct rows *r, struct incident *out);

#endif
