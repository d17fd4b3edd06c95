/* FEEL text → tree: a Pratt parser straight over the bytes, without a list of tokens, because
 * names may hold spaces and only the position knows what can follow. What FEEL has and this subset
 * has not (for, function, instance of, external calls) is refused here. */
#include "base/check.h"
#include "feel/feel_in.h"

#define TEXT_MOST 8192
#define DEPTH_MOST 100

struct parser {
    struct arena *a;
    struct str s;
    size_t i;
    int depth;
    bool no_filter; /* inside the end of a range: "[" may close it */
    const struct feel_names *names;
    const char *what;
    size_t what_at;
    struct str *used;
    size_t used_n, used_size;
    const struct local *local;
};

/* Names bound inside the expression: they are not free. */
struct local {
    const struct local *outer;
    struct str name;
};

static const struct fn *expression(struct parser *p, int least);
static const struct fn *test(struct parser *p);

static const struct fn *refuse(struct parser *p, const char *what)
{
    if (!p->what) {
        p->what = what;
        p->what_at = p->i;
    }
    return NULL;
}

static struct fn *node(struct parser *p, enum fn_op op)
{
    struct fn *n = arena_new_of(p->a, struct fn);
    n->op = op;
    return n;
}

static bool line_comment(struct parser *p)
{
    if (p->i + 1 >= p->s.n || p->s.p[p->i] != '/' || p->s.p[p->i + 1] != '/')
        return false;
    while (p->i < p->s.n && p->s.p[p->i] != '\n')
        p->i++;
    return true;
}

static bool block_comment(struct parser *p)
{
    if (p->i + 1 >= p->s.n || p->s.p[p->i] != '/' || p->s.p[p->i + 1] != '*')
        return false;
    ptrdiff_t end = str_find(p->s, STR("*/"), p->i + 2);
    p->i = end < 0 ? p->s.n : (size_t)end + 2;
    return true;
}

static void space(struct parser *p)
{
    for (;;) {
        while (p->i < p->s.n && (strchr(" \t\r\n\v\f", p->s.p[p->i]) && p->s.p[p->i]))
            p->i++;
        if (p->i + 1 < p->s.n && (unsigned char)p->s.p[p->i] == 0xc2 &&
            (unsigned char)p->s.p[p->i + 1] == 0xa0) {
            p->i += 2;
            continue;
        }
        if (!line_comment(p) && !block_comment(p))
            return;
    }
}

static bool name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '?' ||
           (unsigned char)c >= 0x80;
}

static bool name_part(char c)
{
    return name_start(c) || (c >= '0' && c <= '9');
}

static bool sign(struct parser *p, const char *text)
{
    space(p);
    size_t n = strlen(text);
    if (p->i + n > p->s.n || memcmp(p->s.p + p->i, text, n) != 0)
        return false;
    p->i += n;
    return true;
}

static char peek(struct parser *p)
{
    space(p);
    return p->i < p->s.n ? p->s.p[p->i] : 0;
}

static struct str word_at(const struct parser *p, size_t i)
{
    size_t from = i;
    if (i < p->s.n && name_start(p->s.p[i]))
        while (i < p->s.n && name_part(p->s.p[i]))
            i++;
    return str_sub(p->s, from, i - from);
}

/* Takes the keyword when it is the next whole word. */
static bool keyword(struct parser *p, const char *text)
{
    space(p);
    struct str w = word_at(p, p->i);
    if (!str_is(w, text))
        return false;
    p->i += w.n;
    return true;
}

static bool is_reserved(struct str w)
{
    static const char *const words[] = { "and",      "or",       "if",        "then", "else",
                                         "in",       "between",  "satisfies", "some", "every",
                                         "true",     "false",    "null",      "for",  "return",
                                         "function", "instance", "external" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_is(w, words[i]))
            return true;
    return false;
}

/* Length of the longest known name at the cursor that is more than a plain word, or 0. */
static size_t known_name(const struct parser *p)
{
    size_t best = 0;
    struct str rest = str_sub(p->s, p->i, p->s.n);
    for (size_t k = 0; p->names && k < p->names->n; k++) {
        struct str n = p->names->name[k];
        if (n.n > best && str_starts(rest, n) && (n.n == rest.n || !name_part(rest.p[n.n])))
            best = n.n;
    }
    return best;
}

