/* 误传处置, the two persons' side: found, looked at with all that would be hit, asked by one,
 * confirmed by the other (OFFICE D9). The record holds rule and digests, never a title or a text; a
 * title shown here is read from the matter as it stands. */
#include "base/id.h"
#include "core/small.h"
#include "org/org.h"
#include "spill/spill.sql.h"
#include "spill/spill_in.h"

static const char *const rules[] = { "classification", "central", "other", NULL };

int spill_find(struct ctx *cx, int64_t id, struct spill *s)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_spill_get, id);
    if (found == 1)
        *s = (struct spill){
            .id = row_i64(&r, 0),
            .kind = row_copy(&r, 1, cx->a),
            .matter_id = row_i64(&r, 2),
            .root_id = row_i64(&r, 3),
            .file = row_copy(&r, 4, cx->a),
            .rule = row_copy(&r, 5, cx->a),
            .with_opinions = row_i64(&r, 6),
            .state = row_copy(&r, 7, cx->a),
            .digest = row_copy(&r, 8, cx->a),
            .reported_by = row_i64(&r, 9),
            .reported_at = row_i64(&r, 10),
            .asked_by = row_i64(&r, 11),
            .asked_role = (enum role)row_i64(&r, 12),
            .asked_at = row_i64(&r, 13),
            .decided_by = row_i64(&r, 14),
            .decided_at = row_i64(&r, 15),
            .done_at = row_i64(&r, 16),
        };
    rows_end(&r);
    return found;
}

static bool spill_lock(struct ctx *cx, int64_t id, struct spill *s)
{
    if (!db_number(cx->db, 0, &q_spill_lock, id))
        return cx->err.kind == ERR_NONE && fail_not_found(cx);
    return spill_find(cx, id, s) == 1;
}

/* --- who ------------------------------------------------------------------------------------------- */

/* Which of the two the actor is; nobody is both (org_roles_apart). */
static enum role role_here(const struct ctx *cx)
{
    for (size_t i = 0; cx->actor && i < cx->actor->n_grants; i++) {
        enum role r = cx->actor->grants[i].role;
        if (r == ROLE_SECRECY_OFFICER || r == ROLE_SECURITY_ADMIN)
            return r;
    }
    return ROLE_NONE;
}

/* --- from where it was found to where it began -------------------------------------------------------- */

static bool root_of(struct ctx *cx, int64_t matter_id, int64_t *root)
{
    struct matter m;
    *root = matter_id;
    for (int i = 0; i < 16; i++) {
        int found = matter_find(cx, *root, &m);
        if (found != 1)
            return found == 0 && fail_not_found(cx);
        int64_t up = m.parent_id;
        if (!up && !event_ask(cx, "matter.origin", m.id, &up))
            return false;
        if (!up || up == *root)
            return true;
        *root = up;
    }
    return true;
}

/* --- reported, asked ---------------------------------------------------------------------------------- */

struct spill_out {
    int64_t spill_id;
};
static const struct field spill_out_fields[] = {
    FIELD(spill_out, spill_id, F_ID, .zh = "误传处置", .en = "spill"),
};
RECORD(spill_out);

struct spill_in {
    int64_t matter_id;
    struct str file, rule;
    bool with_opinions;
};

/* Is the file one of this matter's own? Then which content it is may be named. */
static bool file_fits(struct ctx *cx, int64_t matter_id, struct str file)
{
    struct rows r;
    bool is = file.n == 0;
    for (db_rows(cx->db, &r, &q_spill_files, matter_id); rows_next(&r);)
        is = is || str_eq(row_text(&r, 0), file);
    rows_end(&r);
    return !rows_failed(&r) && (is || fail(cx, ERR_INVALID, "spill.file", "file"));
}

