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

bool vars_set(struct work *w, struct str name, struct str json)
{
    bool found;
    int at = var_at(w->s, name, &found);
    w->vars_changed = true;
    if (!found) {
        if (w->s->var.n == VAR_MOST)
            return flow_err(w, ERR_TOO_LARGE, "flow.bad_vars", NULL);
        ARRAY_MORE(w->a, w->s->var);
        memmove(&w->s->var.p[at + 1], &w->s->var.p[at],
                (size_t)(w->s->var.n - at) * sizeof *w->s->var.p);
        w->s->var.p[at].name = str_copy(w->a, name);
        w->s->var.n++;
    }
    w->s->var.p[at].json = json;
    return true;
}

bool vars_merge(struct work *w, const struct jv *vars)
{
    if (!vars || jv_kind(vars) == JV_NULL)
        return true;
    if (jv_kind(vars) != JV_OBJECT)
        return flow_err(w, ERR_INVALID, "flow.bad_vars", NULL);
    struct str name;
    const struct jv *v;
    for (const void *it = NULL; (it = jv_next(vars, it, &name, &v));)
        if (!vars_set(w, name, jv_canonical(w->a, v)))
            return false;
    return true;
}

/* The item of the branch, else the variable of the instance. */
struct str vars_find(const struct flow_net *net, const struct flow_state *s, int scope,
                     struct str name)
{
    for (int k = scope; k > 0 && k < s->scope.n; k = s->scope.p[k].parent) {
        const struct scope *x = &s->scope.p[k];
        if (x->item && str_eq(net->node_in[x->node].multi_item, name))
            return x->value;
    }
    return flow_var(s, name);
}

struct str flow_var(const struct flow_state *s, struct str name)
{
    bool found;
    int at = var_at(s, name, &found);
    return found ? s->var.p[at].json : STR_NONE;
}

