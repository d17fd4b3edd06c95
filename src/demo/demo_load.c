#include "demo/demo_load.h"

#include <stdio.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/embed.h"
#include "demo/demo_build.h"
#include "demo/demo_repeat.h"
#include "demo/demo_scenes.h"
#include "desk/desk.h"
#include "org/org.h"

enum {
    RECIPIENTS = 24, /* of a document, with those who get a copy */
    SCENES_MOST = 120,
    SELDOM = 4,          /* scenes of documents that reach the village of the story */
    SELDOM_COPIES = 200, /* repetitions of these */
    PARAGRAPHS_MOST = 8,
    PACE_MS = 4 * CLOCK_MINUTE_MS,
};

struct issuer {
    const struct demo_desk *desk;
    int64_t agency, book;
    struct str name;
    struct sending people;
    size_t first, n; /* of the desks it may send to: a run in load.desks */
};

/* What a document says; its words are those that a repetition replaces. */
struct saying {
    struct str word[1 + PARAGRAPHS_MOST]; /* title, paragraphs */
    size_t n;
};

struct load {
    struct play p;
    struct stage *s;
    struct core *core;
    struct db *reader;
    struct repeat *repeat;
    struct demo_text *text;
    size_t n_text;
    struct str *paragraph;
    size_t n_paragraphs;
    struct issuer *issuer;
    size_t n_issuers;
    const struct issuer *by[SCENES_MOST]; /* who issued in a scene */
    int64_t received[SCENES_MOST];
    size_t n_words[SCENES_MOST], n_scenes;
    size_t common[SCENES_MOST], seldom[SCENES_MOST], n_common, n_seldom; /* which are what */
    int64_t seldom_every;                                                /* repetitions */
    int64_t *unit;                /* id of each desk's unit, as it is needed */
    const char **clerk;           /* account of each desk's clerk */
    size_t office, town, village; /* desks of the story */
    struct arena *scene;          /* emptied after each document */
};

/* --- who issues ------------------------------------------------------------------------------- */
static int64_t book_of(struct play *p, const struct sending *s, int64_t unit, struct str mark,
                       int64_t now)
{
    int year = clock_date_of(now).year;
    const char *path = stage_text(p->s, "/number-books?limit=100&unit=%lld", (long long)unit);
    const struct jv *rows = jv_get(stage_get(p->s, s->clerk, path), "rows");
    for (size_t i = 0; i < jv_size(rows); i++) {
        const struct jv *b = jv_at(rows, i);
        int64_t id;
        if (str_eq(jv_str(jv_get(b, "mark")), mark) && jv_i64(jv_get(b, "year")) == year &&
            jv_as_i64(jv_get(b, "id"), &id))
            return id;
    }
    return 0;
}

static int64_t unit_of(struct load *l, size_t desk)
{
    if (!l->unit[desk]) {
        const struct demo_desk *d = &l->p.city->desks[desk];
        l->clerk[desk] = play_account(&l->p, d->clerk);
        l->unit[desk] = play_unit(&l->p, d);
    }
    return l->unit[desk];
}

/* The run of desks below a code: desks of an area or town lie together in the list. */
static void run_below(const struct load *l, struct str code, struct issuer *i)
{
    const struct demo_city *city = l->p.city;
    i->first = city->n_desks;
    for (size_t k = 0; k < city->n_desks; k++) {
        const struct demo_desk *d = &city->desks[k];
        if (!(d->is_town || d->is_village) || !str_starts(d->code, code) || str_eq(d->code, code))
            continue;
        if (i->first == city->n_desks)
            i->first = k;
        i->n = k - i->first + 1;
    }
}