static bool put(struct ctx *cx, const struct spill_in *in, const char *state, struct spill *s)
{
    bool asks = state[0] == 'a';
    int64_t person = cx->actor->person_id;
    *s = (struct spill){ .id = id_new(cx->now), .kind = in->file.n ? STR("file") : STR("matter"),
                         .matter_id = in->matter_id, .file = in->file.p ? in->file : STR(""),
                         .rule = in->rule, .with_opinions = in->with_opinions,
                         .state = str_of(state) };
    if (!root_of(cx, in->matter_id, &s->root_id) || !file_fits(cx, in->matter_id, s->file))
        return false;
    if (db_number(cx->db, 0, &q_spill_same, s->root_id, s->file))
        return fail(cx, ERR_CONFLICT, "spill.same", NULL);
    return cx->err.kind == ERR_NONE &&
           db_run(cx->db, &q_spill_put, s->id, s->kind, s->matter_id, s->root_id, s->file, s->rule,
                  (int64_t)s->with_opinions, s->state, bind_id(asks ? 0 : person),
                  bind_id(asks ? 0 : cx->now), bind_id(asks ? person : 0),
                  bind_id(asks ? (int64_t)role_here(cx) : 0), bind_id(asks ? cx->now : 0)) &&
           spill_trace(cx, s, asks ? "spill.ask" : "spill.report");
}

#define SPILL_FIELDS(st)                                                                           \
    FIELD(st, file, F_TEXT, .max = 64, .zh = "只限这个文件（摘要）",                       \
          .en = "only this file, by its digest"),                                                  \
        FIELD(st, rule, F_CHOICE, .choices = rules, .flags = FIELD_REQUIRED, .zh = "依据",         \
              .en = "rule")

struct spill_report_in {
    int64_t matter_id;
    struct str file, rule;
};
static const struct field spill_report_in_fields[] = {
    FIELD(spill_report_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "事项", .en = "matter"),
    SPILL_FIELDS(spill_report_in),
};
RECORD(spill_report_in);

/* Whoever sees it tells the two. */
static bool run_report(struct ctx *cx, const void *input, void *output)
{
    const struct spill_report_in *in = input;
    const struct spill_in asked = { in->matter_id, in->file, in->rule, true };
    struct spill s;
    if (!matter_can_see(cx, in->matter_id))
        return fail_not_found(cx);
    if (!put(cx, &asked, "reported", &s))
        return false;
    ((struct spill_out *)output)->spill_id = s.id;
    return true;
}

static const struct field spill_in_fields[] = {
    FIELD(spill_in, matter_id, F_ID, .flags = FIELD_REQUIRED, .zh = "事项", .en = "matter"),
    SPILL_FIELDS(spill_in),
    FIELD(spill_in, with_opinions, F_BOOL, .zh = "意见也清除", .en = "opinions too"),
};
RECORD(spill_in);

static bool run_ask(struct ctx *cx, const void *input, void *output)
{
    struct spill s;
    if (!put(cx, input, "asked", &s))
        return false;
    ((struct spill_out *)output)->spill_id = s.id;
    return true;
}

struct spill_take_in {
    int64_t spill_id;
    struct str rule;
    bool with_opinions;
};
static const struct field spill_take_in_fields[] = {
    FIELD(spill_take_in, spill_id, F_ID, .flags = FIELD_PATH, .zh = "误传处置", .en = "spill"),
    FIELD(spill_take_in, rule, F_CHOICE, .choices = rules, .flags = FIELD_REQUIRED, .zh = "依据",
          .en = "rule"),
    FIELD(spill_take_in, with_opinions, F_BOOL, .zh = "意见也清除", .en = "opinions too"),
};
RECORD(spill_take_in);

/* One of the two takes up what was reported. */
static bool run_take(struct ctx *cx, const void *input, void *output)
{
    const struct spill_take_in *in = input;
    struct spill s;
    (void)output;
    if (!spill_lock(cx, in->spill_id, &s))
        return false;
    if (!str_is(s.state, "reported"))
        return fail(cx, ERR_STATE, "spill.state", NULL);
    s.rule = in->rule;
    return db_run(cx->db, &q_spill_asked, in->rule, (int64_t)in->with_opinions,
                  cx->actor->person_id, (int64_t)role_here(cx), cx->now, s.id) &&
           spill_trace(cx, &s, "spill.ask");
}