void flow_state_forget(struct flow_state *s)
{
    s->var.n = 0;
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

/* scope -1: anywhere; else in it or around it. */
static const struct act *latest_done(const struct flow_state *s, int node, int scope)
{
    const struct act *best = NULL;
    for (int i = 0; i < s->act.n; i++)
        if (s->act.p[i].node == node && s->act.p[i].state == ACT_DONE && !s->act.p[i].is_item &&
            (scope < 0 || scope_is_in(s, scope, s->act.p[i].scope)) &&
            (!best || s->act.p[i].complete > best->complete))
            best = &s->act.p[i];
    return best;
}

struct str flow_node_outcome(const struct flow_state *s, int node)
{
    const struct act *act = latest_done(s, node, -1);
    return act ? act->outcome : STR_NONE;
}

/* In one's own branch first. */
static struct str outcome_near(const struct flow_state *s, int node, int scope)
{
    const struct act *act = latest_done(s, node, scope);
    return act ? act->outcome : flow_node_outcome(s, node);
}

struct seen {
    struct work *w;
    int scope, via;
    const struct vote *vote;
    const struct jv *other; /* only these variables */
};

static const struct feel_value *text_value(struct arena *a, struct str s)
{
    return s.p ? feel_of_str(a, s) : NULL;
}

/* In the order of vote_value. */
static const char *const counted[] = { "agree", "disagree", "total", "nrOfInstances",
                                       "nrOfCompletedInstances", "nrOfActiveInstances",
                                       "loopCounter" };

bool vars_is_counted(struct str name)
{
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
        if (str_is(name, counted[i]))
            return true;
    return false;
}

static bool vote_value(const struct seen *x, struct arena *a, struct str name,
                       const struct feel_value **out)
{
    const int values[] = { x->vote->agree,     x->vote->disagree,  x->vote->total,
                           x->vote->instances, x->vote->completed, x->vote->active,
                           x->vote->completed + 1 };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (str_is(name, counted[i])) {
            *out = feel_of_i64(a, values[i]);
            return true;
        }
    return false;
}

static bool look_item(const struct seen *x, struct arena *a, struct str name,
                      const struct feel_value **out)
{
    if (!str_is(name, "loopCounter"))
        return false;
    const struct flow_state *s = x->w->s;
    for (int k = x->scope; k > 0; k = s->scope.p[k].parent)
        if (s->scope.p[k].item) {
            *out = feel_of_i64(a, s->scope.p[k].item);
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
    struct str json = vars_find(x->w->net, s, x->scope, name);
    if (json.p) {
        *out = feel_of_json(a, jv_parse(a, json, NULL, NULL));
        return true;
    }
    if (look_item(x, a, name, out))
        return true;
    int node = flow_node_find(x->w->net, name);
    if (node < 0)
        return false;
    struct str *key = arena_new_of(a, struct str);
    const struct feel_value **value = arena_new_of(a, const struct feel_value *);
    *key = STR("outcome");
    *value = text_value(a, outcome_near(s, node, x->scope));
    *out = feel_context(a, key, value, 1);
    return true;
}

static bool look_other(void *arg, struct arena *a, struct str name, const struct feel_value **out)
{
    const struct seen *x = arg;
    const struct jv *v = jv_get(x->other, arena_strndup(a, name.p, name.n));
    *out = v ? feel_of_json(a, v) : NULL;
    return v != NULL;
}

/* --- host functions, whose answers are recorded ------------------------------------------------
 */

static void record(struct work *w, const char *term, int64_t value)
{
    ARRAY_MORE(w->a, w->answer);
    w->answer.p[w->answer.n++] =
        (struct flow_answer){ .node = -1, .term = str_of(term), .value = value };
}

static bool workdays(void *arg, int64_t from, int64_t to, int64_t *out)
{
    const struct seen *x = arg;
    const struct flow_org *org = x->w->org;
    if (!org || !org->workdays || !org->workdays(org->arg, from, to, out))
        return false;
    record(x->w, "workdays", *out);
    return true;
}

static bool in_role(void *arg, struct str role)
{
    const struct seen *x = arg;
    const struct flow_org *org = x->w->org;
    if (!org || !org->in_role)
        return false;
    bool yes = org->in_role(org->arg, role);
    record(x->w, "in role", yes);
    return yes;
}

static struct feel_env env_of(const struct work *w, struct seen *x)
{
    return (struct feel_env){ .get = x->other ? look_other : look,
                              .arg = x,
                              .now = w->now,
                              .workdays = w->org && w->org->workdays ? workdays : NULL,
                              .in_role = w->org && w->org->in_role ? in_role : NULL };
}

static const struct feel_value *eval(struct work *w, const struct feel *e, struct seen *x)
{
    struct feel_env env = env_of(w, x);
    return feel_eval(w->a, e, &env, NULL);
}

/* --- values ----------------------------------------------------------------------------------- */

const struct feel_value *vars_value(struct work *w, const struct feel *e, int scope, int via)
{
    struct seen x = { .w = w, .scope = scope, .via = via };
    return eval(w, e, &x);
}

int vars_test(struct work *w, const struct feel *e, int scope, int via, const struct vote *vote)
{
    struct seen x = { .w = w, .scope = scope, .via = via, .vote = vote };
    return feel_as_bool(eval(w, e, &x));
}

static struct str json_as(struct work *w, const struct feel_value *v, bool leaves)
{
    struct buf b = buf_in(w->a);
    struct jw out = jw_to(&b);
    feel_write_exact(&out, v, leaves);
    return jv_canonical(w->a, jv_parse(w->a, buf_done(&b), NULL, NULL));
}

static struct str json_of(struct work *w, const struct feel_value *v)
{
    return json_as(w, v, false);
}

struct str vars_json(struct work *w, const struct feel *e, int scope, int via)
{
    return json_of(w, vars_value(w, e, scope, via));
}

int vars_tests(struct work *w, const struct feel *e, const struct feel_value *input, int scope,
               int via)
{
    struct seen x = { .w = w, .scope = scope, .via = via };
    struct feel_env env = env_of(w, &x);
    return feel_eval_tests(w->a, e, input, &env);
}

static bool look_values(void *arg, struct arena *a, struct str name, const struct feel_value **out)
{
    (void)a;
    *out = arg;
    return str_is(name, "?");
}

struct str vars_fold(struct work *w, const char *text, const struct feel_value *values)
{
    struct feel_env env = { .get = look_values, .arg = (void *)(uintptr_t)values, .now = w->now };
    const struct feel *e = feel_compile(w->a, str_of(text), NULL, NULL, NULL);
    return json_of(w, feel_eval(w->a, e, &env, NULL));
}

struct str vars_map(struct work *w, const struct map_line *line, size_t n, int scope, int via)
{
    struct buf b = buf_in(w->a);
    struct jw out = jw_to(&b);
    jw_obj(&out);
    for (size_t i = 0; i < n; i++) { /* in byte order: net_read_extension sorts them */
        jw_key_str(&out, line[i].to);
        jw_raw(&out, json_as(w, vars_value(w, line[i].from, scope, via), true));
    }
    jw_obj_end(&out);
    return buf_done(&b);
}

bool vars_map_from(struct work *w, const struct map_line *line, size_t n, const struct jv *vars)
{
    struct arena *a = w->a;
    const struct jv *none = jv_parse(a, STR("{}"), NULL, NULL);
    struct seen x = { .w = w, .other = vars && jv_kind(vars) == JV_OBJECT ? vars : none };
    for (size_t i = 0; i < n; i++)
        if (!vars_set(w, line[i].to, json_of(w, eval(w, line[i].from, &x))))
            return false;
    return true;
}

struct str flow_start_vars(struct arena *a, const struct flow_net *net, int node,
                           const struct jv *message, int64_t now)
{
    struct work w = { .a = a, .net = net, .now = now };
    struct seen x = { .w = &w, .other = message };
    const struct node_in *in = &net->node_in[node];
    struct buf b = buf_in(a);
    struct jw out = jw_to(&b);
    if (jv_kind(message) != JV_OBJECT)
        return STR("{}");
    if (!in->out_map_n)
        return jv_canonical(a, message);
    jw_obj(&out);
    for (size_t i = 0; i < in->out_map_n; i++) {
        jw_key_str(&out, in->out_map[i].to);
        jw_raw(&out, json_of(&w, eval(&w, in->out_map[i].from, &x)));
    }
    jw_obj_end(&out);
    return buf_done(&b);
}

struct flow_who flow_start_unit(struct arena *a, const struct flow_net *net, int node,
                                const struct jv *message, int64_t now)
{
    struct work w = { .a = a, .net = net, .now = now };
    struct seen x = { .w = &w, .other = message };
    const struct feel *to = net->node_in[node].correlation;
    const struct flow_who nobody = { FLOW_NOBODY, 0, STR("") };
    if (!to || jv_kind(message) != JV_OBJECT)
        return nobody;
    const struct jv *v = jv_parse(a, json_of(&w, eval(&w, to, &x)), NULL, NULL);
    if (jv_kind(v) == JV_ARRAY && jv_size(v) == 1)
        v = jv_at(v, 0);
    struct flow_who who = jv_kind(v) == JV_STRING ? flow_who_parse(jv_str(v)) : nobody;
    return who.kind == FLOW_UNIT ? who : nobody;
}

bool vars_script(struct work *w, int node, int scope, int via)
{
    const struct node_in *in = &w->net->node_in[node];
    for (size_t i = 0; i < in->script_n; i++)
        if (!vars_set(w, in->script[i].to, vars_json(w, in->script[i].from, scope, via)))
            return false;
    return true;
}

struct str flow_due(struct arena *a, const struct flow_net *net, const struct flow_state *state,
                    int act, int64_t now)
{
    const struct act *x = act_of(state, act);
    const struct feel *e = net->node_in[x->node].due;
    if (!e)
        return net->node[x->node].due;
    /* read only: an expression changes nothing */
    struct work w = { .a = a, .net = net, .s = (struct flow_state *)(uintptr_t)state, .now = now };
    const struct feel_value *v = vars_value(&w, e, x->scope, 0);
    const char *kind = feel_kind(v);
    struct str text = feel_text(a, v);
    if (strcmp(kind, "date") == 0)
        return str_printf(a, "=%.*s", STR_ARG(text));
    bool is_limit = strcmp(kind, "dateTime") == 0 || (strcmp(kind, "string") == 0 && net_is_period(text));
    return is_limit ? text : STR_NONE;
}