static void issuer_add(struct load *l, const struct demo_desk *d, const char *suffix,
                       struct str below, int64_t now)
{
    struct play *p = &l->p;
    struct issuer i = { .desk = d, .people = play_people(p, d) };
    struct ctx *cx = stage_look(p->s, NULL);
    struct org_agency g;
    struct str code = str_of(stage_text(p->s, "%.*s%s", STR_ARG(d->code), suffix));
    if (!cx || org_agency_by_code(cx, code, &g) != 1)
        return;
    i.agency = g.id;
    i.name = str_copy(stage_arena(p->s), g.signature_name);
    struct str mark = str_copy(stage_arena(p->s), g.book_mark);
    i.book = book_of(p, &i.people, g.unit_id, mark, now);
    run_below(l, below, &i);
    if (i.n && i.book)
        l->issuer[l->n_issuers++] = i;
}

/* The city's office, then counties, then towns. */
static void issuers(struct load *l, int64_t now)
{
    const struct demo_city *city = l->p.city;
    l->issuer = arena_array_of(stage_arena(l->s), struct issuer, city->n_desks);
    issuer_add(l, play_desk(&l->p, STR("4307-026")), "-B", STR(""), now);
    for (size_t i = 0; i < city->n_desks; i++)
        if (city->desks[i].code.n == 10 && str_ends(city->desks[i].code, STR("-017")) &&
            !city->desks[i].is_city)
            issuer_add(l, &city->desks[i], "-B", str_sub(city->desks[i].code, 0, 6), now);
    for (size_t i = 0; i < city->n_desks; i++)
        if (city->desks[i].is_town)
            issuer_add(l, &city->desks[i], "-B", city->desks[i].code, now);
}

/* The four seldom ones come from the town to which the village belongs. */
static const struct issuer *draw(struct load *l, bool is_seldom)
{
    const struct demo_desk *town = &l->p.city->desks[l->town];
    for (size_t i = 0; is_seldom && i < l->n_issuers; i++)
        if (l->issuer[i].desk == town)
            return &l->issuer[i];
    uint32_t luck = play_random(&l->p, 10);
    if (luck < 4)
        return &l->issuer[0];
    return &l->issuer[1 + play_random(&l->p, (uint32_t)(l->n_issuers - 1))];
}

/* --- what is said ----------------------------------------------------------------------------- */
/* Plain in JSON, and told apart from ids, moments and digests at its first character. */
static bool is_plain(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == '"' || s.p[i] == '\\')
            return false;
    return s.n > 60 && (unsigned char)s.p[0] >= 0x80;
}

static void gather_paragraphs(struct load *l)
{
    size_t n = 0;
    for (size_t i = 0; i < l->n_text; i++)
        n += l->text[i].n_body;
    l->paragraph = arena_array_of(stage_arena(l->s), struct str, n);
    for (size_t i = 0; i < l->n_text; i++)
        for (size_t k = 0; k < l->text[i].n_body; k++) {
            struct str s = utf8_prefix(l->text[i].body[k].text, 400);
            if (is_plain(s))
                l->paragraph[l->n_paragraphs++] = s;
        }
}

/* 关于 … of a real title, without issuer and kind. */
static struct str topic(const struct demo_text *t)
{
    ptrdiff_t from = str_find(t->title, STR("关于"), 0);
    struct str s = from < 0 ? t->title : str_sub(t->title, (size_t)from + 6, t->title.n);
    s = utf8_prefix(s, 60);
    ptrdiff_t end = str_find(s, STR("的"), s.n > 12 ? s.n - 12 : 0);
    return end > 0 ? str_sub(s, 0, (size_t)end) : s;
}

/* A title and n paragraphs that follow each other. */
static void say(struct load *l, const struct issuer *i, size_t n, struct arena *a,
                struct saying *out)
{
    struct str about = topic(&l->text[play_random(&l->p, (uint32_t)l->n_text)]);
    size_t from = play_random(&l->p, (uint32_t)l->n_paragraphs);
    out->word[0] = str_printf(a, "%.*s关于%.*s的通知", STR_ARG(i->name), STR_ARG(about));
    for (size_t k = 0; k < n; k++)
        out->word[1 + k] = l->paragraph[(from + k) % l->n_paragraphs];
    out->n = 1 + n;
}