/* A name at the cursor: a known one (longest), else one word. */
static bool name(struct parser *p, struct str *out)
{
    space(p);
    struct str w = word_at(p, p->i);
    size_t known = known_name(p);
    if (known > w.n)
        w = str_sub(p->s, p->i, known);
    else if (w.n == 0 || is_reserved(w))
        return false;
    *out = w;
    p->i += w.n;
    return true;
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

/* --- lists that grow while parsing
 * ------------------------------------------------------------------ */

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

/* --- literals
 * ------------------------------------------------------------------------------------------ */

static bool hex(struct parser *p, int n, uint32_t *out)
{
    *out = 0;
    for (int k = 0; k < n; k++) {
        char c = p->i < p->s.n ? p->s.p[p->i] : 0;
        int v = c >= '0' && c <= '9'                 ? c - '0'
                : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                                     : -1;
        if (v < 0)
            return false;
        *out = *out * 16 + (uint32_t)v;
        p->i++;
    }
    return true;
}

/* Behind "\u": four digits, or a pair of surrogates. */
static bool escaped_code(struct parser *p, int digits, uint32_t *out)
{
    if (!hex(p, digits, out))
        return false;
    if (*out >= 0xd800 && *out < 0xdc00) {
        uint32_t low;
        if (p->i + 2 > p->s.n || p->s.p[p->i] != '\\' || p->s.p[p->i + 1] != 'u')
            return false;
        p->i += 2;
        if (!hex(p, 4, &low) || low < 0xdc00 || low > 0xdfff)
            return false;
        *out = 0x10000 + ((*out - 0xd800) << 10) + (low - 0xdc00);
    }
    return *out > 0 && *out <= 0x10ffff && (*out < 0xd800 || *out > 0xdfff);
}

static bool escape(struct parser *p, struct buf *b)
{
    static const char from[] = "nrt\"'\\/", to[] = "\n\r\t\"'\\/";
    char c = p->i < p->s.n ? p->s.p[p->i++] : 0;
    const char *at = c ? strchr(from, c) : NULL;
    if (at) {
        buf_char(b, to[at - from]);
        return true;
    }
    uint32_t code;
    char utf8[4];
    if ((c != 'u' && c != 'U') || !escaped_code(p, c == 'u' ? 4 : 6, &code))
        return false;
    buf_put(b, utf8, utf8_put(code, utf8));
    return true;
}

static bool string(struct parser *p, struct str *out)
{
    struct buf b = buf_in(p->a);
    p->i++;
    while (p->i < p->s.n && p->s.p[p->i] != '"') {
        char c = p->s.p[p->i++];
        if (c != '\\')
            buf_char(&b, c);
        else if (!escape(p, &b))
            return refuse(p, "文本中的转义写法不对") != NULL;
    }
    if (p->i == p->s.n)
        return refuse(p, "文本缺少结束的引号") != NULL;
    p->i++;
    *out = buf_done(&b);
    return true;
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
        return refuse(p, "数太大或写法不对");
    return literal(p, fv_num(p->a, d));
}

/* --- brackets
 * --------------------------------------------------------------------------------------------- */

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
    n->hi_closed = sign(p, "]");
    if (!n->hi_closed && !sign(p, ")") && !sign(p, "["))
        return refuse(p, "区间缺少右括号");
    return n;
}

