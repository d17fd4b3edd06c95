/* Styles and numbering of a Word file: what a paragraph is by its style, and the number or bullet that
 * Word shows before it but does not keep in its text. */
#include "word/word_in.h"

enum { STYLES_MOST = 2000, NUMS_MOST = 2000, BASE_DEEP = 12 };

struct style {
    struct str id, based, name;
    struct word_look look;
    bool is_paragraph;
};
struct level {
    struct str format, text;
    int start;
};
struct abstract {
    int id;
    struct level level[WORD_LEVELS];
    int at[WORD_LEVELS]; /* the number last given; 0 none */
};
struct num {
    int id, abstract_id;
    int start[WORD_LEVELS]; /* -1: as its abstract says */
    bool is_begun;
};
struct word_styles {
    struct arena *a;
    struct style style[STYLES_MOST];
    size_t n;
    struct abstract *abstract[NUMS_MOST];
    size_t n_abstract;
    struct num num[NUMS_MOST];
    size_t n_num;
    int size; /* of the document's defaults */
    struct str normal;
    /* while reading */
    struct style *at;
    int level_at, override_at;
    bool is_default;
};

static struct str val(struct word_styles *s, const char **attr)
{
    const char *v = word_attr(attr, "val");
    return v ? str_copy(s->a, str_of(v)) : STR_NONE;
}

static void style_begin(struct word_styles *s, const char **attr)
{
    const char *type = word_attr(attr, "type"), *id = word_attr(attr, "styleId");
    const char *is_default = word_attr(attr, "default");
    s->at = NULL;
    if (!id || s->n == STYLES_MOST)
        return;
    s->at = &s->style[s->n++];
    *s->at = (struct style){ .id = str_copy(s->a, str_of(id)),
                             .look = { -1, -1, -1, -1, -1, -1, false },
                             .is_paragraph = !type || strcmp(type, "paragraph") == 0 };
    if (s->at->is_paragraph && is_default && strcmp(is_default, "1") == 0)
        s->normal = s->at->id;
}

static void look_jc(struct word_look *look, const char **attr)
{
    const char *v = word_attr(attr, "val");
    if (!v)
        return;
    look->is_centred = strcmp(v, "center") == 0;
    look->is_right = strcmp(v, "right") == 0 || strcmp(v, "end") == 0;
}

static void styles_start(void *arg, struct word_xml *x, enum word_tag tag, const char **attr)
{
    struct word_styles *s = arg;
    enum word_tag parent = word_xml_parent(x);
    if (tag == T_STYLE)
        style_begin(s, attr);
    if (tag == T_DEFAULTS)
        s->is_default = true;
    if (tag == T_SZ && s->is_default)
        s->size = word_attr_int(attr, "val", 0);
    if (!s->at)
        return;
    struct word_look *look = &s->at->look;
    if (tag == T_NAME && parent == T_STYLE)
        s->at->name = val(s, attr);
    else if (tag == T_BASED)
        s->at->based = val(s, attr);
    else if (tag == T_OUTLINE)
        look->outline = word_attr_int(attr, "val", -1);
    else if (tag == T_JC && parent == T_PPR)
        look_jc(look, attr);
    else if (tag == T_SZ && parent == T_RPR)
        look->size = word_attr_int(attr, "val", -1);
    else if (tag == T_NUMID)
        look->num_id = word_attr_int(attr, "val", -1);
    else if (tag == T_ILVL)
        look->num_level = word_attr_int(attr, "val", -1);
}

static void styles_end(void *arg, struct word_xml *x, enum word_tag tag)
{
    struct word_styles *s = arg;
    (void)x;
    if (tag == T_STYLE)
        s->at = NULL;
    if (tag == T_DEFAULTS)
        s->is_default = false;
}

/* --- numbering ------------------------------------------------------------------------------------- */

static void abstract_begin(struct word_styles *s, const char **attr)
{
    s->level_at = -1;
    if (s->n_abstract == NUMS_MOST)
        return;
    struct abstract *b = arena_new_of(s->a, struct abstract);
    b->id = word_attr_int(attr, "abstractNumId", -1);
    for (int i = 0; i < WORD_LEVELS; i++)
        b->level[i] = (struct level){ STR("decimal"), STR(""), 1 };
    s->abstract[s->n_abstract++] = b;
}

