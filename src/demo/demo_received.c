/* demo/received: what units do with documents that reach them, and the real documents of the State
 * Council that the city government's office registers from paper. */
#include "demo/demo_scenes.h"

#include "base/clock.h"
#include "base/embed.h"

/* --- one document through a unit ------------------------------------------------------------------ */
static const char *posts_var(struct play *p, const char *clerk, const char *name, const char *const *accounts, size_t n)
{
    const struct demo_desk *d = play_own_desk(p, clerk);
    struct buf b = buf_in(stage_arena(p->s));
    buf_printf(&b, "{\"%s\":[", name);
    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "%s\"post:%lld\"", i ? "," : "", (long long)(d ? play_post_in(p, accounts[i], d) : play_post(p, accounts[i])));
    buf_text(&b, "]}");
    return buf_done(&b).p;
}

static const char *one_of(struct play *p, const char *const *list, uint32_t n)
{
    return list[play_random(p, n)];
}

static const char *proposal(struct play *p)
{
    static const char *const list[] = {
        "拟请领导阅示，由相关科室牵头贯彻落实。", "呈领导同志阅示。", "拟按文件要求办理，请领导批示。",
        "拟请牵头单位提出贯彻意见，于10个工作日内报送。" };
    return one_of(p, list, 4);
}

static const char *instruction(struct play *p)
{
    static const char *const list[] = {
        "请认真研究，提出具体贯彻措施。", "请按文件要求抓好落实，办理情况及时报告。", "同意拟办意见。请抓紧办理。",
        "请结合实际拿出实施方案，注意不增加基层负担。" };
    return one_of(p, list, 4);
}

static const char *result(struct play *p)
{
    static const char *const list[] = {
        "已组织学习并制定贯彻措施，任务分解到责任单位。", "已按要求办理完毕，有关情况已汇总存档。",
        "已会同有关单位研究落实，形成工作台账，逐项推进。", "已转有关科室办理并完成，结果已报领导阅知。" };
    return one_of(p, list, 4);
}

/* A step of the receiving unit; a tolerant one ends the matter's play without ending the whole. */
static bool go(struct play *p, const struct receiving *r, const char *account, int64_t matter, struct play_answer answer)
{
    if (r->is_tolerant)
        return play_try(p, account, matter, answer);
    play_step(p, account, matter, answer);
    return stage_good(p->s);
}

/* Each step waits until its time has come: play_receive's own, or an errand's. */
static bool instruct(struct play *p, const struct receiving *r, int64_t matter)
{
    bool good = true;
    for (size_t i = 0; good && i < r->n_leaders; i++) {
        bool noted = play_random(p, 5) == 0;
        if (i)
            play_minutes(p, 40);
        good = go(p, r, r->leaders[i], matter, (struct play_answer){
            .outcome = noted ? "noted" : "instruct", .opinion = noted ? NULL : instruction(p), .noted = noted });
    }
    return good;
}

static bool handle(struct play *p, const struct receiving *r, int64_t matter)
{
    bool good = true;
    for (size_t i = 0; good && i < r->n_handlers; i++) {
        if (i)
            play_minutes(p, 60);
        good = go(p, r, r->handlers[i], matter, (struct play_answer){ .outcome = "done", .opinion = result(p) });
    }
    return good;
}

/* What is only read: a small unit's head says so; the clerk closes the circulation. */
static bool read_only(struct play *p, const struct receiving *r, int64_t matter, enum received_reach step)
{
    if (step == RECEIVED_PROPOSE && r->is_small)
        return go(p, r, r->office_head, matter, (struct play_answer){ .outcome = "read", .opinion = "请传阅。" });
    return step != RECEIVED_HANDLE ||
           go(p, r, r->clerk, matter, (struct play_answer){ .opinion = "已传阅完毕。" });
}