static struct str elements(struct load *l, const struct saying *say)
{
    struct buf b = buf_in(l->scene);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_ki64(&w, "rev", 1);
    jw_kstr(&w, "title", say->word[0]);
    jw_ktext(&w, "urgency", play_random(&l->p, 12) ? "normal" : "urgent");
    jw_ktext(&w, "disclosure", "active");
    jw_ktext(&w, "main_text", "各有关单位");
    jw_ktext(&w, "distribution_scope", "发至村（社区）");
    jw_karr(&w, "body");
    for (size_t k = 1; k < say->n; k++) {
        jw_obj(&w);
        jw_ktext(&w, "kind", "p");
        jw_kstr(&w, "text", say->word[k]);
        jw_obj_end(&w);
    }
    jw_arr_end(&w);
    jw_obj_end(&w);
    return buf_done(&b);
}

/* --- one document ----------------------------------------------------------------------------- */
static bool post(struct load *l, const char *account, const char *path, struct str body,
                 const char *key, int64_t *id)
{
    stage_later(l->s, PACE_MS);
    const struct jv *answer = stage_post(l->s, account, path, body);
    return answer && (!key || jv_as_i64(jv_get(answer, key), id));
}

/* The account's open item in the matter is completed. */
static bool step(struct load *l, const char *account, int64_t matter, const char *body)
{
    struct ctx *cx = stage_look(l->s, account);
    int64_t item = 0;
    if (!cx || matter_my_item(cx, matter, STR_NONE, &item, NULL) != 1) {
        stage_stop(l->s, "demo.no_step",
                   arena_printf(l->scene, "%s /matters/%lld", account, (long long)matter));
        return false;
    }
    return post(l, account, arena_printf(l->scene, "/items/%lld/complete", (long long)item),
                str_of(body), NULL, NULL);
}

static void add_unit(struct load *l, struct buf *b, size_t desk)
{
    int64_t unit = unit_of(l, desk);
    if (unit)
        buf_printf(b, "%s\"%lld\"", b->p[b->n - 1] == '[' ? "" : ",", (long long)unit);
}

static bool is_of_story(const struct load *l, size_t desk)
{
    return desk == l->office || desk == l->town || desk == l->village;
}

/* The k-th unit that it goes to: one below the issuer, or a neighbour when those are all. */
static size_t recipient(const struct load *l, const struct issuer *i, size_t at, size_t stride,
                        size_t k)
{
    if (k < i->n)
        return i->first + (at + k * stride) % i->n;
    size_t desk = (i->first + k) % l->p.city->n_desks;
    return l->p.city->desks[desk].is_town || l->p.city->desks[desk].is_village ? desk : l->office;
}

/* One of the level right below the issuer: no level is skipped (R1). */
static size_t addressee(const struct load *l, const struct issuer *i)
{
    const struct demo_desk *desk = l->p.city->desks;
    bool is_town = i->desk->is_town;
    for (size_t k = 0; i == &l->issuer[0] && k < l->p.city->n_desks; k++)
        if (!desk[k].is_city && str_ends(desk[k].code, STR("-017")))
            return k;
    for (size_t k = i->first; k < i->first + i->n; k++)
        if ((is_town ? desk[k].is_village : desk[k].is_town) && !is_of_story(l, k))
            return k;
    return i->first;
}

/* To one unit, with copies to others below the issuer; a copy goes to the city's office, of every second one to the town of the
 * story, of the seldom ones to its village. */
static struct str recipients(struct load *l, const struct issuer *i, bool is_seldom)
{
    struct buf b = buf_in(l->scene);
    size_t at = play_random(&l->p, (uint32_t)i->n);
    size_t stride = 1 + play_random(&l->p, (uint32_t)(i->n / RECIPIENTS + 1));
    buf_text(&b, "{\"main\":{\"unit_ids\":[");
    add_unit(l, &b, addressee(l, i));
    buf_text(&b, "]},\"cc\":{\"unit_ids\":[");
    for (size_t k = 0; k < RECIPIENTS - 2; k++)
        if (!is_of_story(l, recipient(l, i, at, stride, k)))
            add_unit(l, &b, recipient(l, i, at, stride, k));
    if (i->desk != &l->p.city->desks[l->office])
        add_unit(l, &b, l->office);
    if (is_seldom)
        add_unit(l, &b, l->village);
    else if (l->n_scenes % 2 && i->desk != &l->p.city->desks[l->town])
        add_unit(l, &b, l->town);
    buf_text(&b, "]}}");
    return buf_done(&b);
}