static void num_begin(struct word_styles *s, const char **attr)
{
    s->override_at = -1;
    if (s->n_num == NUMS_MOST)
        return;
    struct num *n = &s->num[s->n_num++];
    *n = (struct num){ .id = word_attr_int(attr, "numId", -1), .abstract_id = -1 };
    for (int i = 0; i < WORD_LEVELS; i++)
        n->start[i] = -1;
}

static int level_of(const char **attr)
{
    int level = word_attr_int(attr, "ilvl", -1);
    return level >= 0 && level < WORD_LEVELS ? level : -1;
}

static void numbering_start(void *arg, struct word_xml *x, enum word_tag tag, const char **attr)
{
    struct word_styles *s = arg;
    struct abstract *b = s->n_abstract ? s->abstract[s->n_abstract - 1] : NULL;
    struct num *n = s->n_num ? &s->num[s->n_num - 1] : NULL;
    (void)x;
    if (tag == T_ABSTRACT)
        abstract_begin(s, attr);
    else if (tag == T_NUM)
        num_begin(s, attr);
    else if (tag == T_LVL && !n)
        s->level_at = level_of(attr);
    else if (tag == T_FMT && b && !n && s->level_at >= 0)
        b->level[s->level_at].format = val(s, attr);
    else if (tag == T_LVLTEXT && b && !n && s->level_at >= 0)
        b->level[s->level_at].text = val(s, attr);
    else if (tag == T_START && b && !n && s->level_at >= 0)
        b->level[s->level_at].start = word_attr_int(attr, "val", 1);
    else if (tag == T_ABSTRACT_ID && n)
        n->abstract_id = word_attr_int(attr, "val", -1);
    else if (tag == T_OVERRIDE && n)
        s->override_at = level_of(attr);
    else if (tag == T_START_OVERRIDE && n && s->override_at >= 0)
        n->start[s->override_at] = word_attr_int(attr, "val", -1);
}

static void numbering_end(void *arg, struct word_xml *x, enum word_tag tag)
{
    (void)arg;
    (void)x;
    (void)tag;
}

struct word_styles *word_styles_read(struct arena *a, struct str styles, struct str numbering,
                                     struct err *e)
{
    static const struct word_handler of_styles = { styles_start, styles_end, NULL };
    static const struct word_handler of_numbers = { numbering_start, numbering_end, NULL };
    struct word_styles *s = arena_new_of(a, struct word_styles);
    s->a = a;
    s->level_at = s->override_at = -1;
    if ((styles.p && !word_xml_read(a, styles, &of_styles, s, e)) ||
        (numbering.p && !word_xml_read(a, numbering, &of_numbers, s, e)))
        return NULL;
    return s;
}

static const struct style *style_find(const struct word_styles *s, struct str id)
{
    for (size_t i = 0; id.p && i < s->n; i++)
        if (str_eq(s->style[i].id, id))
            return &s->style[i];
    return NULL;
}

/* "heading 2", "Heading 2", "标题 2": its level from 0; -1 when it is none. */
static int heading_of(struct str name)
{
    static const char *const words[] = { "heading ", "Heading ", "标题 ", "标题" };
    int64_t level;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_starts(name, str_of(words[i])) &&
            str_to_i64(str_sub(name, strlen(words[i]), name.n), &level) && level > 0 && level < 10)
            return (int)level - 1;
    return -1;
}

static bool is_title_name(struct str name)
{
    return str_is(name, "Title") || str_is(name, "title") || str_is(name, "标题") ||
           str_is(name, "公文标题") || str_is(name, "文件标题");
}

struct word_look word_style_look(const struct word_styles *s, struct str id)
{
    struct word_look out = { -1, -1, -1, -1, -1, -1, false };
    const struct style *one = style_find(s, id.p ? id : s->normal);
    for (int deep = 0; one && deep < BASE_DEEP; deep++, one = style_find(s, one->based)) {
        const struct word_look *l = &one->look;
        int heading = heading_of(one->name);
        out.outline = out.outline >= 0 ? out.outline : l->outline >= 0 ? l->outline : heading;
        out.size = out.size >= 0 ? out.size : l->size;
        if (out.num_id < 0) {
            out.num_id = l->num_id;
            out.num_level = out.num_level >= 0 ? out.num_level : l->num_level;
        }
        out.is_centred = out.is_centred >= 0 ? out.is_centred : l->is_centred;
        out.is_right = out.is_right >= 0 ? out.is_right : l->is_right;
        out.is_title |= deep == 0 && is_title_name(one->name);
    }
    if (out.size < 0)
        out.size = s->size ? s->size : 20;
    return out;
}