/* --- confirmed, declined -------------------------------------------------------------------------------- */

struct spill_path {
    int64_t spill_id;
};
static const struct field spill_path_fields[] = {
    FIELD(spill_path, spill_id, F_ID, .flags = FIELD_PATH, .zh = "误传处置", .en = "spill"),
};
RECORD(spill_path);

static bool run_confirm(struct ctx *cx, const void *input, void *output)
{
    struct spill s;
    (void)output;
    if (!spill_lock(cx, ((const struct spill_path *)input)->spill_id, &s))
        return false;
    if (!str_is(s.state, "asked"))
        return fail(cx, ERR_STATE, "spill.state", NULL);
    if (s.asked_by == cx->actor->person_id || s.asked_role == role_here(cx))
        return fail(cx, ERR_FORBIDDEN, "spill.second", NULL);
    s.decided_by = cx->actor->person_id;
    s.decided_at = cx->now;
    return db_run(cx->db, &q_spill_decided, "purging", s.decided_by, cx->now, s.id) &&
           spill_trace(cx, &s, "spill.confirm") && spill_begin(cx, &s);
}

/* Not a spill after all, or asked by mistake: either of the two. */
static bool run_decline(struct ctx *cx, const void *input, void *output)
{
    struct spill s;
    (void)output;
    if (!spill_lock(cx, ((const struct spill_path *)input)->spill_id, &s))
        return false;
    if (!str_is(s.state, "asked") && !str_is(s.state, "reported"))
        return fail(cx, ERR_STATE, "spill.state", NULL);
    return db_run(cx->db, &q_spill_decided, "declined", cx->actor->person_id, cx->now, s.id) &&
           spill_trace(cx, &s, "spill.decline");
}

/* --- what would be hit ----------------------------------------------------------------------------------- */

#define HIT_MOST 20000
#define HIT_SHOWN 200

/* The matters in the order in which they are found; each once. */
struct hit {
    struct arena *a;
    int64_t *ids;
    size_t n, size;
    int64_t *slots; /* open addressing by id */
    size_t mask;
};

static bool hit_new(struct hit *h, int64_t id)
{
    for (size_t i = (size_t)id * 0x9E3779B97F4A7C15u >> 20 & h->mask;; i = (i + 1) & h->mask) {
        if (h->slots[i] == id)
            return false;
        if (h->slots[i] == 0) {
            h->slots[i] = id;
            return true;
        }
    }
}

static void hit_add(void *arg, int64_t matter_id)
{
    struct hit *h = arg;
    if (h->n == HIT_MOST || !hit_new(h, matter_id))
        return;
    if (h->n == h->size) {
        h->ids = arena_grow(h->a, h->ids, h->size * sizeof *h->ids, 2 * h->size * sizeof *h->ids);
        h->size *= 2;
    }
    h->ids[h->n++] = matter_id;
}

static struct hit hit_begin(struct arena *a)
{
    struct hit h = { .a = a, .size = 64, .mask = 65535 };
    h.ids = arena_array_of(a, int64_t, h.size);
    h.slots = arena_array_of(a, int64_t, h.mask + 1);
    return h;
}

static bool find_hit(struct ctx *cx, int64_t root, struct str file, struct hit *h)
{
    const struct spill_spread to = { hit_add, h };
    struct rows r;
    if (!file.n) {
        hit_add(h, root);
        for (size_t i = 0; i < h->n; i++)
            if (!spill_derived(cx, h->ids[i], &to))
                return false;
        return true;
    }
    for (db_rows(cx->db, &r, &q_spill_digest_matters, file); rows_next(&r);)
        hit_add(h, row_i64(&r, 0));
    rows_end(&r);
    return !rows_failed(&r);
}