static bool issue(struct load *l, const struct issuer *i, const struct saying *say, bool is_seldom,
                  int64_t *dispatch)
{
    const struct sending *s = &i->people;
    struct buf b = buf_in(l->scene);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_kid(&w, "agency_id", i->agency);
    jw_ktext(&w, "doc_type", "通知");
    jw_kstr(&w, "title", say->word[0]);
    jw_obj_end(&w);
    int64_t document = 0, matter = 0;
    stage_later(l->s, PACE_MS);
    const struct jv *made = stage_post(l->s, s->drafter, "/documents", buf_done(&b));
    if (!jv_as_i64(jv_get(made, "document_id"), &document) ||
        !jv_as_i64(jv_get(made, "matter_id"), &matter))
        return false;
    const char *signer = arena_printf(l->scene,
                                      "{\"outcome\":\"to_signer\",\"opinion\":\"拟同意，呈签发。\","
                                      "\"vars\":{\"signer\":[\"post:%lld\"]}}",
                                      (long long)play_post_in(&l->p, s->signer, i->desk));
    const char *of = arena_printf(l->scene, "/documents/%lld", (long long)document);
    return post(l, s->drafter, arena_printf(l->scene, "%s/save", of), elements(l, say), NULL,
                NULL) &&
           step(l, s->drafter, matter, "{\"opinion\":\"请审核。\"}") &&
           step(l, s->checker, matter, "{\"opinion\":\"拟同意。\"}") &&
           step(l, s->reviewer, matter, "{\"opinion\":\"已核。\"}") &&
           step(l, s->office_head, matter, signer) &&
           step(l, s->signer, matter, "{\"opinion\":\"同意发。\"}") &&
           step(l, s->recheck, matter, "{\"outcome\":\"pass\",\"opinion\":\"复核无误。\"}") &&
           post(l, s->clerk, arena_printf(l->scene, "%s/reserve_number", of),
                str_printf(l->scene, "{\"book_id\":\"%lld\"}", (long long)i->book), NULL, NULL) &&
           step(l, s->clerk, matter, "{}") &&
           post(l, s->clerk, arena_printf(l->scene, "%s/dispatch", of), recipients(l, i, is_seldom),
                "dispatch_id", dispatch);
}

/* --- at the receivers ------------------------------------------------------------------------- */
static size_t desk_of(const struct load *l, int64_t unit)
{
    for (size_t k = 0; k < l->p.city->n_desks; k++)
        if (l->unit[k] == unit)
            return k;
    return SIZE_MAX;
}

/* Villages answer; at towns and at the office, most were read and wait for the clerk. */
static bool receive(struct load *l, size_t desk, int64_t delivery)
{
    const struct demo_desk *d = &l->p.city->desks[desk];
    const char *clerk = l->clerk[desk];
    int64_t matter = 0;
    if (!post(l, clerk, arena_printf(l->scene, "/deliveries/%lld/sign_for", (long long)delivery),
              STR("{}"), "matter_id", &matter))
        return false;
    uint32_t luck = play_random(&l->p, 10);
    if (d->is_village)
        return luck >= 8 || step(l, clerk, matter, "{\"opinion\":\"已传达落实。\"}");
    const char *leaders[] = { play_account(&l->p, d->head) },
               *handlers[] = { play_account(&l->p, d->drafter) };
    const struct receiving r = { .clerk = clerk,
                                 .office_head = play_account(&l->p, d->office_head),
                                 .leaders = leaders,
                                 .handlers = handlers,
                                 .n_leaders = 1,
                                 .n_handlers = 1,
                                 .is_small = d->is_town,
                                 .is_reading = luck < 9,
                                 .is_tolerant = true,
                                 .reach = luck < 3   ? RECEIVED_CLOSED
                                          : luck < 9 ? RECEIVED_REPLY
                                                     : RECEIVED_PROPOSE };
    l->p.hurries = true;
    play_receive(&l->p, &r, matter);
    return stage_good(l->s);
}