/* --- the number shown -------------------------------------------------------------------------------- */

static void put_chinese(struct buf *b, int n)
{
    static const char *const digit[] = { "〇", "一", "二", "三", "四", "五", "六", "七", "八", "九" };
    if (n >= 100) {
        buf_i64(b, n); /* nobody counts so far in an office paper */
        return;
    }
    if (n >= 20)
        buf_text(b, digit[n / 10]);
    if (n >= 10)
        buf_text(b, "十");
    if (n % 10 || n == 0)
        buf_text(b, digit[n % 10]);
}

static void put_roman(struct buf *b, int n, bool is_upper)
{
    static const struct {
        int v;
        const char *up, *low;
    } r[] = { { 100, "C", "c" }, { 90, "XC", "xc" }, { 50, "L", "l" }, { 40, "XL", "xl" },
              { 10, "X", "x" },  { 9, "IX", "ix" },  { 5, "V", "v" },  { 4, "IV", "iv" }, { 1, "I", "i" } };
    if (n > 399)
        n = 399;
    for (size_t i = 0; i < sizeof r / sizeof *r; i++)
        for (; n >= r[i].v; n -= r[i].v)
            buf_text(b, is_upper ? r[i].up : r[i].low);
}

static void put_number(struct buf *b, struct str format, int n)
{
    char code[4];
    if (str_find(format, STR("hinese"), 0) >= 0 || str_starts(format, STR("japaneseCounting")) ||
        str_starts(format, STR("ideograph")) || str_starts(format, STR("taiwanese"))) {
        if (str_starts(format, STR("decimalEnclosedCircle")) && n >= 1 && n <= 20)
            buf_put(b, code, utf8_put(0x2460 + (uint32_t)n - 1, code));
        else
            put_chinese(b, n);
    } else if (str_starts(format, STR("decimalEnclosedCircle")) && n >= 1 && n <= 20) {
        buf_put(b, code, utf8_put(0x2460 + (uint32_t)n - 1, code));
    } else if (str_is(format, "lowerLetter") || str_is(format, "upperLetter")) {
        buf_char(b, (char)((str_is(format, "lowerLetter") ? 'a' : 'A') + (n + 25) % 26));
    } else if (str_is(format, "lowerRoman") || str_is(format, "upperRoman")) {
        put_roman(b, n, str_is(format, "upperRoman"));
    } else if (!str_is(format, "none")) {
        buf_i64(b, n);
    }
}

static void count_on(struct abstract *b, struct num *n, int level)
{
    if (!n->is_begun)
        for (int i = 0; i < WORD_LEVELS; i++)
            if (n->start[i] >= 0)
                b->at[i] = 0;
    for (int i = 0; i <= level; i++) {
        int start = n->start[i] >= 0 ? n->start[i] : b->level[i].start;
        if (b->at[i] == 0)
            b->at[i] = start;
        else if (i == level)
            b->at[i]++;
    }
    for (int i = level + 1; i < WORD_LEVELS; i++)
        b->at[i] = 0;
    n->is_begun = true;
}

struct str word_number_next(struct arena *a, struct word_styles *s, int num_id, int level)
{
    struct num *n = NULL;
    struct abstract *b = NULL;
    struct buf out = buf_in(a);
    for (size_t i = 0; !n && i < s->n_num; i++)
        n = s->num[i].id == num_id ? &s->num[i] : NULL;
    for (size_t i = 0; n && !b && i < s->n_abstract; i++)
        b = s->abstract[i]->id == n->abstract_id ? s->abstract[i] : NULL;
    if (!b || level < 0 || level >= WORD_LEVELS)
        return STR("");
    const struct level *l = &b->level[level];
    if (str_is(l->format, "bullet"))
        return STR("·");
    count_on(b, n, level);
    for (size_t i = 0; i < l->text.n; i++) {
        int of = i + 1 < l->text.n ? l->text.p[i + 1] - '1' : -1;
        if (l->text.p[i] == '%' && of >= 0 && of < WORD_LEVELS) {
            put_number(&out, b->level[of].format, b->at[of] ? b->at[of] : 1);
            i++;
        } else {
            buf_char(&out, l->text.p[i]);
        }
    }
    return buf_done(&out);
}
