/* demo/own: which of the city's own documents is sent on which day, by whom, and how far it gets. */
#include "demo/demo_scenes.h"

#include "base/embed.h"
#include "org/org.h"

bool own_documents_read(struct arena *a, struct own_documents *out, struct err *e)
{
    struct str rest = embed_find("data/demo-documents.jsonl"), line;
    size_t n = 1;
    for (size_t i = 0; i < rest.n; i++)
        n += rest.p[i] == '\n';
    *out = (struct own_documents){ arena_array_of(a, const struct jv *, n), 0 };
    for (int number = 1; str_cut(&rest, '\n', &line); number++) {
        if (line.n == 0)
            continue;
        out->line[out->n] = jv_parse(a, line, NULL, NULL);
        if (!out->line[out->n++])
            return err_set(e, a, ERR_INVALID, "demo.documents", NULL, arena_printf(a, "%d", number), NULL, NULL);
    }
    return true;
}

static bool is_story_unit(struct str code, struct str village)
{
    static const char *const codes[] = { "4307-026", "4307-041", "4307-047", "430781-017", "430781106" };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (str_is(code, codes[i]))
            return true;
    return str_eq(code, village);
}

bool play_is_story(const struct play *p, const struct demo_desk *d)
{
    struct str village = STR("");
    for (size_t i = 0; d->is_village && i < p->city->n_desks; i++)
        if (str_is(p->city->desks[i].clerk, "village_clerk"))
            village = p->city->desks[i].code;
    return is_story_unit(d->code, village);
}

/* The office that handles the paper of an agency: its code without the suffix. */
static const struct demo_desk *desk_of_agency(const struct play *p, struct str agency)
{
    const struct demo_desk *d = play_desk(p, agency);
    if (d || agency.n < 3)
        return d;
    size_t n = agency.n;
    while (n > 0 && agency.p[n - 1] != '-')
        n--;
    return n ? play_desk(p, str_sub(agency, 0, n - 1)) : NULL;
}

/* The same recipients as an element of the document; "all" is no list of units. */
static struct str bound_of(struct play *p, struct str to)
{
    const struct jv *j = jv_parse(stage_arena(p->s), to, NULL, NULL);
    if (!jv_get(j, "unit_ids"))
        return STR("");
    struct str units = jv_compact(stage_arena(p->s), jv_get(j, "unit_ids"));
    struct str groups = jv_compact(stage_arena(p->s), jv_get(j, "group_ids"));
    return str_printf(stage_arena(p->s), "{\"units\":%.*s,\"groups\":%.*s}", STR_ARG(units), STR_ARG(groups));
}

struct sending play_people(struct play *p, const struct demo_desk *d)
{
    if (str_is(d->code, "4307-026"))
        return (struct sending){ .desk = d, .drafter = "drafter", .checker = "section_head", .reviewer = "reviewer",
                                 .office_head = "office_head", .leader = "leader", .signer = "principal", .principal = "principal",
                                 .recheck = "recheck", .clerk = "doc_clerk" };
    return (struct sending){ .desk = d, .drafter = play_account(p, d->drafter), .checker = play_account(p, d->checker),
                             .reviewer = play_account(p, d->reviewer), .office_head = play_account(p, d->office_head),
                             .signer = play_account(p, d->head), .principal = play_account(p, d->principal), .recheck = play_account(p, d->reviewer),
                             .clerk = play_account(p, d->clerk) };
}

static void with_countersign(struct play *p, struct sending *s, struct str key)
{
    if (!str_starts(key, STR("flood")) || !str_is(s->desk->code, "4307-026"))
        return;
    s->countersign[0] = play_desk(p, STR("4307-041"));
    s->countersign_handler[0] = "countersign_handler";
    s->countersign[1] = play_desk(p, STR("4307-047"));
    s->countersign_handler[1] = NULL;
    s->n_countersign = 2;
}

static void with_joint(struct play *p, struct sending *s, const struct jv *codes)
{
    for (size_t i = 0; i < jv_size(codes) && i < sizeof s->joint / sizeof *s->joint; i++) {
        s->joint[i] = play_desk(p, jv_str(jv_at(codes, i)));
        s->n_joint += s->joint[i] != NULL;
    }
}