static bool arrive(struct load *l, const struct issuer *i, int64_t dispatch, int64_t *received)
{
    const char *path =
        arena_printf(l->scene, "/dispatches/%lld/board?limit=100", (long long)dispatch);
    const struct jv *rows = jv_get(stage_get(l->s, i->people.clerk, path), "rows");
    size_t n = jv_size(rows);
    int64_t *unit = arena_array_of(l->scene, int64_t, n + 1),
            *delivery = arena_array_of(l->scene, int64_t, n + 1);
    for (size_t k = 0; k < n; k++) {
        const struct jv *row = jv_at(rows, k);
        if (!jv_as_i64(jv_get(jv_get(row, "unit"), "id"), &unit[k]) ||
            !jv_as_i64(jv_get(row, "delivery"), &delivery[k]))
            return false;
    }
    for (size_t k = 0; k < n; k++) {
        size_t desk = desk_of(l, unit[k]);
        CHECK(desk != SIZE_MAX);
        if (!receive(l, desk, delivery[k]))
            return false;
    }
    *received = (int64_t)n;
    return stage_good(l->s);
}

/* --- the scenes ------------------------------------------------------------------------------- */
static bool act(struct load *l, bool is_seldom, struct err *e)
{
    const struct issuer *i = draw(l, is_seldom);
    struct saying said;
    int64_t dispatch = 0, received = 0;
    say(l, i, 3 + play_random(&l->p, PARAGRAPHS_MOST - 2), l->scene, &said);
    repeat_begins(l->repeat, stage_now(l->s));
    bool good = issue(l, i, &said, is_seldom, &dispatch) && arrive(l, i, dispatch, &received) &&
                repeat_ends(l->repeat, l->reader, stage_now(l->s), said.word, said.n, e);
    l->by[l->n_scenes] = i;
    l->n_words[l->n_scenes] = said.n;
    l->received[l->n_scenes] = received;
    if (is_seldom)
        l->seldom[l->n_seldom++] = l->n_scenes++;
    else
        l->common[l->n_common++] = l->n_scenes++;
    arena_empty(l->scene);
    return good;
}

static void story_desks(struct load *l)
{
    const char *office = "doc_clerk", *town = "town_clerk", *village = "village_clerk";
    for (size_t i = 0; i < l->p.city->n_desks; i++) {
        struct str clerk = l->p.city->desks[i].clerk;
        if (str_is(clerk, office))
            l->office = i;
        if (str_is(clerk, town))
            l->town = i;
        if (str_is(clerk, village))
            l->village = i;
    }
}

/* The seldom ones lie evenly between the others. */
static bool act_all(struct load *l, bool is_city, int64_t documents, struct err *e)
{
    int64_t most = is_city ? SCENES_MOST : SCENES_MOST / 3,
            half = documents / 2 > 2 ? documents / 2 : 2;
    int64_t n = half < most ? half : most, every = documents < 40 ? n + 1 : n / SELDOM;
    if (!repeat_looks(l->repeat, l->reader, e))
        return false;
    for (int64_t i = 1; i <= n; i++)
        if (!act(l, i % every == 0, e))
            return false;
    return true;
}

/* --- and again -------------------------------------------------------------------------------- */
/* Which scene comes next: the common ones in turn, every so often one of the seldom. */
static size_t turn(const struct load *l, int64_t k)
{
    if (l->n_seldom && k % l->seldom_every == 0)
        return l->seldom[(size_t)(k / l->seldom_every) % l->n_seldom];
    return l->common[(size_t)k % l->n_common];
}

/* How many repetitions bring that many more matters. */
static int64_t plan(struct load *l, int64_t matters)
{
    int64_t copies = 0, common = 0, seldom;
    for (size_t i = 0; i < l->n_common; i++)
        common += l->received[l->common[i]];
    copies = matters * (int64_t)l->n_common / common;
    seldom = copies / 20 < SELDOM_COPIES ? copies / 20 : SELDOM_COPIES;
    l->seldom_every = seldom ? copies / seldom : INT64_MAX;
    copies = 0;
    while (matters > 0)
        matters -= l->received[turn(l, copies++)];
    return copies;
}

