/* FEEL text → tree: a Pratt parser straight over the bytes, without a list of tokens, because
 * names may hold spaces and only the position knows what can follow. What FEEL has and this subset
 * has not (for, function, instance of, external calls) is refused here. */
#include "base/check.h"
#include "feel/feel_in.h"

#define TEXT_MOST 8192
#define DEPTH_MOST 100

static const struct fn *expression(struct parser *p, int least);
static const struct fn *test(struct parser *p);

static struct fn *node(struct parser *p, enum fn_op op)
{
    struct fn *n = arena_new_of(p->a, struct fn);
    n->op = op;
    return n;
}

static void use(struct parser *p, struct str n)
{
    for (const struct local *l = p->local; l; l = l->outer)
        if (str_eq(l->name, n))
            return;
    for (size_t i = 0; i < p->used_n; i++)
        if (str_eq(p->used[i], n))
            return;
    if (p->used_n == p->used_size) {
        size_t size = p->used_size ? p->used_size * 2 : 8;
        p->used = arena_grow(p->a, p->used, p->used_size * sizeof *p->used, size * sizeof *p->used);
        p->used_size = size;
    }
    p->used[p->used_n++] = n;
}

/* --- lists that grow while parsing ------------------------------------------------------------ */

static void push(struct parser *p, struct fn *n, const struct fn *child, struct str key)
{
    if ((n->n & (n->n - 1)) == 0) { /* full at every power of two */
        size_t size = n->n ? n->n * 2 : 1;
        n->many = arena_grow(p->a, n->many, n->n * sizeof *n->many, size * sizeof *n->many);
        n->names = arena_grow(p->a, n->names, n->n * sizeof *n->names, size * sizeof *n->names);
    }
    n->many[n->n] = child;
    n->names[n->n++] = key;
}

static const struct fn *literal(struct parser *p, const struct feel_value *v)
{
    struct fn *n = node(p, FN_LIT);
    n->lit = v;
    return n;
}

static const struct fn *number(struct parser *p)
{
    size_t from = p->i;
    while (p->i < p->s.n && p->s.p[p->i] >= '0' && p->s.p[p->i] <= '9')
        p->i++;
    if (p->i + 1 < p->s.n && p->s.p[p->i] == '.' && p->s.p[p->i + 1] >= '0' &&
        p->s.p[p->i + 1] <= '9')
        for (p->i++; p->i < p->s.n && p->s.p[p->i] >= '0' && p->s.p[p->i] <= '9';)
            p->i++;
    size_t e = p->i;
    if (e < p->s.n && (p->s.p[e] | 32) == 'e') {
        e++;
        if (e < p->s.n && (p->s.p[e] == '+' || p->s.p[e] == '-'))
            e++;
        size_t digits = e;
        while (e < p->s.n && p->s.p[e] >= '0' && p->s.p[e] <= '9')
            e++;
        if (e > digits)
            p->i = e;
    }
    struct feel_dec d;
    if (!dec_parse(str_sub(p->s, from, p->i - from), &d))
        return scan_refuse(p, "数太大或写法不对");
    return literal(p, fv_num(p->a, d));
}

/* --- brackets --------------------------------------------------------------------------------- */

/* Behind ".." of a range. Both "]" and ")" close, and "[" as the old way to say open. */
static const struct fn *range_rest(struct parser *p, const struct fn *lo, bool lo_closed)
{
    struct fn *n = node(p, FN_RANGE);
    n->kid[0] = lo;
    n->lo_closed = lo_closed;
    bool before = p->no_filter;
    p->no_filter = true;
    n->kid[1] = expression(p, 3);
    p->no_filter = before;
    if (!n->kid[1])
        return NULL;
    n->hi_closed = scan_sign(p, "]");
    if (!n->hi_closed && !scan_sign(p, ")") && !scan_sign(p, "["))
        return scan_refuse(p, "区间缺少右括号");
    return n;
}

/* "[" was taken: a list, or a closed range. */
static const struct fn *list(struct parser *p)
{
    struct fn *n = node(p, FN_LIST);
    bool before = p->no_filter;
    p->no_filter = false;
    if (!scan_sign(p, "]")) {
        do {
            const struct fn *item = expression(p, 0);
            if (!item)
                return NULL;
            if (n->n == 0 && scan_sign(p, "..")) {
                p->no_filter = before;
                return range_rest(p, item, true);
            }
            push(p, n, item, STR_NONE);
        } while (scan_sign(p, ","));
        if (!scan_sign(p, "]"))
            return scan_refuse(p, "列表缺少“]”");
    }
    p->no_filter = before;
    return n;
}

