/* What is in the store: ListObjectsV2 page by page, and the versions of one object. The answer is
 * XML; names of elements are S3's. */
#include <ctype.h>

#include <expat.h>

#include "base/check.h"
#include "base/clock.h"
#include "blob/blob_s3_in.h"

#define PAGE_BYTES (4u * 1024 * 1024)
#define TEXT_BYTES 1200u /* keys are at most 1,024 bytes */

struct page {
    struct s3 *s;
    struct arena *a; /* emptied with each page */
    XML_Parser parser;
    size_t taken;
    struct s3_item *items;
    size_t n, room;
    struct s3_item one;
    bool in_one, is_more, is_wrong;
    const char *next;
    char text[TEXT_BYTES];
    size_t text_n;
};

static bool is_item(const char *name)
{
    return strcmp(name, "Contents") == 0 || strcmp(name, "Version") == 0 ||
           strcmp(name, "DeleteMarker") == 0;
}

static void XMLCALL on_start(void *arg, const XML_Char *name, const XML_Char **attr)
{
    struct page *p = arg;
    (void)attr;
    p->text_n = 0;
    if (is_item(name)) {
        p->one = (struct s3_item){ .size = 0 };
        p->in_one = true;
    }
}

static void XMLCALL on_text(void *arg, const XML_Char *s, int n)
{
    struct page *p = arg;
    if (p->text_n + (size_t)n > sizeof p->text)
        return; /* no element that we ask for is so long */
    memcpy(p->text + p->text_n, s, (size_t)n);
    p->text_n += (size_t)n;
}

static void put_item(struct page *p)
{
    p->in_one = false;
    if (!p->one.name || strncmp(p->one.name, p->s->prefix, strlen(p->s->prefix)) != 0)
        return; /* not what was asked for */
    p->one.name += strlen(p->s->prefix);
    if (p->n == p->room) {
        p->items = arena_grow(p->a, p->items, p->room * sizeof *p->items,
                              2 * (p->room + 50) * sizeof *p->items);
        p->room = 2 * (p->room + 50);
    }
    p->items[p->n++] = p->one;
}

static void XMLCALL on_end(void *arg, const XML_Char *name)
{
    struct page *p = arg;
    struct str text = { p->text, p->text_n };
    if (is_item(name))
        put_item(p);
    else if (strcmp(name, "Key") == 0)
        p->one.name = arena_strndup(p->a, text.p, text.n);
    else if (strcmp(name, "VersionId") == 0)
        p->one.version = arena_strndup(p->a, text.p, text.n);
    else if (strcmp(name, "Size") == 0)
        p->is_wrong = !str_to_i64(text, &p->one.size) || p->is_wrong;
    else if (strcmp(name, "LastModified") == 0 && p->in_one)
        p->is_wrong = !clock_iso_parse(text, &p->one.modified_at) || p->is_wrong;
    else if (strcmp(name, "IsTruncated") == 0)
        p->is_more = str_is(text, "true");
    else if (strcmp(name, "NextContinuationToken") == 0)
        p->next = arena_strndup(p->a, text.p, text.n);
    p->text_n = 0;
}

static bool page_restart(void *arg)
{
    struct page *p = arg;
    if (p->parser)
        XML_ParserFree(p->parser);
    p->parser = XML_ParserCreate("UTF-8");
    CHECK(p->parser);
    XML_SetUserData(p->parser, p);
    XML_SetElementHandler(p->parser, on_start, on_end);
    XML_SetCharacterDataHandler(p->parser, on_text);
    p->taken = p->n = p->room = p->text_n = 0;
    p->items = NULL;
    p->next = NULL;
    p->is_more = p->is_wrong = false;
    return true;
}

static bool page_take(void *arg, const void *bytes, size_t n)
{
    struct page *p = arg;
    p->taken += n;
    p->is_wrong = p->is_wrong || p->taken > PAGE_BYTES ||
                  XML_Parse(p->parser, bytes, (int)n, 0) != XML_STATUS_OK;
    return !p->is_wrong;
}

/* One page; what it holds lives until the next. */
static enum s3_found page_get(struct page *p, const char *query, int64_t *now, struct arena *a,
                              struct err *e)
{
    struct s3_said said;
    const struct s3_ask ask = {
        .method = "GET", .query = query, .restart = page_restart, .take = page_take, .arg = p
    };
    enum s3_found found = s3_call(p->s, &ask, &said, a, e);
    if (found == S3_ABSENT)
        return S3_ABSENT;
    if (found == S3_FOUND && !p->is_wrong && XML_Parse(p->parser, "", 0, 1) == XML_STATUS_OK) {
        if (now)
            *now = said.date_at;
        return S3_FOUND;
    }
    /* not a list at all: some other program answers there */
    (void)err_set(e, a, ERR_BUSY, "blob.refused", NULL, NULL, NULL, NULL);
    return S3_FAILED;
}

static struct str encoded(struct arena *a, const char *prefix, const char *name)
{
    struct buf b = buf_in(a);
    const char *parts[] = { prefix, name };
    for (size_t i = 0; i < 2; i++)
        for (const char *c = parts[i]; *c; c++) {
            if (isalnum((unsigned char)*c) || strchr("-._~", *c))
                buf_char(&b, *c);
            else
                buf_printf(&b, "%%%02X", (unsigned char)*c);
        }
    return buf_done(&b);
}

static bool give(const struct page *p, bool (*fn)(void *arg, const struct s3_item *i), void *arg)
{
    for (size_t i = 0; i < p->n; i++)
        if (!fn(arg, &p->items[i]))
            return false;
    return true;
}

bool s3_list(struct s3 *s, const char *below, bool (*fn)(void *arg, const struct s3_item *i),
             void *arg, bool *stopped, int64_t *now, struct arena *a, struct err *e)
{
    struct page p = { .s = s, .a = arena_new() };
    struct str prefix = encoded(a, s->prefix, below), token = STR_NONE;
    bool good = true, more = true;
    *stopped = false;
    while (good && more && !*stopped) {
        struct str query = token.p
                               ? str_printf(a, "continuation-token=%.*s&list-type=2&prefix=%.*s",
                                            STR_ARG(token), STR_ARG(prefix))
                               : str_printf(a, "list-type=2&prefix=%.*s", STR_ARG(prefix));
        arena_empty(p.a);
        good = page_get(&p, query.p, now, a, e) == S3_FOUND ||
               err_set(e, a, ERR_BUSY, "blob.refused", NULL, NULL, NULL, NULL);
        if (!good)
            break;
        *stopped = !give(&p, fn, arg);
        more = p.is_more && p.next;
        token = more ? encoded(a, "", p.next) : STR_NONE;
    }
    if (p.parser)
        XML_ParserFree(p.parser);
    arena_free(&p.a);
    return good && !*stopped;
}

bool s3_versions(struct s3 *s, const char *name, bool (*fn)(void *arg, const struct s3_item *i),
                 void *arg, struct arena *a, struct err *e)
{
    struct page p = { .s = s, .a = arena_new() };
    struct str query = str_printf(a, "prefix=%.*s&versions=", STR_ARG(encoded(a, s->prefix, name)));
    enum s3_found found = page_get(&p, query.p, NULL, a, e);
    bool good = found != S3_FAILED;
    for (size_t i = 0; found == S3_FOUND && good && i < p.n; i++)
        if (p.items[i].version && strcmp(p.items[i].name, name) == 0)
            good = fn(arg, &p.items[i]);
    if (p.parser)
        XML_ParserFree(p.parser);
    arena_free(&p.a);
    return good;
}
