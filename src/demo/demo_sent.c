/* demo/sent: documents of the city's own (data/demo-documents.jsonl): drafted, checked, countersigned,
 * signed, numbered, dispatched, and what the receiving units make of them. */
#include "demo/demo_scenes.h"

#include "base/clock.h"
#include "core/core.h"
#include "org/org.h"

/* --- the draft ----------------------------------------------------------------------------------- */
static struct str text_of(const struct jv *d, const char *key)
{
    struct str s = jv_str(jv_get(d, key));
    return s.p ? s : STR("");
}

static int64_t id_of(const struct jv *j, const char *key)
{
    int64_t id = 0;
    return jv_as_i64(jv_get(j, key), &id) ? id : 0;
}

static bool is_heading(struct str s)
{
    return utf8_length(s) < 30 && str_find(s, STR("、"), 0) == 3 && str_find(s, STR("。"), 0) < 0;
}

static void write_body(struct play *p, struct jw *w, const struct jv *paragraphs)
{
    jw_karr(w, "body");
    for (size_t i = 0; i < jv_size(paragraphs); i++) {
        struct str s = jv_str(jv_at(paragraphs, i));
        jw_obj(w);
        jw_ktext(w, "kind", is_heading(s) ? "h1" : "p");
        jw_kstr(w, "text", play_fill(p, stage_text(p->s, "%.*s", STR_ARG(s))));
        jw_obj_end(w);
    }
    jw_arr_end(w);
}

static int64_t agency_id(struct play *p, const char *account, struct str code);

/* Its other bodies, where it is a joint issue. */
static void write_joint(struct play *p, struct jw *w, const struct sending *s)
{
    if (s->n_joint == 0)
        return;
    jw_karr(w, "joint");
    for (size_t i = 0; i < s->n_joint; i++)
        jw_id(w, agency_id(p, s->drafter, s->joint[i]->code));
    jw_arr_end(w);
}

static struct str elements(struct play *p, const struct sending *s, const struct jv *d, struct str title,
                           struct str main)
{
    struct buf b = buf_in(stage_arena(p->s));
    struct jw w = jw_to(&b);
    bool is_open = str_is(text_of(d, "disclosure"), "主动公开");
    jw_obj(&w);
    jw_ki64(&w, "rev", 1);
    jw_kstr(&w, "title", title);
    jw_kstr(&w, "urgency", text_of(d, "urgency"));
    jw_ktext(&w, "disclosure", is_open ? "active" : "none");
    if (!is_open)
        jw_ktext(&w, "disclosure_reason", "内部工作事项");
    jw_kstr(&w, "main_text", text_of(d, "main_text"));
    jw_kstr(&w, "distribution_scope", text_of(d, "scope"));
    jw_kstr(&w, "note", text_of(d, "note"));
    jw_ktext(&w, "contact", "温晓川");
    jw_ktext(&w, "phone", "0736-7200405");
    if (main.n)
        jw_kraw(&w, "main_recipients", main);
    write_body(p, &w, jv_get(d, "paragraphs"));
    write_joint(p, &w, s);
    jw_obj_end(&w);
    return buf_done(&b);
}

/* Every warning is kept with a reason, as a drafter would. */
static void confirm_warnings(struct play *p, const char *drafter, int64_t document)
{
    const char *path = stage_text(p->s, "/documents/%lld/findings", (long long)document);
    for (int i = 0; i < 20 && stage_good(p->s); i++) {
        const struct jv *rows = jv_get(stage_get(p->s, drafter, path), "rows"), *open = NULL;
        for (size_t k = 0; k < jv_size(rows) && !open; k++)
            if (str_is(jv_str(jv_get(jv_at(rows, k), "level")), "warn") && !jv_str(jv_get(jv_at(rows, k), "reason")).n)
                open = jv_at(rows, k);
        if (!open)
            return;
        struct str rule = text_of(open, "rule");
        const char *body = stage_text(p->s, "{\"rule\":\"%.*s\",\"reason\":\"已核对，确需如此行文。\"}", STR_ARG(rule));
        (void)stage_post(p->s, drafter, stage_text(p->s, "/documents/%lld/confirm_warning", (long long)document), /* stops */
                         str_of(body));
    }
}