static const struct fn *one_sided(struct parser *p)
{
    static const struct {
        const char *text;
        enum range_op op;
    } ops[] = { { "<=", RANGE_LE }, { "<", RANGE_LT },  { ">=", RANGE_GE },
                { ">", RANGE_GT },  { "!=", RANGE_NE }, { "=", RANGE_EQ } };
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (scan_sign(p, ops[i].text)) {
            struct fn *n = node(p, FN_RANGE);
            n->range = ops[i].op;
            n->kid[0] = expression(p, 4);
            return n->kid[0] ? n : NULL;
        }
    return scan_refuse(p, "这里需要一个值");
}

/* "(" was taken: a group, an open range, or a one-sided one. */
static const struct fn *group(struct parser *p)
{
    bool before = p->no_filter;
    p->no_filter = false;
    const struct fn *n;
    char c = scan_peek(p);
    if (c == '<' || c == '>' || c == '=' || c == '!')
        n = one_sided(p);
    else
        n = expression(p, 0);
    if (!n)
        return NULL;
    if (scan_sign(p, "..")) {
        p->no_filter = before;
        return range_rest(p, n, false);
    }
    p->no_filter = before;
    return scan_sign(p, ")") ? n : scan_refuse(p, "缺少“)”");
}

static const struct fn *context(struct parser *p)
{
    struct fn *n = node(p, FN_CONTEXT);
    const struct local *outer = p->local;
    bool before = p->no_filter;
    p->no_filter = false;
    if (!scan_sign(p, "}")) {
        do {
            struct str key;
            bool quoted = scan_peek(p) == '"';
            if (quoted ? !scan_string(p, &key) : !scan_name(p, &key))
                return scan_refuse(p, "这里需要一个名称");
            if (!scan_sign(p, ":"))
                return scan_refuse(p, "名称后面缺少“:”");
            const struct fn *v = expression(p, 0);
            if (!v)
                return NULL;
            push(p, n, v, key);
            struct local *l = arena_new_of(p->a, struct local);
            *l = (struct local){ p->local, key };
            p->local = l;
        } while (scan_sign(p, ","));
        if (!scan_sign(p, "}"))
            return scan_refuse(p, "缺少“}”");
    }
    p->local = outer;
    p->no_filter = before;
    return n;
}

/* --- calls and words -------------------------------------------------------------------------- */

/* "name:" of a named argument, without moving when it is none. */
static bool argument_name(struct parser *p, struct str *out)
{
    size_t from = p->i;
    scan_space(p);
    size_t start = p->i, end = p->i;
    for (;;) {
        struct str w = scan_word_at(p, p->i);
        if (w.n == 0)
            break;
        p->i += w.n;
        end = p->i;
        scan_space(p);
    }
    if (end > start && p->i < p->s.n && p->s.p[p->i] == ':') {
        p->i++;
        *out = str_sub(p->s, start, end - start);
        return true;
    }
    p->i = from;
    return false;
}

static const struct fn *call(struct parser *p, struct str fname)
{
    struct fn *n = node(p, FN_CALL);
    n->name = fname;
    n->func = fn_func_find(fname);
    if (!n->func)
        return scan_refuse(p, arena_printf(p->a, "没有名为“%.*s”的函数", STR_ARG(fname)));
    bool before = p->no_filter;
    p->no_filter = false;
    if (!scan_sign(p, ")")) {
        do {
            struct str key = STR_NONE;
            (void)argument_name(p, &key); /* most arguments have no name */
            const struct fn *v = expression(p, 0);
            if (!v)
                return NULL;
            push(p, n, v, key);
        } while (scan_sign(p, ","));
        if (!scan_sign(p, ")"))
            return scan_refuse(p, "函数缺少“)”");
    }
    p->no_filter = before;
    return n;
}

static const struct fn *condition(struct parser *p)
{
    struct fn *n = node(p, FN_IF);
    if (!(n->kid[0] = expression(p, 0)))
        return NULL;
    if (!scan_keyword(p, "then"))
        return scan_refuse(p, "if 缺少 then");
    if (!(n->kid[1] = expression(p, 0)))
        return NULL;
    if (!scan_keyword(p, "else"))
        return scan_refuse(p, "if 缺少 else");
    return (n->kid[2] = expression(p, 0)) ? n : NULL;
}