static bool write_matter(struct ctx *cx, int64_t matter_id, struct jw *w)
{
    struct matter m;
    struct str unit;
    if (matter_find(cx, matter_id, &m) != 1)
        return cx->err.kind == ERR_NONE;
    if (!org_unit_name_on(cx, m.unit_id, STR_NONE, &unit))
        return false;
    jw_obj(w);
    jw_kid(w, "matter", m.id);
    jw_kstr(w, "title", m.title);
    jw_kstr(w, "number", m.number);
    jw_kstr(w, "module", m.module_name);
    jw_kstr(w, "unit", unit);
    jw_kstr(w, "state", m.state);
    jw_ki64(w, "started_at", m.started_at);
    jw_obj_end(w);
    return true;
}

struct totals {
    struct spill_holds holds;
    int64_t opinions, files, units, bytes;
};

/* Files by digest: name, size, and in how many places. */
static bool write_files(struct ctx *cx, const struct hit *h, struct totals *t, struct jw *w)
{
    struct hit seen = hit_begin(cx->a);
    jw_karr(w, "files");
    for (size_t i = 0; i < h->n; i++) {
        struct rows r;
        for (db_rows(cx->db, &r, &q_spill_files_of, h->ids[i]); rows_next(&r);) {
            uint64_t key = 0; /* of the digest: enough to count each content once */
            struct str digest = row_text(&r, 0);
            for (size_t k = 0; k < 15 && k < digest.n; k++)
                key = key << 4 | (uint64_t)(digest.p[k] <= '9' ? digest.p[k] - '0' : digest.p[k] - 'a' + 10);
            if (!hit_new(&seen, (int64_t)key + 1))
                continue;
            t->bytes += row_i64(&r, 2);
            if (t->files++ >= HIT_SHOWN)
                continue;
            jw_obj(w);
            jw_kstr(w, "digest", digest);
            jw_kstr(w, "name", row_text(&r, 1));
            jw_ki64(w, "size", row_i64(&r, 2));
            jw_obj_end(w);
        }
        rows_end(&r);
        if (rows_failed(&r))
            return false;
    }
    jw_arr_end(w);
    return true;
}

static bool count_hit(struct ctx *cx, const struct hit *h, bool whole, struct totals *t)
{
    struct hit units = hit_begin(cx->a);
    for (size_t i = 0; i < h->n; i++) {
        struct arena_mark mark = arena_mark(cx->a);
        struct matter m;
        if (matter_find(cx, h->ids[i], &m) == 1)
            t->units += hit_new(&units, m.unit_id);
        if (whole) {
            t->opinions += db_number(cx->db, 0, &q_spill_opinion_count, h->ids[i]);
            if (!event_ask(cx, "matter.holds", h->ids[i], &t->holds))
                return false;
        }
        if (cx->err.kind)
            return false;
        arena_reset(cx->a, mark);
    }
    return true;
}

static bool write_hit(struct ctx *cx, int64_t root, struct str file, struct jw *w)
{
    struct hit h = hit_begin(cx->a);
    struct totals t = { .opinions = 0 };
    if (!find_hit(cx, root, file, &h) || !count_hit(cx, &h, !file.n, &t))
        return false;
    jw_kid(w, "root", root);
    if (!write_files(cx, &h, &t, w))
        return false;
    jw_karr(w, "matters");
    for (size_t i = 0; i < h.n && i < HIT_SHOWN; i++)
        if (!write_matter(cx, h.ids[i], w))
            return false;
    jw_arr_end(w);
    jw_kobj(w, "counts");
    jw_ki64(w, "matters", (int64_t)h.n);
    jw_ki64(w, "units", t.units);
    jw_ki64(w, "texts", t.holds.texts);
    jw_ki64(w, "revisions", t.holds.revisions);
    jw_ki64(w, "drafts", t.holds.drafts);
    jw_ki64(w, "letters", t.holds.letters);
    jw_ki64(w, "deliveries", t.holds.deliveries);
    jw_ki64(w, "opinions", t.opinions);
    jw_ki64(w, "words", t.holds.words);
    jw_ki64(w, "links", t.holds.links);
    jw_ki64(w, "files", t.files);
    jw_ki64(w, "bytes", t.bytes);
    jw_obj_end(w);
    return true;
}