static int64_t agency_id(struct play *p, const char *account, struct str code)
{
    struct ctx *cx = stage_look(p->s, account);
    struct org_agency g;
    if (cx && org_agency_by_code(cx, code, &g) == 1)
        return g.id;
    stage_stop(p->s, "demo.no_group", stage_text(p->s, "%.*s", STR_ARG(code)));
    return 0;
}

static bool draft(struct play *p, const struct sending *s, const struct jv *d, int64_t agency, int64_t *document,
                  int64_t *matter)
{
    struct buf b = buf_in(stage_arena(p->s));
    struct jw w = jw_to(&b);
    struct str title = play_fill(p, stage_text(p->s, "%.*s", STR_ARG(text_of(d, "title"))));
    struct str main = s->bound;
    jw_obj(&w);
    jw_kid(&w, "agency_id", agency);
    jw_kstr(&w, "doc_type", text_of(d, "doc_type"));
    jw_kstr(&w, "title", title);
    jw_obj_end(&w);
    const struct jv *made = stage_post(p->s, s->drafter, "/documents", buf_done(&b));
    *document = id_of(made, "document_id");
    *matter = id_of(made, "matter_id");
    play_minutes(p, 40);
    (void)stage_post(p->s, s->drafter, stage_text(p->s, "/documents/%lld/save", (long long)*document), /* stops the play */
                     elements(p, s, d, title, main));
    confirm_warnings(p, s->drafter, *document);
    play_watch(p, s->drafter, *matter);
    return stage_good(p->s);
}

/* --- countersign --------------------------------------------------------------------------------- */
/* The newest open matter of that module on the account's list. */
static int64_t waiting(struct play *p, const char *account, const char *module)
{
    const struct jv *rows = jv_get(stage_get(p->s, account, "/items?box=todo&limit=100"), "rows");
    int64_t newest = 0;
    for (size_t i = 0; i < jv_size(rows); i++) {
        int64_t id = id_of(jv_at(rows, i), "matter");
        if (str_is(text_of(jv_at(rows, i), "module"), module) && id > newest)
            newest = id;
    }
    return newest;
}

static void countersign(struct play *p, const struct demo_desk *d, const char *handler, bool is_answered)
{
    const char *clerk = play_account(p, d->clerk), *head = play_account(p, d->head);
    int64_t matter = waiting(p, clerk, "countersign");
    const char *who = handler ? handler : play_account(p, d->drafter);
    const char *vars = stage_text(p->s, "{\"handlers\":[\"post:%lld\"]}", (long long)play_post_in(p, who, d));
    play_minutes(p, 25);
    play_step(p, clerk, matter, (struct play_answer){ .opinion = "请承办。", .vars = vars });
    if (!is_answered)
        return;
    play_minutes(p, 60);
    play_step(p, who, matter, (struct play_answer){ .opinion = "经研究，文稿内容与我单位职责相符，建议同意。" });
    play_minutes(p, 45);
    play_step(p, head, matter, (struct play_answer){ .outcome = "agree", .opinion = "同意会签。" });
}

/* 联署: the clerk presents it, the head signs for the own body. */
static void co_sign(struct play *p, const struct demo_desk *d)
{
    const char *clerk = play_account(p, d->clerk), *head = play_account(p, d->head);
    int64_t matter = waiting(p, clerk, "co_sign");
    const char *vars = stage_text(p->s, "{\"signer\":[\"post:%lld\"]}", (long long)play_post_in(p, head, d));
    play_minutes(p, 35);
    play_step(p, clerk, matter, (struct play_answer){ .opinion = "呈请签发。", .vars = vars });
    play_minutes(p, 50);
    play_step(p, head, matter, (struct play_answer){ .outcome = "agree", .opinion = "同意签发。" });
}