static const struct fn *quantified(struct parser *p, enum fn_op op)
{
    struct fn *n = node(p, op);
    const struct local *outer = p->local;
    do {
        struct str v;
        if (!scan_name(p, &v) || !scan_keyword(p, "in"))
            return scan_refuse(p, "some 或 every 后面要写“名称 in 列表”");
        const struct fn *in = expression(p, 0);
        if (!in)
            return NULL;
        push(p, n, in, v);
        struct local *l = arena_new_of(p->a, struct local);
        *l = (struct local){ p->local, v };
        p->local = l;
    } while (scan_sign(p, ","));
    if (!scan_keyword(p, "satisfies"))
        return scan_refuse(p, "缺少 satisfies");
    n->kid[0] = expression(p, 0);
    p->local = outer;
    return n->kid[0] ? n : NULL;
}

static const struct fn *word(struct parser *p)
{
    struct str rest = str_sub(p->s, p->i, p->s.n);
    size_t length;
    const struct fn_func *spaced = fn_func_spaced(rest, &length);
    if (spaced && length > scan_known_name(p)) {
        struct parser try = *p;
        try.i += length;
        if (scan_sign(&try, "(")) {
            p->i = try.i;
            return call(p, str_of(spaced->name));
        }
    }
    if (scan_keyword(p, "true"))
        return literal(p, feel_of_bool(true));
    if (scan_keyword(p, "false"))
        return literal(p, feel_of_bool(false));
    if (scan_keyword(p, "null"))
        return literal(p, NULL);
    if (scan_keyword(p, "if"))
        return condition(p);
    if (scan_keyword(p, "some"))
        return quantified(p, FN_SOME);
    if (scan_keyword(p, "every"))
        return quantified(p, FN_EVERY);
    struct str n;
    if (!scan_name(p, &n))
        return scan_refuse(p, "这里不能用这个词");
    if (scan_peek(p) == '(') {
        p->i++;
        return call(p, n);
    }
    struct fn *v = node(p, FN_NAME);
    v->name = n;
    use(p, n);
    return v;
}

static const struct fn *primary(struct parser *p)
{
    char c = scan_peek(p);
    struct str s;
    if ((c >= '0' && c <= '9') ||
        (c == '.' && p->i + 1 < p->s.n && p->s.p[p->i + 1] >= '0' && p->s.p[p->i + 1] <= '9'))
        return number(p);
    if (c == '"')
        return scan_string(p, &s) ? literal(p, feel_of_str(p->a, s)) : NULL;
    if (c == '@') {
        p->i++;
        if (scan_peek(p) != '"')
            return scan_refuse(p, "“@”后面要写带引号的日期、时间或时长");
        return scan_string(p, &s) ? literal(p, ft_parse_any(p->a, s)) : NULL;
    }
    if (scan_sign(p, "["))
        return list(p);
    if (scan_sign(p, "("))
        return group(p);
    if (scan_sign(p, "{"))
        return context(p);
    if (c == ']') { /* "]1..3]": open on the left */
        p->i++;
        const struct fn *lo = expression(p, 3);
        if (!lo)
            return NULL;
        return scan_sign(p, "..") ? range_rest(p, lo, false) : scan_refuse(p, "区间缺少“..”");
    }
    if (scan_name_start(c))
        return word(p);
    return scan_refuse(p, c ? "这里有一个看不懂的符号" : "表达式不完整");
}

static const struct fn *postfix(struct parser *p)
{
    const struct fn *n = primary(p);
    while (n) {
        char c = scan_peek(p);
        if (c == '[' && !p->no_filter) {
            struct fn *f = node(p, FN_FILTER);
            p->i++;
            f->kid[0] = n;
            /* Inside a filter names may be members of the items: they are not free variables. */
            size_t used = p->used_n;
            f->kid[1] = expression(p, 0);
            p->used_n = used;
            if (!f->kid[1])
                return NULL;
            if (!scan_sign(p, "]"))
                return scan_refuse(p, "筛选缺少“]”");
            n = f;
        } else if (c == '.' && (p->i + 1 >= p->s.n || p->s.p[p->i + 1] != '.')) {
            struct fn *f = node(p, FN_PATH);
            p->i++;
            f->kid[0] = n;
            if (!scan_name(p, &f->name))
                return scan_refuse(p, "“.”后面缺少名称");
            n = f;
        } else {
            return n;
        }
    }
    return NULL;
}

static const struct fn *unary(struct parser *p)
{
    if (!scan_sign(p, "-"))
        return postfix(p);
    if (++p->depth > DEPTH_MOST)
        return scan_refuse(p, "表达式嵌套太深");
    struct fn *n = node(p, FN_NEG);
    n->kid[0] = unary(p);
    p->depth--;
    return n->kid[0] ? n : NULL;
}

/* --- operators -------------------------------------------------------------------------------- */