struct preview_in {
    int64_t matter_id;
    struct str file;
};
static const struct field preview_in_fields[] = {
    FIELD(preview_in, matter_id, F_ID, .flags = FIELD_REQUIRED, .zh = "事项", .en = "matter"),
    FIELD(preview_in, file, F_TEXT, .max = 64, .zh = "只限这个文件（摘要）",
          .en = "only this file, by its digest"),
};
RECORD(preview_in);

static bool run_preview(struct ctx *cx, const void *input, struct jw *w)
{
    const struct preview_in *in = input;
    int64_t root;
    if (!root_of(cx, in->matter_id, &root) || !file_fits(cx, in->matter_id, in->file))
        return false;
    jw_obj(w);
    bool good = write_hit(cx, root, in->file, w);
    jw_obj_end(w);
    return good;
}

/* --- finding it -------------------------------------------------------------------------------------------- */

struct find_in {
    struct str q;
};
static const struct field find_in_fields[] = {
    FIELD(find_in, q, F_TEXT, .max = 300, .flags = FIELD_REQUIRED,
          .zh = "文号、页面地址、事项编号或文件摘要",
          .en = "document number, address of the page, id of the matter or digest of a file"),
};
RECORD(find_in);

static bool is_hex(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
            return false;
    return s.n == 64;
}

/* The number behind the last "matters/", or the whole: 0 when it is none. */
static int64_t matter_named(struct str q)
{
    int64_t id = 0;
    ptrdiff_t at = str_find(q, STR("/matters/"), 0);
    struct str digits = at < 0 ? q : str_sub(q, (size_t)at + 9, q.n);
    size_t n = 0;
    while (n < digits.n && digits.p[n] >= '0' && digits.p[n] <= '9')
        n++;
    bool is_all = at >= 0 || n == digits.n;
    return is_all && n > 0 && str_to_i64(str_sub(digits, 0, n), &id) ? id : 0;
}

static bool run_find(struct ctx *cx, const void *input, struct jw *w)
{
    const struct find_in *in = input;
    struct hit h = hit_begin(cx->a);
    const struct spill_number asked = { in->q, { hit_add, &h } };
    struct matter m;
    struct rows r;
    int64_t id = matter_named(in->q);
    if (is_hex(in->q)) {
        for (db_rows(cx->db, &r, &q_spill_digest_matters, in->q); rows_next(&r);)
            hit_add(&h, row_i64(&r, 0));
        rows_end(&r);
    } else if (id) {
        if (matter_find(cx, id, &m) == 1)
            hit_add(&h, id);
    } else if (!event_ask(cx, "matter.numbered", 0, &asked)) {
        return false;
    }
    answer_rows(w);
    for (size_t i = 0; i < h.n && i < HIT_SHOWN; i++)
        if (!write_matter(cx, h.ids[i], w))
            return false;
    answer_rows_end(w, STR_NONE);
    return cx->err.kind == ERR_NONE;
}

/* --- the list ------------------------------------------------------------------------------------------------ */

static const char *const lists[] = { "open", "closed", NULL };

struct spills_in {
    struct str state, after;
    int64_t limit;
};
static const struct field spills_in_fields[] = {
    FIELD(spills_in, state, F_CHOICE, .choices = lists, .zh = "状态", .en = "open or closed"),
    FIELD(spills_in, after, F_TEXT, .max = 60, .zh = "位置", .en = "cursor"),
    FIELD(spills_in, limit, F_I64, .min = 0, .max = 100, .zh = "行数", .en = "rows"),
};
RECORD(spills_in);

struct spill_row {
    int64_t id, matter_id, asked_by, reported_at, asked_at, decided_at, done_at;
    struct str kind, rule, state, digest, reporter, asker, decider;
    enum role asked_role;
    bool with_opinions;
};

