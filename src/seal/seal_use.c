/* 用印: a seal on an OFD file, by its custodian alone. The password again (S32), then the seal's passphrase, which
 * opens the key for this one signature on a job thread; the sealed file is stored, and one short command makes
 * it a file of the matter and puts the use on record (C5). What approves a use: OFFICE M8. */
#include <stdio.h>

#include "base/clock.h"
#include "base/id.h"
#include "blob/blob.h"
#include "core/login.h"
#include "desk/desk.h"
#include "ofd/ofd.h"
#include "seal/seal.sql.h"
#include "seal/seal_in.h"
#include "seal/seal_ses.h"
#include "spill/spill.h"

#define PLACES_MOST 50

/* --- may it be used here? ----------------------------------------------------------------------------- */

static bool is_among(const struct jv *list, int64_t id)
{
    int64_t one;
    for (size_t i = 0; i < jv_size(list); i++)
        if (jv_as_i64(jv_at(list, i), &one) && one == id)
            return true;
    return false;
}

/* A file that was sealed in this matter counts as what it was made of: several seals on one document. */
static int64_t source_of(struct ctx *cx, int64_t matter_id, int64_t attachment_id)
{
    for (int i = 0; i < 16; i++) {
        int64_t before = db_number(cx->db, 0, &q_seal_use_of_sealed, attachment_id, matter_id);
        if (!before)
            break;
        attachment_id = before;
    }
    return attachment_id;
}

/* An approved request that waits for its custodian, names this seal and holds this file. */
static bool request_approves(struct ctx *cx, const struct seal *s, const struct matter *m, int64_t attachment_id)
{
    const struct jv *form;
    int64_t thing = 0, item = 0;
    int mine = matter_my_item(cx, m->id, STR("stamp"), &item, NULL);
    int found = mine == 1 ? matter_form_values(cx, m->id, &form) : 0;
    if (mine < 0 || found < 0)
        return false;
    if (found != 1 || m->unit_id != s->unit_id || !s->thing_id || !jv_as_i64(jv_get(form, "seal"), &thing) ||
        thing != s->thing_id)
        return fail(cx, ERR_STATE, "seal.not_approved", NULL);
    return is_among(jv_get(form, "draft"), source_of(cx, m->id, attachment_id)) ||
           (cx->err.kind == ERR_NONE && fail(cx, ERR_STATE, "seal.file_not_approved", "attachment_id"));
}

static bool use_approved(struct ctx *cx, const struct seal *s, int64_t matter_id, int64_t attachment_id)
{
    struct matter m;
    if (!matter_load(cx, matter_id, &m))
        return false;
    if (str_is(m.module, "seal_request"))
        return request_approves(cx, s, &m, attachment_id);
    struct seal_authority ask = { s->unit_id, source_of(cx, m.id, attachment_id), s->kind, false };
    return event_ask(cx, "seal.authority", m.id, &ask) &&
           (ask.approves || fail(cx, ERR_STATE, "seal.not_approved", NULL));
}

static bool not_active(struct ctx *cx, const char *zh, const char *en)
{
    return fail_arg(cx, ERR_STATE, "seal.not_active", NULL, cx->lang == LANG_EN ? en : zh, NULL);
}

/* Revoked, suspended, expired and unready seals do not sign (C5). */
static bool is_usable(struct ctx *cx, const struct seal *s)
{
    if (str_is(s->state, "revoked"))
        return not_active(cx, "已吊销", "it is revoked");
    if (str_is(s->state, "suspended"))
        return not_active(cx, "已停用", "it is suspended");
    if (!str_is(s->state, "active"))
        return not_active(cx, "密钥或证书还没有办好", "its key or certificate is not ready");
    if (day_begin(s->from_on) > cx->now)
        return not_active(cx, "有效期还没有开始", "its period has not begun");
    return day_end(s->until_on) >= cx->now || not_active(cx, "已过有效期", "its period has ended");
}

static bool may_use(struct ctx *cx, const struct seal *s, int64_t matter_id, int64_t attachment_id)
{
    return seal_is_mine(cx, s) && is_usable(cx, s) && use_approved(cx, s, matter_id, attachment_id);
}

/* --- where it goes -------------------------------------------------------------------------------------- */