/* One test behind "in": "< 5", a range, or any value. */
static const struct fn *test(struct parser *p)
{
    char c = scan_peek(p);
    if (c == '<' || c == '>' || c == '=' || c == '!')
        return one_sided(p);
    return expression(p, 3);
}

/* Behind "(" of "in": a list of tests, one test, or an open range. Nothing is parsed twice, or
 * nested brackets would cost a power of two. */
static const struct fn *in_brackets(struct parser *p, struct fn *n)
{
    bool before = p->no_filter;
    p->no_filter = false;
    const struct fn *t = test(p);
    if (t && n->n == 0 && scan_sign(p, "..")) {
        p->no_filter = before;
        t = range_rest(p, t, false);
        if (t)
            push(p, n, t, STR_NONE);
        return t ? n : NULL;
    }
    while (t) {
        push(p, n, t, STR_NONE);
        if (!scan_sign(p, ","))
            break;
        t = test(p);
    }
    p->no_filter = before;
    if (!t)
        return NULL;
    return scan_sign(p, ")") ? n : scan_refuse(p, "缺少“)”");
}

static const struct fn *in_tests(struct parser *p, const struct fn *left)
{
    struct fn *n = node(p, FN_IN);
    n->kid[0] = left;
    if (scan_sign(p, "("))
        return in_brackets(p, n);
    const struct fn *t = test(p);
    if (!t)
        return NULL;
    push(p, n, t, STR_NONE);
    return n;
}

static const struct fn *between(struct parser *p, const struct fn *left)
{
    struct fn *n = node(p, FN_BETWEEN);
    n->kid[0] = left;
    if (!(n->kid[1] = expression(p, 4)))
        return NULL;
    if (!scan_keyword(p, "and"))
        return scan_refuse(p, "between 缺少 and");
    return (n->kid[2] = expression(p, 4)) ? n : NULL;
}

/* 0 or, 1 and, 2 comparison, 4 sum, 5 product, 6 power. */
static bool operator_at(struct parser *p, int least, enum fn_op *op, char *s, int *level)
{
    static const struct {
        const char *text;
        char sign;
        int level;
        enum fn_op op;
    } ops[] = { { "**", '^', 6, FN_BIN }, { "*", '*', 5, FN_BIN },  { "/", '/', 5, FN_BIN },
                { "+", '+', 4, FN_BIN },  { "-", '-', 4, FN_BIN },  { "<=", 'l', 2, FN_CMP },
                { "<", '<', 2, FN_CMP },  { ">=", 'g', 2, FN_CMP }, { ">", '>', 2, FN_CMP },
                { "!=", 'n', 2, FN_CMP }, { "=", '=', 2, FN_CMP } };
    size_t from = p->i;
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (ops[i].level >= least && scan_sign(p, ops[i].text)) {
            *op = ops[i].op;
            *s = ops[i].sign;
            *level = ops[i].level;
            return true;
        }
    *s = 0;
    if (least <= 2 && scan_keyword(p, "in"))
        *op = FN_IN, *level = 2;
    else if (least <= 2 && scan_keyword(p, "between"))
        *op = FN_BETWEEN, *level = 2;
    else if (least <= 1 && scan_keyword(p, "and"))
        *op = FN_AND, *level = 1;
    else if (least <= 0 && scan_keyword(p, "or"))
        *op = FN_OR, *level = 0;
    else
        return p->i = from, false;
    return true;
}

static const struct fn *expression(struct parser *p, int least)
{
    if (++p->depth > DEPTH_MOST)
        return scan_refuse(p, "表达式嵌套太深");
    const struct fn *left = unary(p);
    enum fn_op op;
    char s;
    int level;
    while (left && operator_at(p, least, &op, &s, &level)) {
        if (op == FN_IN) {
            left = in_tests(p, left);
        } else if (op == FN_BETWEEN) {
            left = between(p, left);
        } else {
            struct fn *n = node(p, op);
            n->sign = s;
            n->kid[0] = left;
            n->kid[1] = expression(p, level + 1);
            left = n->kid[1] ? n : NULL;
        }
    }
    p->depth--;
    return left;
}

/* --- unary tests ------------------------------------------------------------------------------ */

/* Does a stretch of text speak of "?" outside of strings? */
static bool asks_input(struct str s)
{
    bool quoted = false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"' && (i == 0 || s.p[i - 1] != '\\'))
            quoted = !quoted;
        if (s.p[i] == '?' && !quoted)
            return true;
    }
    return false;
}

static const struct fn *either(struct parser *p, const struct fn *x, const struct fn *y)
{
    if (!x || !y)
        return x ? x : y;
    struct fn *n = node(p, FN_OR);
    n->kid[0] = x;
    n->kid[1] = y;
    return n;
}