static struct spill_row row_of(struct ctx *cx, struct rows *r)
{
    return (struct spill_row){
        .id = row_i64(r, 0),
        .kind = row_copy(r, 1, cx->a),
        .matter_id = row_i64(r, 2),
        .rule = row_copy(r, 3, cx->a),
        .state = row_copy(r, 4, cx->a),
        .reported_at = row_i64(r, 5),
        .asked_at = row_i64(r, 6),
        .asked_role = (enum role)row_i64(r, 7),
        .decided_at = row_i64(r, 8),
        .done_at = row_i64(r, 9),
        .digest = row_copy(r, 10, cx->a),
        .with_opinions = row_i64(r, 11),
        .asked_by = row_i64(r, 12),
        .reporter = row_copy(r, 13, cx->a),
        .asker = row_copy(r, 14, cx->a),
        .decider = row_copy(r, 15, cx->a),
    };
}

static void moment(struct jw *w, const char *key, int64_t at)
{
    jw_key(w, key);
    if (at)
        jw_i64(w, at);
    else
        jw_null(w);
}

static bool write_row(struct ctx *cx, const struct spill_row *s, struct jw *w)
{
    struct matter m = { .title = STR("") };
    struct str unit = STR("");
    if (matter_find(cx, s->matter_id, &m) == 1 &&
        !org_unit_name_on(cx, m.unit_id, STR_NONE, &unit))
        return false;
    bool is_asked = str_is(s->state, "asked");
    bool is_second = is_asked && s->asked_by != cx->actor->person_id &&
                     s->asked_role != role_here(cx);
    jw_kid(w, "id", s->id);
    jw_kstr(w, "kind", s->kind);
    jw_kid(w, "matter", s->matter_id);
    jw_kstr(w, "title", m.title);
    jw_kstr(w, "number", m.number.p ? m.number : STR(""));
    jw_kstr(w, "unit", unit);
    jw_kstr(w, "rule", s->rule);
    jw_kstr(w, "state", s->state);
    jw_kbool(w, "with_opinions", s->with_opinions);
    jw_kstr(w, "reported_by", s->reporter);
    moment(w, "reported_at", s->reported_at);
    jw_kstr(w, "asked_by", s->asker);
    jw_ktext(w, "asked_as", s->asked_role ? role_title(s->asked_role, cx->lang) : "");
    moment(w, "asked_at", s->asked_at);
    jw_kstr(w, "decided_by", s->decider);
    moment(w, "decided_at", s->decided_at);
    moment(w, "done_at", s->done_at);
    jw_kstr(w, "digest", s->digest);
    jw_kbool(w, "may_ask", str_is(s->state, "reported"));
    jw_kbool(w, "may_confirm", is_second);
    jw_kbool(w, "may_decline", is_asked || str_is(s->state, "reported"));
    return cx->err.kind == ERR_NONE;
}

static bool run_list(struct ctx *cx, const void *input, struct jw *w)
{
    const struct spills_in *in = input;
    const struct query *q = str_is(in->state, "closed") ? &q_spills_closed : &q_spills_open;
    int64_t before = INT64_MAX, limit = in->limit ? in->limit : 50;
    size_t n = 0;
    struct rows r;
    struct spill_row *rows = arena_array_of(cx->a, struct spill_row, (size_t)limit);
    if (!cursor_read(cx, in->after, &before, NULL, NULL))
        return false;
    for (db_rows(cx->db, &r, q, before, limit); n < (size_t)limit && rows_next(&r);)
        rows[n++] = row_of(cx, &r);
    rows_end(&r);
    if (rows_failed(&r))
        return false;
    answer_rows(w);
    for (size_t i = 0; i < n; i++) {
        jw_obj(w);
        bool good = write_row(cx, &rows[i], w);
        jw_obj_end(w);
        if (!good)
            return false;
    }
    answer_rows_end(w, n == (size_t)limit ? cursor_text(cx, rows[n - 1].id, 0, 0) : STR_NONE);
    return true;
}

/* --- one of them ---------------------------------------------------------------------------------------------- */

