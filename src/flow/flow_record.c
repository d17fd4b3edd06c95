/* A command as the trace keeps it: input, clock, persons resolved. Replay applies it again with an
 * organisation that gives the recorded answers, and must arrive at the same bytes (I10). */
#include "flow/flow_in.h"

static void write_who_list(struct jw *w, const char *key, const struct flow_who *who, size_t n,
                           struct arena *a)
{
    jw_karr(w, key);
    for (size_t i = 0; i < n; i++)
        jw_str(w, flow_who_text(a, &who[i]));
    jw_arr_end(w);
}

static void write_number(struct jw *w, const char *key, int64_t v)
{
    if (v)
        jw_ki64(w, key, v);
}

static void write_text(struct jw *w, const char *key, struct str s)
{
    if (s.n)
        jw_kstr(w, key, s);
}

void flow_record_write(struct jw *w, const struct flow_command *cmd, int64_t now,
                       const struct flow_delta *delta)
{
    struct arena *a = arena_new();
    jw_obj(w);
    jw_ktext(w, "op", flow_op_name(cmd->op));
    jw_ki64(w, "now", now);
    write_text(w, "actor", flow_who_text(a, &cmd->actor));
    write_number(w, "is_admin", cmd->is_admin);
    write_number(w, "leaf", cmd->leaf);
    write_number(w, "other_leaf", cmd->other_leaf);
    write_number(w, "act", cmd->act);
    write_number(w, "to_act", cmd->to_act);
    write_text(w, "to_node", cmd->to_node);
    write_number(w, "way", cmd->way);
    write_text(w, "outcome", cmd->outcome);
    write_text(w, "reason", cmd->reason);
    if (cmd->vars)
        jw_kraw(w, "vars", jv_canonical(a, cmd->vars));
    if (cmd->who_n)
        write_who_list(w, "who", cmd->who, cmd->who_n, a);
    write_number(w, "place", cmd->place);
    write_number(w, "mode", cmd->mode);
    write_number(w, "role", cmd->role);
    write_number(w, "ref", cmd->ref);
    write_number(w, "scope", cmd->scope);
    write_text(w, "name", cmd->name);
    if (cmd->value)
        jw_kraw(w, "value", jv_canonical(a, cmd->value));
    if (cmd->map)
        jw_kraw(w, "map", jv_canonical(a, cmd->map));
    jw_karr(w, "answers");
    for (size_t i = 0; i < delta->answer_n; i++) {
        jw_obj(w);
        jw_kstr(w, "term", delta->answer[i].term);
        if (delta->answer[i].node < 0) {
            jw_ki64(w, "value", delta->answer[i].value);
            jw_obj_end(w);
            continue;
        }
        write_who_list(w, "who", delta->answer[i].who, delta->answer[i].n, a);
        jw_obj_end(w);
    }
    jw_arr_end(w);
    jw_obj_end(w);
    arena_free(&a);
}

static struct flow_who *who_list(struct arena *a, const struct jv *list, size_t *n)
{
    *n = jv_size(list);
    struct flow_who *who = arena_array_of(a, struct flow_who, *n);
    for (size_t i = 0; i < *n; i++)
        who[i] = flow_who_parse(str_copy(a, jv_str(jv_at(list, i))));
    return who;
}

struct playback {
    const struct jv *answers;
    size_t at;
};

static bool play(void *arg, struct arena *a, const struct flow_term *term,
                 const struct flow_resolve_ctx *ctx, struct flow_who **out, size_t *n,
                 struct err *err)
{
    struct playback *p = arg;
    (void)ctx;
    const struct jv *one = jv_at(p->answers, p->at++);
    if (!str_eq(jv_str(jv_get(one, "term")), term->text))
        return err_set(err, a, ERR_INTERNAL, "flow.record_broken", NULL, NULL, NULL, NULL);
    *out = who_list(a, jv_get(one, "who"), n);
    return true;
}