/* The tests up to the end or ")", as one condition about "?". */
static const struct fn *test_list(struct parser *p)
{
    struct fn *in = node(p, FN_IN), *name = node(p, FN_NAME);
    const struct fn *conditions = NULL;
    name->name = STR("?");
    in->kid[0] = name;
    do {
        char c = scan_peek(p);
        size_t from = p->i;
        bool sided = c == '<' || c == '>' || c == '=' || c == '!';
        const struct fn *t = sided ? one_sided(p) : expression(p, 0);
        if (!t)
            return NULL;
        if (!sided && asks_input(str_sub(p->s, from, p->i - from)))
            conditions = either(p, conditions, t);
        else
            push(p, in, t, STR_NONE);
    } while (scan_sign(p, ","));
    return either(p, in->n ? in : NULL, conditions);
}

static const struct fn *tests(struct parser *p)
{
    size_t from = p->i;
    if (scan_sign(p, "-") && !scan_peek(p))
        return literal(p, feel_of_bool(true));
    p->i = from;
    if (!scan_keyword(p, "not") || !scan_sign(p, "(")) {
        p->i = from;
        return test_list(p);
    }
    const struct fn *inner = test_list(p);
    if (!inner || !scan_sign(p, ")"))
        return inner ? scan_refuse(p, "缺少“)”") : NULL;
    struct fn *n = node(p, FN_CALL);
    n->func = fn_func_find(STR("not"));
    push(p, n, inner, STR_NONE);
    return n;
}

/* --- the whole -------------------------------------------------------------------------------- */

static const struct feel *compile(struct arena *a, struct str text, bool is_tests,
                                  const struct feel_names *names, const char **what, size_t *at)
{
    struct local input = { NULL, STR("?") };
    struct parser p = { .a = a, .s = str_copy(a, text), .names = names };
    const struct fn *root = NULL;
    if (is_tests)
        p.local = &input;
    if (text.n > TEXT_MOST)
        scan_refuse(&p, "表达式太长");
    else
        root = is_tests ? tests(&p) : expression(&p, 0);
    if (root && scan_peek(&p))
        root = scan_refuse(&p, "表达式后面有多余的内容");
    if (!root) {
        if (what)
            *what = p.what ? p.what : "表达式写法不对";
        if (at)
            *at = p.what_at;
        return NULL;
    }
    struct feel *e = arena_new_of(a, struct feel);
    *e = (struct feel){ root, p.used, p.used_n };
    return e;
}

const struct feel *feel_compile(struct arena *a, struct str text, const struct feel_names *names,
                                const char **what, size_t *at)
{
    return compile(a, text, false, names, what, at);
}

const struct feel *feel_compile_tests(struct arena *a, struct str text,
                                      const struct feel_names *names, const char **what, size_t *at)
{
    return compile(a, text, true, names, what, at);
}

const struct str *feel_names_used(const struct feel *e, size_t *n)
{
    *n = e->used_n;
    return e->used;
}

/* --- for route buttons ------------------------------------------------------------------------ */

struct literals {
    struct arena *a;
    const char *name;
    struct str *v;
    size_t n;
};

static bool take_literal(struct literals *l, const struct fn *n)
{
    if (n->op != FN_LIT || fv_kind(n->lit) != FV_STR)
        return false;
    l->v = arena_grow(l->a, l->v, l->n * sizeof *l->v, (l->n + 1) * sizeof *l->v);
    l->v[l->n++] = n->lit->u.s;
    return true;
}

static bool take_tests(struct literals *l, const struct fn *n)
{
    for (size_t i = 0; i < n->n; i++) {
        const struct fn *t = n->many[i];
        if (t->op == FN_LIST ? !take_tests(l, t) : !take_literal(l, t))
            return false;
    }
    return true;
}

static bool collect(struct literals *l, const struct fn *n)
{
    if (n->op == FN_OR)
        return collect(l, n->kid[0]) && collect(l, n->kid[1]);
    if (n->op != FN_CMP && n->op != FN_IN)
        return false;
    if (n->kid[0]->op != FN_NAME || !str_is(n->kid[0]->name, l->name))
        return false;
    return n->op == FN_IN ? take_tests(l, n) : n->sign == '=' && take_literal(l, n->kid[1]);
}

const struct str *feel_equals_literals(struct arena *a, const struct feel *e, const char *name,
                                       size_t *n)
{
    struct literals l = { .a = a, .name = name };
    *n = collect(&l, e->root) ? l.n : 0;
    return l.v;
}