/* --- 征求意见: two units have answered, the third is silent ------------------------------------------- */
static void reply(struct play *p, const struct demo_desk *d, const char *handler, struct play_answer said)
{
    const char *clerk = play_account(p, d->clerk), *head = play_account(p, d->head);
    const char *who = handler ? handler : play_account(p, d->drafter);
    int64_t matter = waiting(p, clerk, "opinion_reply");
    const char *vars = stage_text(p->s, "{\"handlers\":[\"post:%lld\"]}", (long long)play_post_in(p, who, d));
    play_minutes(p, 15);
    play_step(p, clerk, matter, (struct play_answer){ .opinion = "请研究提出意见。", .vars = vars });
    play_minutes(p, 40);
    play_step(p, who, matter, (struct play_answer){ .outcome = "done", .opinion = "意见已拟好，请审定。" });
    play_minutes(p, 20);
    play_step(p, head, matter, said);
}

static void solicit(struct play *p, const struct sending *s, int64_t document)
{
    static const char *const codes[] = { "4307-041", "4307-047", "4307-042" };
    struct buf b = buf_in(stage_arena(p->s));
    struct jw w = jw_to(&b);
    int64_t day = clock_days(clock_date_of(stage_now(p->s))) + 6;
    jw_obj(&w);
    jw_karr(&w, "unit_ids");
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        jw_id(&w, play_unit(p, play_desk(p, str_of(codes[i]))));
    jw_arr_end(&w);
    jw_kstr(&w, "reply_by", clock_day_text(stage_arena(p->s), clock_from_days(day)));
    jw_ktext(&w, "note", "请结合本单位职责，重点研究工作安排和责任分工。");
    jw_obj_end(&w);
    (void)stage_post(p->s, s->drafter, stage_text(p->s, "/documents/%lld/solicit", (long long)document), /* stops */
                     buf_done(&b));
    reply(p, play_desk(p, STR("4307-041")), "countersign_handler",
          (struct play_answer){ .outcome = "comment", .opinion = "建议写明节日期间水库值守和水情报送的要求。" });
    reply(p, play_desk(p, STR("4307-047")), NULL, (struct play_answer){ .outcome = "none" });
}

/* --- from the draft to the number ---------------------------------------------------------------- */
static const char *units_var(struct play *p, const struct sending *s)
{
    struct buf b = buf_in(stage_arena(p->s));
    buf_text(&b, "{\"countersign_units\":[");
    for (size_t i = 0; i < s->n_countersign; i++)
        buf_printf(&b, "%s\"unit:%lld\"", i ? "," : "", (long long)play_unit(p, s->countersign[i]));
    buf_text(&b, "]}");
    return buf_done(&b).p;
}

static void review(struct play *p, const struct sending *s, int64_t matter)
{
    play_minutes(p, 20);
    play_step(p, s->drafter, matter, (struct play_answer){ .opinion = "请审核。" });
    if (s->reach == SENT_HEAD)
        return;
    play_minutes(p, 35);
    play_step(p, s->checker, matter, (struct play_answer){
        .opinion = "已审核，拟同意。", .vars = s->n_countersign ? units_var(p, s) : NULL });
    for (size_t i = 0; i < s->n_countersign && stage_good(p->s); i++)
        countersign(p, s->countersign[i], s->countersign_handler[i], s->reach != SENT_COUNTERSIGN);
    if (s->reach <= SENT_REVIEW)
        return;
    play_minutes(p, 30);
    play_step(p, s->reviewer, matter, (struct play_answer){ .opinion = "已核文种、格式、依据和行文关系。" });
}