static struct str play_mark(struct play *p, struct str agency)
{
    struct ctx *cx = stage_look(p->s, NULL);
    struct org_agency g;
    if (cx && org_agency_by_code(cx, agency, &g) == 1)
        return str_copy(stage_arena(p->s), g.book_mark);
    stage_stop(p->s, "demo.no_group", stage_text(p->s, "%.*s", STR_ARG(agency)));
    return STR("");
}

/* The i-th of the titles of a line, as a line of its own. */
static const struct jv *play_variant(struct play *p, const struct jv *d, size_t i)
{
    static const char *const kept[] = { "agency", "doc_type", "urgency", "main_text", "scope", "note", "disclosure" };
    struct buf b = buf_in(stage_arena(p->s));
    struct jw w = jw_to(&b);
    jw_obj(&w);
    for (size_t k = 0; k < sizeof kept / sizeof kept[0]; k++)
        jw_kstr(&w, kept[k], jv_str(jv_get(d, kept[k])));
    jw_kstr(&w, "title", jv_str(jv_at(jv_get(d, "titles"), i)));
    jw_kraw(&w, "paragraphs", jv_compact(stage_arena(p->s), jv_get(d, "paragraphs")));
    jw_obj_end(&w);
    return jv_parse(stage_arena(p->s), buf_done(&b), NULL, NULL);
}

static struct arrival arrival_of(struct str key)
{
    if (str_is(key, "flood"))
        return (struct arrival){ 94, 60, 60, false, true };
    if (str_is(key, "solicit") || str_is(key, "report-flood") || str_starts(key, STR("late-")))
        return (struct arrival){ 55, 12, 20, true, false };
    return (struct arrival){ 92, 30, 75, false, false };
}

static void send_one(struct play *p, const struct jv *d)
{
    struct str agency = jv_str(jv_get(d, "agency")), key = jv_str(jv_get(d, "key"));
    const struct demo_desk *desk = desk_of_agency(p, agency);
    struct ctx *cx = stage_look(p->s, NULL);
    if (!desk || !cx)
        return stage_stop(p->s, "demo.no_group", stage_text(p->s, "%.*s", STR_ARG(agency)));
    struct sending s = play_people(p, desk);
    s.mark = play_mark(p, agency);
    s.to = play_choice(p, s.clerk, play_unit(p, desk), jv_get(d, "to"));
    s.bound = stage_good(p->s) ? bound_of(p, s.to) : STR("");
    s.reach = SENT_OUT;
    with_countersign(p, &s, key);
    with_joint(p, &s, jv_get(d, "joint"));
    int64_t dispatch = play_send(p, &s, d);
    struct arrival how = arrival_of(key);
    if (dispatch)
        play_arrivals(p, s.clerk, dispatch, &how);
}

/* Documents that are still on their way on the last day: one at each step. */
static void unfinished(struct play *p, const struct own_documents *own)
{
    static const enum sent_reach reach[] = { SENT_DRAFT, SENT_HEAD, SENT_COUNTERSIGN, SENT_REVIEW, SENT_OFFICE,
                                             SENT_LEADER, SENT_SIGN, SENT_RECHECK, SENT_NUMBER, SENT_DISPATCH };
    const struct jv *d = NULL;
    for (size_t i = 0; i < own->n; i++)
        if (str_is(jv_str(jv_get(own->line[i], "key")), "next"))
            d = own->line[i];
    for (size_t i = 0; d && i < sizeof reach / sizeof reach[0] && stage_good(p->s); i++) {
        struct str agency = jv_str(jv_get(d, "agency"));
        struct sending s = play_people(p, play_desk(p, STR("4307-026")));
        s.mark = play_mark(p, agency);
        s.to = play_choice(p, s.clerk, play_unit(p, s.desk), jv_get(d, "to"));
        s.bound = stage_good(p->s) ? bound_of(p, s.to) : STR("");
        s.reach = reach[i];
        s.asks = reach[i] == SENT_DRAFT;
        if (reach[i] == SENT_COUNTERSIGN)
            with_countersign(p, &s, STR("flood"));
        (void)play_send(p, &s, play_variant(p, d, i)); /* none is dispatched */
    }
}

void scene_sent(struct play *p, const struct own_documents *own, int days_ago)
{
    for (size_t i = 0; i < own->n && stage_good(p->s); i++)
        if (jv_i64(jv_get(own->line[i], "days_ago")) == days_ago && !str_is(jv_str(jv_get(own->line[i], "key")), "next"))
            send_one(p, own->line[i]);
    if (days_ago == 1)
        unfinished(p, own);
}