/* The middle of the seal, tenths of a millimetre from the page's top-left corner. */
struct seal_place {
    int64_t page, x, y;
};
static const struct field seal_place_fields[] = {
    FIELD(seal_place, page, F_I64, .min = 1, .max = 10000, .flags = FIELD_REQUIRED, .zh = "页", .en = "page"),
    FIELD(seal_place, x, F_I64, .min = 0, .max = 20000, .flags = FIELD_REQUIRED, .zh = "横向（0.1 毫米）",
          .en = "from the left, 0.1 mm"),
    FIELD(seal_place, y, F_I64, .min = 0, .max = 20000, .flags = FIELD_REQUIRED, .zh = "纵向（0.1 毫米）",
          .en = "from the top, 0.1 mm"),
};
RECORD(seal_place);

struct seal_stamp_in {
    int64_t seal_id, matter_id, attachment_id;
    struct list places;
    bool is_seam;
    int64_t seam_y;
    struct str passphrase, password;
    /* made by prepare */
    int64_t rev;
    struct desk_paper source;
    struct blob sealed;
    struct str name, pages, serial;
};
static const struct field seal_stamp_in_fields[] = {
    FIELD(seal_stamp_in, seal_id, F_ID, .flags = FIELD_PATH, .zh = "印章", .en = "seal"),
    FIELD(seal_stamp_in, matter_id, F_ID, .flags = FIELD_REQUIRED, .zh = "批准用印的事项", .en = "matter that approves it"),
    FIELD(seal_stamp_in, attachment_id, F_ID, .flags = FIELD_REQUIRED, .zh = "用印文件", .en = "file to be sealed"),
    FIELD(seal_stamp_in, places, F_RECORDS, .max = PLACES_MOST, .record = &seal_place_record, .zh = "用印位置",
          .en = "where the seal goes"),
    FIELD(seal_stamp_in, is_seam, F_BOOL, .zh = "骑缝章", .en = "across the edges of all pages"),
    FIELD(seal_stamp_in, seam_y, F_I64, .min = 0, .max = 20000, .zh = "骑缝章高度（0.1 毫米）",
          .en = "height of the seam seal's middle, 0.1 mm"),
    FIELD(seal_stamp_in, passphrase, F_TEXT, .max = 256, .flags = FIELD_REQUIRED | FIELD_SECRET, .zh = "印章口令",
          .en = "passphrase of the seal"),
    FIELD(seal_stamp_in, password, F_TEXT, .max = 256, .flags = FIELD_REQUIRED | FIELD_SECRET, .zh = "登录密码",
          .en = "one's own password"),
};
RECORD(seal_stamp_in);

static bool place_stamp(struct ctx *cx, struct ofd *o, const struct seal *s, const struct seal_place *p,
                        struct ofd_stamp *out)
{
    struct ofd_box page;
    double x = (double)p->x / 10, y = (double)p->y / 10, w = (double)s->width_mm, h = (double)s->height_mm;
    if (p->page > (int64_t)ofd_pages(o) || !ofd_page_box(o, (size_t)p->page - 1, &page, &cx->err) ||
        x < w / 2 || y < h / 2 || x + w / 2 > page.w || y + h / 2 > page.h)
        return cx->err.kind == ERR_NONE &&
               fail_arg(cx, ERR_INVALID, "seal.place", "places", arena_printf(cx->a, "%d", (int)p->page), NULL);
    *out = (struct ofd_stamp){ .page = (size_t)p->page - 1, .box = { x - w / 2, y - h / 2, w, h } };
    return true;
}

