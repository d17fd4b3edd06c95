#include "document/document_reply.h"

#include "document/document_in.h"

const char *const reply_forms[] = { "批复", "复函", "转发", "报告", NULL };

/* --- the draft: by values alone -------------------------------------------------------------------------- */

struct str reply_matter(struct str title)
{
    static const char *const kinds[] = { "决议", "决定", "公报", "公告", "通告", "意见", "通知",
                                         "通报", "报告", "请示", "批复", "议案", "复函", "函",
                                         "纪要", NULL };
    ptrdiff_t about = str_find(title, STR("关于"), 0);
    struct str s = about >= 0 ? str_sub(title, (size_t)about + STR("关于").n, title.n) : title;
    for (size_t i = 0; kinds[i]; i++)
        if (str_ends(s, str_of(kinds[i]))) {
            s.n -= strlen(kinds[i]);
            break;
        }
    if (str_ends(s, STR("的")))
        s.n -= STR("的").n;
    return s.n ? s : title;
}

/* 《标题》（文号） */
static struct str cited(struct arena *a, const struct letter *came)
{
    return came->number.n ? str_printf(a, "《%.*s》（%.*s）", STR_ARG(came->title),
                                       STR_ARG(came->number))
                          : str_printf(a, "《%.*s》", STR_ARG(came->title));
}

static const struct jv *body_of(struct arena *a, struct str first, const char *last)
{
    struct buf b = buf_in(a);
    struct jw w = jw_to(&b);
    const struct str lines[] = { first, STR(""), str_of(last ? last : "") };
    jw_arr(&w);
    for (size_t i = 0; i < (last ? 3u : 2u); i++) {
        jw_obj(&w);
        jw_ktext(&w, "kind", "p");
        jw_kstr(&w, "text", lines[i]);
        jw_obj_end(&w);
    }
    jw_arr_end(&w);
    return jv_parse(a, buf_done(&b), NULL, NULL);
}

struct reply reply_compose(struct arena *a, struct str form, struct str issuer,
                           const struct letter *came)
{
    struct str of = reply_matter(came->title), cite = cited(a, came);
    struct reply r = { .e = { .urgency = came->urgency, .basis = cite, .main_text = came->issuer } };
    const char *opening = "你单位%.*s收悉。经研究，现批复如下：", *last = "此复。";
    if (str_is(form, "批复")) {
        r.doc_type = "批复";
        r.e.title = str_printf(a, "%.*s关于%.*s的批复", STR_ARG(issuer), STR_ARG(of));
    } else if (str_is(form, "复函")) {
        r.doc_type = "函";
        r.e.title = str_printf(a, "%.*s关于%.*s的复函", STR_ARG(issuer), STR_ARG(of));
        opening = "贵单位%.*s收悉。经研究，现函复如下：";
    } else if (str_is(form, "转发")) {
        bool is_notice = str_ends(came->title, STR("的通知")); /* the kind is not said twice */
        r.doc_type = "通知";
        r.e.title = str_printf(a, "%.*s转发%.*s%s", STR_ARG(issuer), STR_ARG(came->title),
                               is_notice ? "" : "的通知");
        r.e.main_text = STR_NONE; /* to whom, the drafter says */
        opening = "现将%.*s转发给你们，请认真贯彻执行。";
        last = NULL;
    } else {
        r.doc_type = "报告";
        r.e.title = str_printf(a, "%.*s关于%.*s%s的报告", STR_ARG(issuer), STR_ARG(of),
                               str_ends(of, STR("情况")) ? "" : "情况");
        opening = "%.*s收悉。现将有关情况报告如下：";
        last = "特此报告。";
    }
    r.e.title = utf8_prefix(r.e.title, 200);
    r.e.body = body_of(a, str_printf(a, opening, STR_ARG(cite)), last);
    return r;
}

/* --- the command ---------------------------------------------------------------------------------------------- */

struct doc_reply_in {
    int64_t matter_id, agency_id;
    struct str form;
};
static const struct field doc_reply_in_fields[] = {
    FIELD(doc_reply_in, matter_id, F_ID, .flags = FIELD_PATH, .zh = "来文事项",
          .en = "matter that received it"),
    FIELD(doc_reply_in, agency_id, F_ID, .flags = FIELD_REQUIRED, .zh = "发文机关",
          .en = "issuing agency"),
    FIELD(doc_reply_in, form, F_CHOICE, .choices = reply_forms, .flags = FIELD_REQUIRED,
          .zh = "复文种类", .en = "kind of answer"),
};
const struct record doc_reply_in_record = { "doc_reply_in", sizeof(struct doc_reply_in),
                                            doc_reply_in_fields, 3 };

static bool received(struct ctx *cx, int64_t matter_id, struct letter *out)
{
    const struct letter_ask ask = { out, false };
    *out = (struct letter){ .is_found = false };
    if (!matter_can_see(cx, matter_id))
        return fail_not_found(cx);
    if (!event_ask(cx, "letter.received", matter_id, &ask))
        return false;
    return out->is_found || fail(cx, ERR_STATE, "doc.nothing_received", NULL);
}

/* To the sender, and linked to what came; a document passed on answers nobody. */
static void bind_reply(struct ctx *cx, struct reply *r, const struct letter *came,
                       int64_t matter_id, bool is_forward)
{
    struct doc_link *link = arena_new_of(cx->a, struct doc_link);
    *link = (struct doc_link){ is_forward ? STR("forwards") : STR("incoming"), r->e.basis,
                               matter_id };
    r->e.links = (struct list){ link, 1 };
    if (is_forward || !came->unit_id)
        return;
    int64_t *unit = arena_new_of(cx->a, int64_t);
    *unit = came->unit_id;
    r->e.main_recipients.units = (struct ids){ unit, 1 };
}

DOC_COMMAND(doc_reply)
{
    const struct doc_reply_in *in = input;
    struct org_agency agency;
    struct letter came;
    struct doc d;
    int64_t post_id;
    int found = org_agency_find(cx, in->agency_id, &agency);
    if (found < 1)
        return found == 0 && fail(cx, ERR_INVALID, "doc.not_your_agency", "agency_id");
    if (!received(cx, in->matter_id, &came))
        return false;
    struct reply r = reply_compose(cx->a, in->form, agency.signature_name, &came);
    bind_reply(cx, &r, &came, in->matter_id, str_is(in->form, "转发"));
    return doc_begin(cx, agency.id, str_of(r.doc_type), r.e.title, &d, &post_id) &&
           doc_store(cx, &d, &r.e, "save", post_id) && doc_created_out(cx, &d, output);
}

bool doc_answers(struct ctx *cx, const struct doc *d)
{
    const struct doc_link *l = d->elements.links.p;
    const struct letter_answer answer = { d->number, d->title };
    for (size_t i = 0; i < d->elements.links.n; i++)
        if (str_is(l[i].kind, "incoming") && l[i].matter_id &&
            !event_emit(cx, "letter.answered", l[i].matter_id, &answer))
            return false;
    return true;
}