static bool repeat_one(struct load *l, size_t scene, struct err *e)
{
    struct saying said;
    say(l, l->by[scene], l->n_words[scene] - 1, l->scene, &said);
    bool good = repeat_write(l->repeat, scene, said.word, e);
    arena_empty(l->scene);
    return good;
}

static bool repeat_all(struct load *l, int64_t copies, struct demo_loaded *out, struct err *e)
{
    int64_t said = 0, started = clock_monotonic_us();
    for (int64_t k = 0; k < copies; k++) {
        size_t scene = turn(l, k);
        if (!repeat_one(l, scene, e))
            return false;
        out->documents++;
        out->matters += l->received[scene];
        if (out->matters - said >= 500000) {
            said = out->matters;
            fprintf(stderr, "load: %lld matters, %.0f s\n", (long long)said,
                    (double)(clock_monotonic_us() - started) / 1e6);
        }
    }
    return true;
}

static bool again(struct load *l, const struct core_config *config, int64_t matters,
                  struct demo_loaded *out, struct err *e)
{
    int64_t copies = plan(l, matters - out->matters);
    bool good = repeat_open(l->repeat, &config->db, copies, e) && repeat_all(l, copies, out, e);
    return repeat_close(l->repeat, e) && good;
}

/* --- the whole -------------------------------------------------------------------------------- */
static bool prepare(struct load *l, const struct core_config *config, const struct demo_city *city,
                    int64_t now, struct arena *a, struct err *e)
{
    int64_t from = now - 30 * CLOCK_DAY_MS;
    int64_t new_year = clock_at((struct clock_date){ clock_date_of(now).year, 1, 1 }, 0);
    l->core = core_open(config, a, e);
    l->s = l->core ? stage_new(l->core, a, e) : NULL;
    l->reader = l->s ? core_reader(l->core, a, e) : NULL;
    if (!l->reader)
        return false;
    l->unit = arena_array_of(a, int64_t, city->n_desks);
    l->clerk = arena_array_of(a, const char *, city->n_desks);
    l->repeat = repeat_new(a);
    play_start(&l->p, l->s, city, 42);
    stage_at(l->s, from > new_year ? from : new_year); /* the books are this year's */
    stage_limit(l->s, now);
    story_desks(l);
    gather_paragraphs(l);
    issuers(l, now);
    return l->n_issuers > 1;
}

static bool play_all(struct load *l, bool is_city, int64_t documents, struct err *e)
{
    bool good = act_all(l, is_city, documents, e);
    if (!good && e->kind == ERR_NONE)
        *e = *stage_err(l->s);
    return good;
}

bool demo_load(const struct core_config *config, const char *scale, int64_t matters, int64_t now,
               struct arena *a, struct demo_loaded *out, struct err *e)
{
    struct demo_city city;
    struct load l = { .scene = arena_new() };
    int64_t documents = matters / RECIPIENTS + 1;
    *out = (struct demo_loaded){ 0, 0 };
    bool good = demo_city_again(scale, now, a, &city, e) &&
                demo_texts_read(a, embed_find("data/documents.jsonl"), &l.text, &l.n_text, e) &&
                prepare(&l, config, &city, now, a, e) &&
                play_all(&l, strcmp(scale, "city") == 0, documents, e);
    for (size_t i = 0; i < l.n_scenes; i++)
        out->matters += l.received[i];
    out->documents = (int64_t)l.n_scenes;
    db_close(&l.reader);
    stage_free(&l.s);
    core_close(&l.core);
    good = good && again(&l, config, matters, out, e);
    arena_free(&l.scene);
    if (good && (l.core = core_open(config, a, e)) != NULL)
        core_close(&l.core); /* signs a checkpoint over the new streams */
    return good && e->kind == ERR_NONE;
}