/* The stamps, and in words the pages that bear them. */
static bool stamps_make(struct ctx *cx, struct ofd *o, const struct seal *s, struct seal_stamp_in *in,
                        struct ofd_stamp **out, size_t *n)
{
    const struct seal_place *places = in->places.p;
    size_t pages = ofd_pages(o);
    struct buf words = buf_in(cx->a);
    struct ofd_stamp *p = arena_array_of(cx->a, struct ofd_stamp, in->places.n + pages + 1);
    *out = p;
    *n = 0;
    for (size_t i = 0; i < in->places.n; i++) {
        if (!place_stamp(cx, o, s, &places[i], &p[(*n)++]))
            return false;
        buf_printf(&words, "%s%d", i ? "," : "", (int)places[i].page);
    }
    if (in->is_seam) {
        struct ofd_box page;
        if (pages < 2)
            return fail(cx, ERR_INVALID, "seal.seam_pages", "is_seam");
        if (!ofd_page_box(o, 0, &page, &cx->err))
            return false;
        double y = in->seam_y ? (double)in->seam_y / 10 : page.h / 2;
        if (y < (double)s->height_mm / 2 || y + (double)s->height_mm / 2 > page.h)
            return fail_arg(cx, ERR_INVALID, "seal.place", "seam_y", "1", NULL);
        if (!ofd_seam(o, 0, pages, (double)s->width_mm, (double)s->height_mm, y, p + *n, &cx->err))
            return false;
        *n += pages;
        buf_printf(&words, "%s1-%zu", words.n ? "," : "", pages);
    }
    in->pages = buf_done(&words);
    return *n > 0 || fail(cx, ERR_INVALID, "seal.no_place", "places");
}

/* --- before the committer ----------------------------------------------------------------------------------- */

bool content_read(struct ctx *cx, struct str digest, int64_t size, struct str *out)
{
    struct blob_reader *r;
    int64_t n = 0;
    ptrdiff_t got;
    if (size > FILE_MOST)
        return fail(cx, ERR_TOO_LARGE, "seal.file_large", NULL);
    r = blob_reader_open(core_blobs(cx->core), digest, &size, cx->a, &cx->err);
    if (!r)
        return false;
    char *p = arena_alloc(cx->a, (size_t)size + 1);
    while ((got = blob_reader_next(r, p + n, (size_t)(size - n) + 1, cx->a, &cx->err)) > 0 && n + got <= size)
        n += got;
    blob_reader_close(&r);
    *out = (struct str){ p, (size_t)n };
    return got == 0 && n == size;
}

/* "报告.ofd" → "报告（已用印）.ofd", whichever seal came before. */
static struct str sealed_name(struct arena *a, struct str name)
{
    struct str mark = STR("（已用印）");
    if (str_find(name, mark, 0) >= 0)
        return name;
    size_t stem = str_ends(name, STR(".ofd")) || str_ends(name, STR(".OFD")) ? name.n - 4 : name.n;
    struct str cut = utf8_prefix(str_sub(name, 0, stem), 180);
    return str_printf(a, "%.*s%.*s.ofd", STR_ARG(cut), STR_ARG(mark));
}

/* Signature.xml says the time as the signature's own value does. */
static struct str time_words(struct arena *a, int64_t at)
{
    struct der_item t;
    return der_one(der_time(a, at), DER_TIME, &t) ? t.content : STR("");
}

static bool seal_package(struct ctx *cx, const struct seal *s, const struct seal_parts *parts,
                         struct sm2_key *key, struct str package, struct seal_stamp_in *in, struct str *out)
{
    struct ofd_stamp *stamps;
    struct ofd_prepared *prepared;
    struct ses_seal made;
    struct str to_hash, path;
    size_t n;
    uint8_t hash[SM3_SIZE];
    const char *why;
    struct ofd *o = ofd_open(cx->a, package, &cx->err);
    if (!o || !stamps_make(cx, o, s, in, &stamps, &n))
        return false;
    const struct ofd_sign sign = { .is_seal = true, .provider = STR("TONGBAN"), .provider_version = STR("1.0"),
                                   .company = STR("TONGBAN"), .signed_at = time_words(cx->a, cx->now),
                                   .seal = parts->bytes, .stamps = stamps, .n_stamps = n };
    if (!ses_seal_read(cx->a, parts->bytes, &made, &why) || made.n_list != 1)
        return fail(cx, ERR_STATE, "seal.key_lost", NULL);
    if (!ofd_sign_prepare(cx->a, package, &sign, &prepared, &to_hash, &path, &cx->err))
        return false;
    sm3(to_hash, hash);
    struct signer by = signer_of(cx->a, key);
    struct str value = ses_signature_make(cx->a, parts->bytes, cx->now, hash, path, made.list[0], &by);
    if (!value.p)
        return fail(cx, ERR_INTERNAL, "seal.sign_failed", NULL);
    *out = ofd_sign_finish(prepared, value);
    return true;
}