static int64_t play_value(struct playback *p, const char *term)
{
    const struct jv *one = jv_at(p->answers, p->at++);
    return str_is(jv_str(jv_get(one, "term")), term) ? jv_i64(jv_get(one, "value")) : 0;
}

static bool play_workdays(void *arg, int64_t from, int64_t to, int64_t *out)
{
    (void)from, (void)to;
    *out = play_value(arg, "workdays");
    return true;
}

static bool play_role(void *arg, struct str role)
{
    (void)role;
    return play_value(arg, "in role") != 0;
}

static bool has_answer(const struct jv *answers, const char *term)
{
    for (size_t i = 0; i < jv_size(answers); i++)
        if (str_is(jv_str(jv_get(jv_at(answers, i), "term")), term))
            return true;
    return false;
}

static int number(const struct jv *record, const char *key)
{
    int64_t v = jv_i64(jv_get(record, key));
    return v < 0 || v > INT32_MAX ? 0 : (int)v;
}

static struct str text(struct arena *a, const struct jv *record, const char *key)
{
    struct str s = jv_str(jv_get(record, key));
    return s.p ? str_copy(a, s) : s;
}

bool flow_record_migrates(const struct jv *record)
{
    return str_is(jv_str(jv_get(record, "op")), flow_op_name(FLOW_MIGRATE));
}

bool flow_record_apply(struct arena *a, const struct flow_net *net, struct flow_state *state,
                       const struct jv *record, struct flow_delta *out, struct err *err)
{
    return flow_record_migrate(a, net, NULL, state, record, out, err);
}

bool flow_record_migrate(struct arena *a, const struct flow_net *net, const struct flow_net *to_net,
                         struct flow_state *state, const struct jv *record, struct flow_delta *out,
                         struct err *err)
{
    int op = 0;
    while (op < FLOW_OP_COUNT &&
           !str_is(jv_str(jv_get(record, "op")), flow_op_name((enum flow_op)op)))
        op++;
    if (op == FLOW_OP_COUNT || number(record, "way") > FLOW_WAY_REWORK ||
        number(record, "place") > FLOW_BESIDE || number(record, "mode") > FLOW_MODE_SEQ ||
        number(record, "role") > FLOW_ROLE_REWORK)
        return err_set(err, a, ERR_INTERNAL, "flow.record_broken", NULL, NULL, NULL, NULL);
    struct flow_command cmd = {
        .op = (enum flow_op)op,
        .actor = flow_who_parse(text(a, record, "actor")),
        .is_admin = number(record, "is_admin"),
        .leaf = number(record, "leaf"),
        .other_leaf = number(record, "other_leaf"),
        .act = number(record, "act"),
        .to_act = number(record, "to_act"),
        .to_node = text(a, record, "to_node"),
        .way = (enum flow_way)number(record, "way"),
        .outcome = text(a, record, "outcome"),
        .reason = text(a, record, "reason"),
        .vars = jv_get(record, "vars"),
        .place = (enum flow_place)number(record, "place"),
        .mode = (enum flow_mode)number(record, "mode"),
        .role = (enum flow_role)number(record, "role"),
        .ref = number(record, "ref"),
        .scope = number(record, "scope"),
        .name = text(a, record, "name"),
        .value = jv_get(record, "value"),
        .map = jv_get(record, "map"),
        .to_net = to_net,
    };
    cmd.who = who_list(a, jv_get(record, "who"), &cmd.who_n);
    struct playback p = { jv_get(record, "answers"), 0 };
    struct flow_org org = { .resolve = play,
                            .arg = &p,
                            .workdays = has_answer(p.answers, "workdays") ? play_workdays : NULL,
                            .in_role = has_answer(p.answers, "in role") ? play_role : NULL };
    return flow_apply(a, net, state, &cmd, &org, jv_i64(jv_get(record, "now")), out, err);
}