bool play_receive_step(struct play *p, const struct receiving *r, int64_t matter, enum received_reach step)
{
    if (step >= r->reach)
        return false;
    if (r->is_small && step <= RECEIVED_CHECK)
        return true; /* a small unit has registered it in signing */
    if (r->is_reading && step > RECEIVED_CHECK && step < RECEIVED_REPLY)
        return read_only(p, r, matter, step);
    switch (step) {
    case RECEIVED_REGISTER: return go(p, r, r->clerk, matter, (struct play_answer){ 0 });
    case RECEIVED_CHECK:
        return go(p, r, r->clerk, matter, (struct play_answer){ .outcome = r->is_reading ? "read" : "accept" });
    case RECEIVED_PROPOSE:
        return go(p, r, r->office_head, matter, (struct play_answer){ .outcome = "instruct", .opinion = proposal(p),
                  .vars = posts_var(p, r->clerk, "leaders", r->leaders, r->n_leaders) });
    case RECEIVED_INSTRUCT: return instruct(p, r, matter);
    case RECEIVED_ASSIGN:
        return go(p, r, r->clerk, matter, (struct play_answer){ .outcome = "handle", .opinion = "转请承办。",
                  .vars = posts_var(p, r->clerk, "handlers", r->handlers, r->n_handlers) });
    case RECEIVED_HANDLE: return handle(p, r, matter);
    case RECEIVED_REPLY:
        return go(p, r, r->clerk, matter, (struct play_answer){ .outcome = "close" }); /* a tolerant one may wait */
    case RECEIVED_CLOSED: break;
    }
    return false;
}

void play_receive(struct play *p, const struct receiving *r, int64_t matter)
{
    static const int minutes[] = { 0, 10, 30, 40, 20, 60, 15 };
    for (int step = RECEIVED_REGISTER; step < RECEIVED_CLOSED && step < (int)r->reach; step++) {
        if (step && !r->is_small)
            play_minutes(p, minutes[step]);
        if (!play_receive_step(p, r, matter, (enum received_reach)step))
            return;
    }
}

/* --- from paper ---------------------------------------------------------------------------------- */
static const char *const section_heads[] = { "section_head", "drafter", "recheck", "supervision", "secretary" };

/* The body as lines, at most about 30,000 bytes. */
static struct str lines_of(struct play *p, const struct demo_text *t)
{
    struct buf b = buf_in(stage_arena(p->s));
    for (size_t i = 0; i < t->n_body; i++) {
        if (b.n + t->body[i].text.n > 30000) {
            buf_text(&b, "（后文及附件略。）");
            break;
        }
        buf_str(&b, t->body[i].text);
        buf_char(&b, '\n');
    }
    return buf_done(&b);
}

static int64_t register_paper(struct play *p, const struct demo_text *t, int64_t unit)
{
    struct buf b = buf_in(stage_arena(p->s));
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_kid(&w, "unit_id", unit);
    jw_kstr(&w, "issuer", t->issuer);
    jw_kstr(&w, "number", t->number);
    jw_kstr(&w, "title", t->title);
    jw_kstr(&w, "doc_type", t->doc_type);
    jw_ktext(&w, "urgency", play_random(p, 8) == 0 ? "urgent" : "normal");
    if (t->signed_on.n)
        jw_kstr(&w, "signed_on", t->signed_on);
    jw_kstr(&w, "body", lines_of(p, t));
    jw_obj_end(&w);
    int64_t matter = 0;
    (void)jv_as_i64(jv_get(stage_post(p->s, "doc_clerk", "/received", buf_done(&b)), "matter_id"), &matter); /* 0: stopped */
    return matter;
}

void scene_paper(struct play *p, const struct demo_text *t, size_t i, size_t n)
{
    static const enum received_reach last[] = { RECEIVED_REGISTER, RECEIVED_CHECK, RECEIVED_PROPOSE, RECEIVED_INSTRUCT,
                                                RECEIVED_INSTRUCT, RECEIVED_ASSIGN, RECEIVED_HANDLE, RECEIVED_HANDLE,
                                                RECEIVED_REPLY };
    const char *leaders[] = { i % 2 ? "leader" : "principal", "leader" };
    const char *handlers[] = { section_heads[i % 5], section_heads[(i + 2) % 5] };
    size_t back = n - 1 - i;
    struct receiving r = {
        .clerk = "doc_clerk", .office_head = "office_head", .leaders = leaders, .n_leaders = i % 4 == 0 ? 2 : 1,
        .handlers = handlers, .n_handlers = i % 3 == 0 ? 2 : 1, .is_reading = i % 7 == 6,
        .reach = back < sizeof last / sizeof last[0] ? last[back] : RECEIVED_CLOSED };
    int64_t matter = register_paper(p, t, play_unit(p, play_desk(p, STR("4307-026"))));
    play_minutes(p, 15);
    play_receive(p, &r, matter);
}