static bool prepare_stamp(struct ctx *cx, void *input)
{
    struct seal_stamp_in *in = input;
    struct seal s;
    struct seal_parts parts;
    struct sm2_key *key;
    struct str package, sealed;
    if (!seal_load(cx, in->seal_id, &s) || !desk_paper_load(cx, in->attachment_id, &in->source) ||
        (in->source.matter_id != in->matter_id && !fail_not_found(cx)) ||
        !may_use(cx, &s, in->matter_id, in->attachment_id) || !login_confirm(cx, in->password, "password") ||
        !seal_parts_get(cx, s.id, &parts) || !seal_unlock(cx, &s, parts.wrapped, in->passphrase, &key) ||
        !content_read(cx, in->source.digest, in->source.size, &package))
        return false;
    if (!ofd_is(package))
        return fail(cx, ERR_INVALID, "seal.file_type", "attachment_id");
    in->rev = s.rev;
    in->serial = s.serial;
    in->name = sealed_name(cx->a, in->source.name);
    return seal_package(cx, &s, &parts, key, package, in, &sealed) &&
           blob_put(core_blobs(cx->core), sealed, &in->sealed, cx->a, &cx->err);
}

/* --- the command ------------------------------------------------------------------------------------------------ */

struct seal_stamp_out {
    int64_t use_id, attachment_id;
    struct str name, digest;
};
static const struct field seal_stamp_out_fields[] = {
    FIELD(seal_stamp_out, use_id, F_ID, .flags = FIELD_REQUIRED, .zh = "用印记录", .en = "use"),
    FIELD(seal_stamp_out, attachment_id, F_ID, .flags = FIELD_REQUIRED, .zh = "已用印文件", .en = "the sealed file"),
    FIELD(seal_stamp_out, name, F_TEXT, .flags = FIELD_REQUIRED, .zh = "文件名", .en = "its name"),
    FIELD(seal_stamp_out, digest, F_TEXT, .flags = FIELD_REQUIRED, .zh = "摘要", .en = "its SM3"),
};
RECORD(seal_stamp_out);

static struct str use_body(struct ctx *cx, const struct seal *s, const struct seal_stamp_in *in,
                           const struct seal_stamp_out *out)
{
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_kid(&w, "seal", s->id);
    jw_kstr(&w, "seal_name", s->name);
    jw_kstr(&w, "serial", in->serial);
    jw_kid(&w, "use", out->use_id);
    jw_kid(&w, "matter", in->matter_id);
    jw_kid(&w, "attachment", out->attachment_id);
    jw_kstr(&w, "before", in->source.digest);
    jw_kstr(&w, "digest", out->digest);
    jw_kstr(&w, "pages", in->pages);
    jw_obj_end(&w);
    return buf_done(&b);
}

static bool run_stamp(struct ctx *cx, const void *input, void *output)
{
    const struct seal_stamp_in *in = input;
    struct seal_stamp_out *out = output;
    struct seal s;
    struct matter m;
    if (!matter_load_for_change(cx, in->matter_id, &m) || !seal_load_for_change(cx, in->seal_id, &s))
        return false;
    if (s.rev != in->rev)
        return fail(cx, ERR_CONFLICT, "seal.stale", NULL);
    if (!may_use(cx, &s, in->matter_id, in->attachment_id))
        return false;
    if (db_number(cx->db, 0, &q_seal_use_same, s.id, m.id, in->source.digest))
        return fail(cx, ERR_STATE, "seal.used", "attachment_id");
    struct desk_paper paper = { .matter_id = m.id, .size = in->sealed.size, .name = in->name,
                                .type = in->source.type, .kind = in->source.kind,
                                .digest = str_of(in->sealed.digest) };
    if (!desk_paper_put(cx, &paper, s.custodian_post))
        return false;
    *out = (struct seal_stamp_out){ id_new(cx->now), paper.id, paper.name, paper.digest };
    struct str body = use_body(cx, &s, in, out);
    return db_run(cx->db, &q_seal_use_put, out->use_id, s.id, m.id, in->attachment_id, paper.id, in->source.name,
                  in->source.digest, paper.digest, in->pages, in->serial, cx->actor->person_id, s.custodian_post,
                  cx->now) &&
           db_run(cx->db, &q_seal_used, s.id) && matter_trace(cx, m.id, "seal.stamp", s.custodian_post, body) &&
           trace_write(cx, s.unit_id, "seal.stamp", s.custodian_post, 0, body);
}