/* "[" was taken: a list, or a closed range. */
static const struct fn *list(struct parser *p)
{
    struct fn *n = node(p, FN_LIST);
    bool before = p->no_filter;
    p->no_filter = false;
    if (!sign(p, "]")) {
        do {
            const struct fn *item = expression(p, 0);
            if (!item)
                return NULL;
            if (n->n == 0 && sign(p, "..")) {
                p->no_filter = before;
                return range_rest(p, item, true);
            }
            push(p, n, item, STR_NONE);
        } while (sign(p, ","));
        if (!sign(p, "]"))
            return refuse(p, "列表缺少“]”");
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
        if (sign(p, ops[i].text)) {
            struct fn *n = node(p, FN_RANGE);
            n->range = ops[i].op;
            n->kid[0] = expression(p, 4);
            return n->kid[0] ? n : NULL;
        }
    return refuse(p, "这里需要一个值");
}

/* "(" was taken: a group, an open range, or a one-sided one. */
static const struct fn *group(struct parser *p)
{
    bool before = p->no_filter;
    p->no_filter = false;
    const struct fn *n;
    char c = peek(p);
    if (c == '<' || c == '>' || c == '=' || c == '!')
        n = one_sided(p);
    else
        n = expression(p, 0);
    if (!n)
        return NULL;
    if (sign(p, "..")) {
        p->no_filter = before;
        return range_rest(p, n, false);
    }
    p->no_filter = before;
    return sign(p, ")") ? n : refuse(p, "缺少“)”");
}

static const struct fn *context(struct parser *p)
{
    struct fn *n = node(p, FN_CONTEXT);
    const struct local *outer = p->local;
    bool before = p->no_filter;
    p->no_filter = false;
    if (!sign(p, "}")) {
        do {
            struct str key;
            bool quoted = peek(p) == '"';
            if (quoted ? !string(p, &key) : !name(p, &key))
                return refuse(p, "这里需要一个名称");
            if (!sign(p, ":"))
                return refuse(p, "名称后面缺少“:”");
            const struct fn *v = expression(p, 0);
            if (!v)
                return NULL;
            push(p, n, v, key);
            struct local *l = arena_new_of(p->a, struct local);
            *l = (struct local){ p->local, key };
            p->local = l;
        } while (sign(p, ","));
        if (!sign(p, "}"))
            return refuse(p, "缺少“}”");
    }
    p->local = outer;
    p->no_filter = before;
    return n;
}

/* --- calls and words
 * ------------------------------------------------------------------------------------------ */

/* "name:" of a named argument, without moving when it is none. */
static bool argument_name(struct parser *p, struct str *out)
{
    size_t from = p->i;
    space(p);
    size_t start = p->i, end = p->i;
    for (;;) {
        struct str w = word_at(p, p->i);
        if (w.n == 0)
            break;
        p->i += w.n;
        end = p->i;
        space(p);
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
        return refuse(p, arena_printf(p->a, "没有名为“%.*s”的函数", STR_ARG(fname)));
    bool before = p->no_filter;
    p->no_filter = false;
    if (!sign(p, ")")) {
        do {
            struct str key = STR_NONE;
            (void)argument_name(p, &key); /* most arguments have no name */
            const struct fn *v = expression(p, 0);
            if (!v)
                return NULL;
            push(p, n, v, key);
        } while (sign(p, ","));
        if (!sign(p, ")"))
            return refuse(p, "函数缺少“)”");
    }
    p->no_filter = before;
    return n;
}

static const struct fn *condition(struct parser *p)
{
    struct fn *n = node(p, FN_IF);
    if (!(n->kid[0] = expression(p, 0)))
        return NULL;
    if (!keyword(p, "then"))
        return refuse(p, "if 缺少 then");
    if (!(n->kid[1] = expression(p, 0)))
        return NULL;
    if (!keyword(p, "else"))
        return refuse(p, "if 缺少 else");
    return (n->kid[2] = expression(p, 0)) ? n : NULL;
}

static const struct fn *quantified(struct parser *p, enum fn_op op)
{
    struct fn *n = node(p, op);
    const struct local *outer = p->local;
    do {
        struct str v;
        if (!name(p, &v) || !keyword(p, "in"))
            return refuse(p, "some 或 every 后面要写“名称 in 列表”");
        const struct fn *in = expression(p, 0);
        if (!in)
            return NULL;
        push(p, n, in, v);
        struct local *l = arena_new_of(p->a, struct local);
        *l = (struct local){ p->local, v };
        p->local = l;
    } while (sign(p, ","));
    if (!keyword(p, "satisfies"))
        return refuse(p, "缺少 satisfies");
    n->kid[0] = expression(p, 0);
    p->local = outer;
    return n->kid[0] ? n : NULL;
}

static const struct fn *word(struct parser *p)
{
    struct str rest = str_sub(p->s, p->i, p->s.n);
    size_t length;
    const struct fn_func *spaced = fn_func_spaced(rest, &length);
    if (spaced && length > known_name(p)) {
        struct parser try = *p;
        try.i += length;
        if (sign(&try, "(")) {
            p->i = try.i;
            return call(p, str_of(spaced->name));
        }
    }
    if (keyword(p, "true"))
        return literal(p, feel_of_bool(true));
    if (keyword(p, "false"))
        return literal(p, feel_of_bool(false));
    if (keyword(p, "null"))
        return literal(p, NULL);
    if (keyword(p, "if"))
        return condition(p);
    if (keyword(p, "some"))
        return quantified(p, FN_SOME);
    if (keyword(p, "every"))
        return quantified(p, FN_EVERY);
    struct str n;
    if (!name(p, &n))
        return refuse(p, "这里不能用这个词");
    if (peek(p) == '(') {
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
    char c = peek(p);
    struct str s;
    if ((c >= '0' && c <= '9') ||
        (c == '.' && p->i + 1 < p->s.n && p->s.p[p->i + 1] >= '0' && p->s.p[p->i + 1] <= '9'))
        return number(p);
    if (c == '"')
        return string(p, &s) ? literal(p, feel_of_str(p->a, s)) : NULL;
    if (c == '@') {
        p->i++;
        if (peek(p) != '"')
            return refuse(p, "“@”后面要写带引号的日期、时间或时长");
        return string(p, &s) ? literal(p, ft_parse_any(p->a, s)) : NULL;
    }
    if (sign(p, "["))
        return list(p);
    if (sign(p, "("))
        return group(p);
    if (sign(p, "{"))
        return context(p);
    if (c == ']') { /* "]1..3]": open on the left */
        p->i++;
        const struct fn *lo = expression(p, 3);
        if (!lo)
            return NULL;
        return sign(p, "..") ? range_rest(p, lo, false) : refuse(p, "区间缺少“..”");
    }
    if (name_start(c))
        return word(p);
    return refuse(p, c ? "这里有一个看不懂的符号" : "表达式不完整");
}

static const struct fn *postfix(struct parser *p)
{
    const struct fn *n = primary(p);
    while (n) {
        char c = peek(p);
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
            if (!sign(p, "]"))
                return refuse(p, "筛选缺少“]”");
            n = f;
        } else if (c == '.' && (p->i + 1 >= p->s.n || p->s.p[p->i + 1] != '.')) {
            struct fn *f = node(p, FN_PATH);
            p->i++;
            f->kid[0] = n;
            if (!name(p, &f->name))
                return refuse(p, "“.”后面缺少名称");
            n = f;
        } else {
            return n;
        }
    }
    return NULL;
}

static const struct fn *unary(struct parser *p)
{
    if (!sign(p, "-"))
        return postfix(p);
    struct fn *n = node(p, FN_NEG);
    return (n->kid[0] = unary(p)) ? n : NULL;
}

/* --- operators
 * ----------------------------------------------------------------------------------------------------
 */

/* One test behind "in": "< 5", a range, or any value. */
static const struct fn *test(struct parser *p)
{
    char c = peek(p);
    if (c == '<' || c == '>' || c == '=' || c == '!')
        return one_sided(p);
    return expression(p, 3);
}

static const struct fn *in_tests(struct parser *p, const struct fn *left)
{
    struct fn *n = node(p, FN_IN);
    n->kid[0] = left;
    struct parser before = *p;
    if (sign(p, "(")) { /* a list of tests, unless it is a group or an open range */
        const struct fn *t = test(p);
        if (t && peek(p) == ',') {
            push(p, n, t, STR_NONE);
            while (sign(p, ",")) {
                if (!(t = test(p)))
                    return NULL;
                push(p, n, t, STR_NONE);
            }
            return sign(p, ")") ? n : refuse(p, "缺少“)”");
        }
        *p = before;
    }
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
    if (!keyword(p, "and"))
        return refuse(p, "between 缺少 and");
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
        if (ops[i].level >= least && sign(p, ops[i].text)) {
            *op = ops[i].op;
            *s = ops[i].sign;
            *level = ops[i].level;
            return true;
        }
    *s = 0;
    if (least <= 2 && keyword(p, "in"))
        *op = FN_IN, *level = 2;
    else if (least <= 2 && keyword(p, "between"))
        *op = FN_BETWEEN, *level = 2;
    else if (least <= 1 && keyword(p, "and"))
        *op = FN_AND, *level = 1;
    else if (least <= 0 && keyword(p, "or"))
        *op = FN_OR, *level = 0;
    else
        return p->i = from, false;
    return true;
}

static const struct fn *expression(struct parser *p, int least)
{
    if (++p->depth > DEPTH_MOST)
        return refuse(p, "表达式嵌套太深");
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

const struct feel *feel_compile(struct arena *a, struct str text, const struct feel_names *names,
                                const char **what, size_t *at)
{
    struct parser p = { .a = a, .s = str_copy(a, text), .names = names };
    const struct fn *root = NULL;
    if (text.n > TEXT_MOST)
        refuse(&p, "表达式太长");
    else
        root = expression(&p, 0);
    if (root && peek(&p))
        root = refuse(&p, "表达式后面有多余的内容");
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

const struct str *feel_names_used(const struct feel *e, size_t *n)
{
    *n = e->used_n;
    return e->used;
}

/* --- for route buttons
 * ------------------------------------------------------------------------------------------------
 */

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
