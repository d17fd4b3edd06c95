/* Who acts: equality and the text form that variables, traces and `flow run` use. */
#include "flow/flow_in.h"

bool flow_who_eq(const struct flow_who *x, const struct flow_who *y)
{
    if (x->kind != y->kind || x->id != y->id)
        return false;
    return (x->kind != FLOW_NAME && x->kind != FLOW_POOL) || str_eq(x->name, y->name);
}

/* One form for one who, so that a state and its replay are the same bytes. */
struct flow_who who_tidy(const struct flow_who *who)
{
    if (who->kind == FLOW_NAME)
        return flow_who_parse(who->name);
    struct flow_who w = { who->kind, who->kind ? who->id : 0, STR_NONE };
    if (who->kind == FLOW_POOL)
        w.name = who->name.p ? who->name : STR("");
    return w;
}

struct str flow_who_text(struct arena *a, const struct flow_who *who)
{
    switch (who->kind) {
    case FLOW_POST: return str_printf(a, "post:%lld", (long long)who->id);
    case FLOW_PERSON: return str_printf(a, "person:%lld", (long long)who->id);
    case FLOW_UNIT: return str_printf(a, "unit:%lld", (long long)who->id);
    case FLOW_POOL: return str_printf(a, "pool:%lld:%.*s", (long long)who->id, STR_ARG(who->name));
    case FLOW_NAME: return who->name;
    case FLOW_NOBODY: break;
    }
    return STR("");
}

struct flow_who flow_who_parse(struct str text)
{
    static const struct {
        struct str head;
        enum flow_who_kind kind;
    } heads[] = { { { "post:", 5 }, FLOW_POST },
                  { { "person:", 7 }, FLOW_PERSON },
                  { { "unit:", 5 }, FLOW_UNIT } };
    struct flow_who who = { .kind = text.n ? FLOW_NAME : FLOW_NOBODY, .name = text };
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (str_starts(text, heads[i].head) &&
            str_to_i64(str_sub(text, heads[i].head.n, text.n), &who.id)) {
            who.kind = heads[i].kind;
            who.name = STR_NONE;
            return who;
        }
    if (str_starts(text, STR("role:"))) {
        who.kind = FLOW_POOL;
        who.name = str_sub(text, 5, text.n);
        return who;
    }
    struct str rest = str_sub(text, 5, text.n), id;
    if (str_starts(text, STR("pool:")) && str_cut(&rest, ':', &id) && str_to_i64(id, &who.id)) {
        who.kind = FLOW_POOL;
        who.name = rest.p ? rest : STR("");
    }
    return who;
}