/* --- reads --------------------------------------------------------------------------------------------------------- */

struct seal_uses_in {
    int64_t seal_id, limit;
    struct str after;
};
static const struct field seal_uses_in_fields[] = {
    FIELD(seal_uses_in, seal_id, F_ID, .flags = FIELD_PATH, .zh = "印章", .en = "seal"),
    FIELD(seal_uses_in, after, F_TEXT, .max = 100, .zh = "续读位置", .en = "cursor"),
    FIELD(seal_uses_in, limit, F_I64, .min = 1, .max = 200, .zh = "条数", .en = "rows"),
};
RECORD(seal_uses_in);

static bool run_uses(struct ctx *cx, const void *input, struct jw *w)
{
    const struct seal_uses_in *in = input;
    struct seal s;
    struct rows r;
    int64_t before = INT64_MAX, none = 0, limit = in->limit ? in->limit : 50, n = 0, last = 0;
    if (!seal_load(cx, in->seal_id, &s) || !cursor_read(cx, in->after, &before, &none, &none))
        return false;
    answer_rows(w);
    for (db_rows(cx->db, &r, &q_seal_uses, s.id, before, limit); rows_next(&r); n++) {
        last = row_i64(&r, 0);
        jw_obj(w);
        jw_kid(w, "id", last);
        jw_kid(w, "matter", row_i64(&r, 1));
        jw_kstr(w, "number", row_text(&r, 9));
        jw_kstr(w, "document", row_text(&r, 2));
        jw_kstr(w, "before", row_text(&r, 3));
        jw_kstr(w, "digest", row_text(&r, 4));
        jw_kstr(w, "pages", row_text(&r, 5));
        jw_kstr(w, "serial", row_text(&r, 6));
        jw_kstr(w, "person", row_text(&r, 7));
        jw_ki64(w, "at", row_i64(&r, 8));
        jw_obj_end(w);
    }
    rows_end(&r);
    answer_rows_end(w, n == limit ? cursor_text(cx, last, 0, 0) : STR_NONE);
    return !rows_failed(&r);
}

/* On the page of a request that waits for its custodian: with which seal it is done. */
static bool on_page(struct ctx *cx, const char *event, int64_t subject, const void *detail)
{
    const struct desk_page *page = detail;
    const struct jv *form;
    struct seal s;
    int64_t thing = 0;
    (void)event;
    (void)subject;
    if (!str_is(page->matter->module, "seal_request") || !page->my_item || !str_is(page->my_node, "stamp"))
        return true;
    if (matter_form_values(cx, page->matter->id, &form) != 1 || !jv_as_i64(jv_get(form, "seal"), &thing))
        return cx->err.kind == ERR_NONE;
    int64_t id = db_number(cx->db, 0, &q_seal_of_thing, thing);
    if (!id || seal_find(cx, id, &s) != 1 || !actor_post(cx, s.custodian_post))
        return cx->err.kind == ERR_NONE;
    jw_kobj(page->w, "sealing");
    jw_kid(page->w, "seal", s.id);
    jw_kstr(page->w, "name", s.name);
    jw_kstr(page->w, "state", s.state);
    jw_obj_end(page->w);
    return true;
}

/* 误传处置: the name of what was sealed goes, its digests stay. */
static bool on_purge(struct ctx *cx, const char *event, int64_t matter_id, const void *detail)
{
    (void)event;
    return db_run(cx->db, &q_seal_use_purge, ((const struct spill_purge *)detail)->words, matter_id);
}

static const struct command commands[] = {
    { "seal.stamp", POST, "/seals/{seal_id}/stamp", PERM_LOGIN, &seal_stamp_in_record, &seal_stamp_out_record,
      run_stamp, "用印", "Put the seal on a file", CMD_WORK_LANE | CMD_CREATES, prepare_stamp },
};
static const struct read reads[] = {
    { "seal.uses", "/seals/{seal_id}/uses", PERM_LOGIN, &seal_uses_in_record, &seal_use_row_record, true, run_uses,
      "用印记录", "Uses of a seal", 0 },
};
static const struct handler handlers[] = {
    { "matter.page", on_page },
    { "matter.purge", on_purge },
};
const struct room seal_use_room = { "seal", ROOM_TABLE(commands), ROOM_TABLE(reads), ROOM_TABLE(handlers), NULL, NULL };