static void sign(struct play *p, const struct sending *s, int64_t matter)
{
    const char *vars = stage_text(p->s, "{\"signer\":[\"post:%lld\"]}", (long long)play_post_in(p, s->signer, s->desk));
    play_minutes(p, 30);
    play_step(p, s->office_head, matter, (struct play_answer){ .outcome = s->leader ? "to_leader" : "to_signer",
                                                               .opinion = "拟同意，呈领导审签。", .vars = vars });
    if (s->reach == SENT_LEADER)
        return;
    if (s->leader) {
        play_minutes(p, 50);
        play_step(p, s->leader, matter, (struct play_answer){ .opinion = "同意，呈主要领导签发。" });
    }
    if (s->reach == SENT_SIGN)
        return;
    play_minutes(p, 60);
    play_step(p, s->signer, matter, (struct play_answer){ .opinion = "同意发。" });
    for (size_t i = 0; i < s->n_joint && stage_good(p->s); i++)
        co_sign(p, s->joint[i]);
}

/* The open book of this year with the agency's own mark, else its first. */
static int64_t book_of(struct play *p, const struct sending *s, struct str mark)
{
    int year = clock_date_of(stage_now(p->s)).year;
    const char *path = stage_text(p->s, "/number-books?limit=100&unit=%lld", (long long)play_unit(p, s->desk));
    const struct jv *rows = jv_get(stage_get(p->s, s->clerk, path), "rows");
    for (size_t i = 0; i < jv_size(rows); i++) {
        const struct jv *b = jv_at(rows, i);
        if (str_eq(text_of(b, "mark"), mark) && jv_i64(jv_get(b, "year")) == year)
            return id_of(b, "id");
    }
    stage_stop(p->s, "demo.no_group", stage_text(p->s, "%.*s〔%d〕", STR_ARG(mark), year));
    return 0;
}

static void give_number(struct play *p, const struct sending *s, int64_t document, int64_t matter)
{
    play_minutes(p, 25);
    play_step(p, s->recheck, matter, (struct play_answer){ .outcome = "pass", .opinion = "复核无误。" });
    if (s->reach == SENT_NUMBER)
        return;
    play_minutes(p, 15);
    int64_t book = book_of(p, s, s->mark);
    (void)stage_post(p->s, s->clerk, stage_text(p->s, "/documents/%lld/reserve_number", (long long)document), /* stops */
                     str_of(stage_text(p->s, "{\"book_id\":\"%lld\"}", (long long)book)));
    play_step(p, s->clerk, matter, (struct play_answer){ 0 });
}

/* What goes out in the name of a committee or government is signed by its own principal. */
static bool is_of_body(struct play *p, const char *account, struct str code)
{
    struct ctx *cx = stage_look(p->s, account);
    struct org_agency g;
    return cx && org_agency_by_code(cx, code, &g) == 1 &&
           (str_is(g.kind, "committee") || str_is(g.kind, "government"));
}

int64_t play_send(struct play *p, const struct sending *of, const struct jv *d)
{
    int64_t document = 0, matter = 0;
    struct sending own = *of;
    const struct sending *s = &own;
    if (is_of_body(p, s->clerk, text_of(d, "agency")))
        own.signer = s->principal;
    int64_t agency = agency_id(p, s->clerk, text_of(d, "agency"));
    if (!draft(p, s, d, agency, &document, &matter))
        return 0;
    if (s->asks)
        solicit(p, s, document);
    if (s->reach == SENT_DRAFT)
        return 0;
    review(p, s, matter);
    if (s->reach <= SENT_OFFICE)
        return 0;
    sign(p, s, matter);
    if (s->reach <= SENT_RECHECK)
        return 0;
    give_number(p, s, document, matter);
    if (s->reach <= SENT_DISPATCH)
        return 0;
    play_minutes(p, 10);
    const char *path = stage_text(p->s, "/documents/%lld/dispatch", (long long)document);
    return id_of(stage_post(p->s, s->clerk, path, str_printf(stage_arena(p->s), "{\"main\":%.*s}", STR_ARG(s->to))),
                 "dispatch_id");
}
