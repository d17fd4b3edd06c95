/* What rows say against what the record holds of them by digest (trace_hold of core.h): the words of
 * opinions, the forms of matters, each revision of a document. Streams and rows pass by once, both in
 * the order of matters. What was purged (误传处置) is no longer what was said: such a stream is left out. */
#include <stdlib.h>

#include "base/check.h"
#include "core/trace.h"
#include "crypto/crypto.h"
#include "operate/operate_in.h"

struct kind {
    const char *name, *rows; /* matter, then one text, or those that trace_content joined; by matter */
    int columns;
    bool is_replaced;        /* one row a matter: the newest digest counts */
    const char *zh, *en;
};

static const struct kind kinds[] = {
    { "opinion", "SELECT matter_id, step, who, title, coalesce(acting_name, ''), coalesce(recorded_name, ''), "
      "coalesce(outcome, ''), CAST(is_noted AS text), text, coalesce(ink, '') FROM opinion ORDER BY matter_id, id", 10, false,
      "意见与留痕不符，可能被改动、增减", "an opinion is not what the record holds: altered, added or removed" },
    { "form", "SELECT matter_id, body FROM matter_form ORDER BY matter_id", 2, true,
      "表单与留痕不符，可能被改动", "the form is not what the record holds" },
    { "revision", "SELECT d.matter_id, r.elements FROM document d JOIN revision r ON r.document_id = d.id "
      "ORDER BY d.matter_id, r.revision", 2, false,
      "公文版本与留痕不符，可能被改动、增减", "a revision is not what the record holds: altered, added or removed" },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

struct digest {
    char hex[SM3_HEX_SIZE + 1];
};
struct digests {
    struct digest *p;
    size_t n, size;
};

struct helds {
    struct verify *v;
    struct scan rows[KINDS];
    int64_t at[KINDS];             /* matter at which each stands; INT64_MAX: none left */
    struct digests said[KINDS];    /* of the present stream */
    int64_t stream;
};

static int64_t at(struct scan *s)
{
    return scan_next(s) ? row_i64(&s->r, 0) : INT64_MAX;
}

/* What pages and dispatches show is the newest revision. */
static bool newest_revisions(struct verify *v)
{
    struct scan s;
    bool good = scan_open(&s, v->db, v->o->a,
                          "SELECT d.matter_id FROM document d LEFT JOIN revision r ON r.document_id = d.id "
                          "AND r.revision = d.revision WHERE r.elements IS NULL OR r.elements <> d.elements");
    while (good && scan_next(&s))
        verify_fault(v, "document", arena_printf(v->o->a, "matter %lld", (long long)row_i64(&s.r, 0)),
                     "公文正文与最新版本不符，可能被改动", "its text is not that of its newest revision");
    good = good && !s.failed;
    scan_end(&s);
    return good;
}

struct helds *helds_begin(struct verify *v)
{
    struct helds *h = calloc(1, sizeof *h);
    CHECK(h);
    h->v = v;
    for (int k = 0; k < KINDS; k++)
        h->at[k] = INT64_MAX;
    bool good = newest_revisions(v);
    for (int k = 0; good && k < KINDS; k++)
        good = scan_open(&h->rows[k], v->db, v->o->a, kinds[k].rows);
    if (!good) {
        (void)helds_end(&h);
        return NULL;
    }
    for (int k = 0; k < KINDS; k++)
        h->at[k] = at(&h->rows[k]);
    return h;
}

static void push(struct digests *d, struct str hex)
{
    if (d->n == d->size) {
        d->size = d->size ? 2 * d->size : 8;
        d->p = realloc(d->p, d->size * sizeof *d->p);
        CHECK(d->p);
    }
    struct digest *one = &d->p[d->n++];
    memset(one, 0, sizeof *one);
    memcpy(one->hex, hex.p, hex.n < SM3_HEX_SIZE ? hex.n : SM3_HEX_SIZE);
}

/* The member stands last; inside texts its quotes would be escaped. */
static struct str held_of(struct str body)
{
    static const char key[] = "\"" TRACE_HELD "\":";
    size_t n = sizeof key - 1;
    for (size_t i = body.n > n ? body.n - n : 0; i > 0; i--)
        if (memcmp(body.p + i, key, n) == 0)
            return (struct str){ body.p + i + n, body.n - i - n - 1 };
    return STR_NONE;
}

void helds_entry(struct helds *h, const struct trace_entry *t)
{
    struct arena *a = h->v->o->a;
    struct arena_mark mark = arena_mark(a);
    struct str text = held_of(t->body);
    const struct jv *held = text.n ? jv_parse(a, text, NULL, NULL) : NULL;
    for (int k = 0; k < KINDS; k++) {
        const struct jv *list = held ? jv_get(held, kinds[k].name) : NULL;
        for (size_t i = 0; i < jv_size(list); i++)
            push(&h->said[k], jv_str(jv_at(list, i)));
    }
    arena_reset(a, mark);
}

static void digest_row(struct helds *h, int k, char hex[SM3_HEX_SIZE + 1])
{
    struct arena *a = h->v->o->a;
    struct arena_mark mark = arena_mark(a);
    const struct kind *kind = &kinds[k];
    struct str *part = arena_array_of(a, struct str, kind->columns);
    for (int c = 1; c < kind->columns; c++)
        part[c - 1] = row_text(&h->rows[k].r, c);
    sm3_hex(kind->columns == 2 ? part[0] : trace_content(a, part, (size_t)kind->columns - 1), hex);
    arena_reset(a, mark);
}

static void fault(struct helds *h, int k, int64_t matter)
{
    struct arena *a = h->v->o->a;
    struct arena_mark mark = arena_mark(a);
    verify_fault(h->v, kinds[k].name, arena_printf(a, "matter %lld", (long long)matter), kinds[k].zh, kinds[k].en);
    arena_reset(a, mark);
}

static bool take(struct digests *d, const char *hex)
{
    for (size_t i = d->n; i-- > 0;)
        if (strcmp(d->p[i].hex, hex) == 0) {
            d->p[i] = d->p[--d->n];
            return true;
        }
    return false;
}

/* Rows of this matter, each with its digest; none left over on either side. */
static void compare(struct helds *h, int k, bool is_purged)
{
    struct digests *said = &h->said[k];
    bool good = true, any = false;
    char hex[SM3_HEX_SIZE + 1];
    if (kinds[k].is_replaced && said->n > 1) {
        said->p[0] = said->p[said->n - 1];
        said->n = 1;
    }
    for (; h->at[k] == h->stream; h->at[k] = at(&h->rows[k])) {
        any = true;
        digest_row(h, k, hex);
        good = take(said, hex) && good;
    }
    bool is_dropped = kinds[k].is_replaced && !any; /* the form of a draft that was thrown away */
    if (!is_purged && (!good || (said->n && !is_dropped)))
        fault(h, k, h->stream);
    said->n = 0;
}

/* Rows whose matter has no entry at all. */
static void rows_until(struct helds *h, int64_t stream)
{
    for (int k = 0; k < KINDS; k++)
        while (h->at[k] < stream) {
            fault(h, k, h->at[k]);
            h->at[k] = at(&h->rows[k]);
        }
}

void helds_stream_end(struct helds *h, int64_t stream, bool is_purged)
{
    h->stream = stream;
    rows_until(h, stream);
    for (int k = 0; k < KINDS; k++)
        compare(h, k, is_purged);
}

bool helds_end(struct helds **end)
{
    struct helds *h = *end;
    bool good = true;
    rows_until(h, INT64_MAX);
    for (int k = 0; k < KINDS; k++) {
        good = good && !h->rows[k].failed;
        scan_end(&h->rows[k]);
        free(h->said[k].p);
    }
    free(h);
    *end = NULL;
    return good;
}