static bool write_progress(struct ctx *cx, int64_t id, struct jw *w)
{
    struct rows r;
    int found = db_get(cx->db, &r, &q_spill_progress, id);
    jw_ki64(w, "matters", found == 1 ? row_i64(&r, 0) : 0);
    jw_ki64(w, "purged", found == 1 ? row_i64(&r, 1) : 0);
    rows_end(&r);
    jw_karr(w, "digests");
    for (db_rows(cx->db, &r, &q_purged_of, id); rows_next(&r);) {
        jw_obj(w);
        jw_kstr(w, "digest", row_text(&r, 0));
        jw_kstr(w, "kind", row_text(&r, 1));
        jw_obj_end(w);
    }
    rows_end(&r);
    jw_arr_end(w);
    return found == 1 && !rows_failed(&r);
}

static bool run_one(struct ctx *cx, const void *input, struct jw *w)
{
    int64_t id = ((const struct spill_path *)input)->spill_id;
    struct spill s;
    struct rows r;
    int found = spill_find(cx, id, &s);
    if (found != 1)
        return found == 0 && fail_not_found(cx);
    bool is_open = str_is(s.state, "reported") || str_is(s.state, "asked");
    found = db_get(cx->db, &r, &q_spill_one, id);
    struct spill_row row = { .id = 0 };
    if (found == 1)
        row = row_of(cx, &r);
    rows_end(&r);
    jw_obj(w);
    bool good = found == 1 && write_row(cx, &row, w) && write_progress(cx, id, w);
    if (good && is_open) {
        jw_kobj(w, "hit");
        good = write_hit(cx, s.root_id, s.file, w);
        jw_obj_end(w);
    }
    jw_obj_end(w);
    return good;
}

static const struct command commands[] = {
    { "spill.report", POST, "/matters/{matter_id}/report_spill", PERM_LOGIN,
      &spill_report_in_record, &spill_out_record, run_report, "报告误传：请保密员处置",
      "Report a paper that should not be here", CMD_CREATES, NULL },
    { "spill.ask", POST, "/spills", PERM_SECRECY, &spill_in_record, &spill_out_record, run_ask,
      "提出误传处置", "Ask that a paper be purged everywhere", CMD_CREATES, NULL },
    { "spill.take", POST, "/spills/{spill_id}/ask", PERM_SECRECY, &spill_take_in_record, NULL,
      run_take, "就报告提出误传处置", "Ask that what was reported be purged", 0, NULL },
    { "spill.confirm", POST, "/spills/{spill_id}/confirm", PERM_SECRECY, &spill_path_record, NULL,
      run_confirm, "确认误传处置，清除内容", "Confirm as the second person: the content is purged",
      CMD_NARROW, NULL },
    { "spill.decline", POST, "/spills/{spill_id}/decline", PERM_SECRECY, &spill_path_record, NULL,
      run_decline, "不作误传处置", "Decline: it may stay", 0, NULL },
    { "spill.step", POST, NULL, PERM_OPERATOR, &spill_step_in_record, &spill_step_out_record,
      spill_run_step, "清除下一批", "Purge the next matters", CMD_INTERNAL | CMD_NO_TRACE | CMD_NARROW, NULL },
    { "spill.fold_log", POST, NULL, PERM_OPERATOR, NULL, NULL, spill_run_fold, "截断预写日志",
      "Cut the write-ahead log", CMD_INTERNAL | CMD_NO_TRACE | CMD_NARROW, NULL },
};
static const struct read reads[] = {
    { "spills", "/spills", PERM_SECRECY, &spills_in_record, &spill_row_record, true, run_list,
      "误传处置列表", "Spills", 0 },
    { "spill.find", "/spills/find", PERM_SECRECY, &find_in_record, &spill_matter_record, true,
      run_find, "查找误传的文件", "Find a spilled paper", 0 },
    { "spill.preview", "/spills/preview", PERM_SECRECY, &preview_in_record, &spill_hit_record,
      false, run_preview, "误传处置预览：将清除什么", "What would be purged", 0 },
    { "spill", "/spills/{spill_id}", PERM_SECRECY, &spill_path_record, &spill_one_record, false,
      run_one, "一件误传处置", "One spill", 0 },
};
const struct room spill_room = { "spill", ROOM_TABLE(commands), ROOM_TABLE(reads), NULL, 0, NULL,
                                 spill_tick };
