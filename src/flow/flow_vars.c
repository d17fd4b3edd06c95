/* Variables of an instance (values as JSON text, sorted by name) and what expressions see: the
 * outcome on the token's way, the variables, and each node's latest outcome by its id. */
#include "flow/flow_in.h"

#define VAR_MOST 500

static int var_at(const struct flow_state *s, struct str name, bool *found)
{
    int lo = 0, hi = s->var.n;
    *found = false;
    while (lo < hi) {
        int mid = (lo + hi) / 2, c = str_cmp(s->var.p[mid].name, name);
        if (c == 0) {
            *found = true;
            return mid;
        }
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

bool vars_merge(struct work *w, const struct jv *vars)
{
    if (!vars || jv_kind(vars) == JV_NULL)
        return true;
    if (jv_kind(vars) != JV_OBJECT)
        return flow_err(w, ERR_INVALID, "flow.bad_vars", NULL);
    struct str name;
    const struct jv *v;
    for (const void *it = NULL; (it = jv_next(vars, it, &name, &v));) {
        bool found;
        int at = var_at(w->s, name, &found);
        if (!found) {
            if (w->s->var.n == VAR_MOST)
                return flow_err(w, ERR_TOO_LARGE, "flow.bad_vars", NULL);
            ARRAY_MORE(w->a, w->s->var);
            memmove(&w->s->var.p[at + 1], &w->s->var.p[at],
                    (size_t)(w->s->var.n - at) * sizeof *w->s->var.p);
            w->s->var.p[at].name = str_copy(w->a, name);
            w->s->var.n++;
        }
        w->s->var.p[at].json = jv_canonical(w->a, v);
    }
    return true;
}

struct str flow_var(const struct flow_state *s, struct str name)
{
    bool found;
    int at = var_at(s, name, &found);
    return found ? s->var.p[at].json : STR_NONE;
}

void flow_vars_write(struct jw *w, const struct flow_state *s)
{
    jw_obj(w);
    for (int i = 0; i < s->var.n; i++) {
        jw_key_str(w, s->var.p[i].name);
        jw_raw(w, s->var.p[i].json);
    }
    jw_obj_end(w);
}

static const struct act *latest_done(const struct flow_state *s, int node)
{
    const struct act *best = NULL;
    for (int i = 0; i < s->act.n; i++)
        if (s->act.p[i].node == node && s->act.p[i].state == ACT_DONE &&
            (!best || s->act.p[i].complete > best->complete))
            best = &s->act.p[i];
    return best;
}

struct str flow_node_outcome(const struct flow_state *s, int node)
{
    const struct act *act = latest_done(s, node);
    return act ? act->outcome : STR_NONE;
}

struct seen {
    struct work *w;
    int via;
    const struct vote *vote;
};

static const struct feel_value *text_value(struct arena *a, struct str s)
{
    return s.p ? feel_of_str(a, s) : NULL;
}

static bool vote_value(const struct seen *x, struct arena *a, struct str name,
                       const struct feel_value **out)
{
    const struct {
        const char *name;
        int value;
    } names[] = { { "agree", x->vote->agree },
                  { "disagree", x->vote->disagree },
                  { "total", x->vote->total },
                  { "nrOfInstances", x->vote->instances },
                  { "nrOfCompletedInstances", x->vote->completed },
                  { "nrOfActiveInstances", x->vote->active },
                  { "loopCounter", x->vote->completed + 1 } };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(name, names[i].name)) {
            *out = feel_of_i64(a, names[i].value);
            return true;
        }
    return false;
}

static bool look(void *arg, struct arena *a, struct str name, const struct feel_value **out)
{
    const struct seen *x = arg;
    const struct flow_state *s = x->w->s;
    if (x->vote && vote_value(x, a, name, out))
        return true;
    if (str_is(name, "outcome")) {
        *out = x->via ? text_value(a, act_of(s, x->via)->outcome) : NULL;
        return true;
    }
    bool found;
    int at = var_at(s, name, &found);
    if (found) {
        *out = feel_of_json(a, jv_parse(a, s->var.p[at].json, NULL, NULL));
        return true;
    }
    int node = flow_node_find(x->w->net, name);
    if (node < 0)
        return false;
    struct str *key = arena_new_of(a, struct str);
    const struct feel_value **value = arena_new_of(a, const struct feel_value *);
    *key = STR("outcome");
    *value = text_value(a, flow_node_outcome(s, node));
    *out = feel_context(a, key, value, 1);
    return true;
}

const struct feel_value *vars_value(struct work *w, const struct feel *e, int via)
{
    struct seen x = { w, via, NULL };
    struct feel_env env = { .get = look, .arg = &x, .now = w->now };
    return feel_eval(w->a, e, &env, NULL);
}

int vars_test(struct work *w, const struct feel *e, int via, const struct vote *vote)
{
    struct seen x = { w, via, vote };
    struct feel_env env = { .get = look, .arg = &x, .now = w->now };
    return feel_eval_bool(w->a, e, &env);
}
