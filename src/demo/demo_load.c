#include "demo/demo_load.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/embed.h"
#include "demo/demo_build.h"
#include "demo/demo_scenes.h"
#include "desk/desk.h"
#include "org/org.h"

enum { RECIPIENTS = 24 };

struct issuer {
    const struct demo_desk *desk;
    int64_t agency, book;
    struct str name;
    struct sending people;
    size_t first, n; /* of the desks it may send to: a run in load.desks */
};

struct load {
    struct play p;
    struct stage *s;
    struct demo_text *text;
    size_t n_text;
    struct issuer *issuer;
    size_t n_issuers;
    int64_t *unit;        /* id of each desk's unit, as it is needed */
    const char **clerk;   /* account of each desk's clerk */
    int64_t pace;         /* ms between two acts */
    struct arena *scene;  /* emptied after each document */
};

/* --- who issues ---------------------------------------------------------------------------------- */
static int64_t book_of(struct play *p, const struct sending *s, int64_t unit, struct str mark, int64_t now)
{
    int year = clock_date_of(now).year;
    const char *path = stage_text(p->s, "/number-books?limit=100&unit=%lld", (long long)unit);
    const struct jv *rows = jv_get(stage_get(p->s, s->clerk, path), "rows");
    for (size_t i = 0; i < jv_size(rows); i++) {
        const struct jv *b = jv_at(rows, i);
        int64_t id;
        if (str_eq(jv_str(jv_get(b, "mark")), mark) && jv_i64(jv_get(b, "year")) == year && jv_as_i64(jv_get(b, "id"), &id))
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

static void issuer_add(struct load *l, const struct demo_desk *d, const char *suffix, struct str below, int64_t now)
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
        if (city->desks[i].code.n == 10 && str_ends(city->desks[i].code, STR("-017")) && !city->desks[i].is_city)
            issuer_add(l, &city->desks[i], "-B", str_sub(city->desks[i].code, 0, 6), now);
    for (size_t i = 0; i < city->n_desks; i++)
        if (city->desks[i].is_town)
            issuer_add(l, &city->desks[i], "-B", city->desks[i].code, now);
}

static const struct issuer *draw(struct load *l)
{
    uint32_t luck = play_random(&l->p, 10);
    if (luck < 4)
        return &l->issuer[0];
    return &l->issuer[1 + play_random(&l->p, (uint32_t)(l->n_issuers - 1))];
}

/* --- one document -------------------------------------------------------------------------------- */
static bool post(struct load *l, const char *account, const char *path, struct str body, const char *key, int64_t *id)
{
    stage_later(l->s, l->pace);
    const struct jv *answer = stage_post(l->s, account, path, body);
    return answer && (!key || jv_as_i64(jv_get(answer, key), id));
}

/* The account's open item in the matter is completed. */
static bool step(struct load *l, const char *account, int64_t matter, const char *body)
{
    struct ctx *cx = stage_look(l->s, account);
    int64_t item = 0;
    if (!cx || matter_my_item(cx, matter, STR_NONE, &item, NULL) != 1) {
        stage_stop(l->s, "demo.no_step", arena_printf(l->scene, "%s /matters/%lld", account, (long long)matter));
        return false;
    }
    return post(l, account, arena_printf(l->scene, "/items/%lld/complete", (long long)item), str_of(body), NULL, NULL);
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

static struct str elements(struct load *l, const struct demo_text *t, struct str title)
{
    struct buf b = buf_in(l->scene);
    struct jw w = jw_to(&b);
    size_t n = 3 + play_random(&l->p, 6), from = play_random(&l->p, (uint32_t)t->n_body);
    jw_obj(&w);
    jw_ki64(&w, "rev", 1);
    jw_kstr(&w, "title", title);
    jw_ktext(&w, "urgency", play_random(&l->p, 12) ? "normal" : "urgent");
    jw_ktext(&w, "disclosure", "active");
    jw_ktext(&w, "main_text", "各有关单位");
    jw_karr(&w, "body");
    for (size_t k = 0; k < n; k++) {
        struct str s = t->body[(from + k) % t->n_body].text;
        jw_obj(&w);
        jw_ktext(&w, "kind", "p");
        jw_kstr(&w, "text", utf8_prefix(s, 400));
        jw_obj_end(&w);
    }
    jw_arr_end(&w);
    jw_obj_end(&w);
    return buf_done(&b);
}

static struct str recipients(struct load *l, const struct issuer *i)
{
    struct buf b = buf_in(l->scene);
    size_t n = i->n < RECIPIENTS ? i->n : RECIPIENTS, at = i->first + play_random(&l->p, (uint32_t)i->n);
    size_t stride = 1 + play_random(&l->p, (uint32_t)(i->n / n));
    buf_text(&b, "{\"main\":{\"unit_ids\":[");
    for (size_t k = 0; k < n; k++) {
        size_t desk = i->first + (at - i->first + k * stride) % i->n;
        int64_t unit = unit_of(l, desk);
        if (unit)
            buf_printf(&b, "%s\"%lld\"", b.p[b.n - 1] == '[' ? "" : ",", (long long)unit);
    }
    buf_text(&b, "]}}");
    return buf_done(&b);
}

static bool issue(struct load *l, const struct issuer *i, int64_t *dispatch)
{
    const struct sending *s = &i->people;
    const struct demo_text *t = &l->text[play_random(&l->p, (uint32_t)l->n_text)];
    struct str about = topic(t);
    struct str title = str_printf(l->scene, "%.*s关于%.*s的通知", STR_ARG(i->name), STR_ARG(about));
    struct buf b = buf_in(l->scene);
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_kid(&w, "agency_id", i->agency);
    jw_ktext(&w, "doc_type", "通知");
    jw_kstr(&w, "title", title);
    jw_obj_end(&w);
    int64_t document = 0, matter = 0;
    stage_later(l->s, l->pace);
    const struct jv *made = stage_post(l->s, s->drafter, "/documents", buf_done(&b));
    if (!jv_as_i64(jv_get(made, "document_id"), &document) || !jv_as_i64(jv_get(made, "matter_id"), &matter))
        return false;
    const char *signer = arena_printf(l->scene, "{\"outcome\":\"to_signer\",\"opinion\":\"拟同意，呈签发。\",\"vars\":{\"signer\":[\"post:%lld\"]}}",
                                      (long long)play_post_in(&l->p, s->signer, i->desk));
    const char *of = arena_printf(l->scene, "/documents/%lld", (long long)document);
    return post(l, s->drafter, arena_printf(l->scene, "%s/save", of), elements(l, t, title), NULL, NULL) &&
           step(l, s->drafter, matter, "{\"opinion\":\"请审核。\"}") && step(l, s->checker, matter, "{\"opinion\":\"拟同意。\"}") &&
           step(l, s->reviewer, matter, "{\"opinion\":\"已核。\"}") && step(l, s->office_head, matter, signer) &&
           step(l, s->signer, matter, "{\"opinion\":\"同意发。\"}") &&
           step(l, s->recheck, matter, "{\"outcome\":\"pass\",\"opinion\":\"复核无误。\"}") &&
           post(l, s->clerk, arena_printf(l->scene, "%s/reserve_number", of),
                str_printf(l->scene, "{\"book_id\":\"%lld\"}", (long long)i->book), NULL, NULL) &&
           step(l, s->clerk, matter, "{}") &&
           post(l, s->clerk, arena_printf(l->scene, "%s/dispatch", of), recipients(l, i), "dispatch_id", dispatch);
}

/* --- at the receivers ---------------------------------------------------------------------------- */
static size_t desk_at(const struct load *l, int64_t unit, const struct issuer *i)
{
    for (size_t k = 0; k < i->n; k++)
        if (l->unit[i->first + k] == unit)
            return i->first + k;
    return SIZE_MAX;
}

static bool receive(struct load *l, const struct issuer *i, int64_t unit, int64_t delivery)
{
    size_t desk = desk_at(l, unit, i);
    int64_t matter = 0;
    if (desk == SIZE_MAX)
        return true;
    const char *clerk = l->clerk[desk];
    if (!post(l, clerk, arena_printf(l->scene, "/deliveries/%lld/sign_for", (long long)delivery), STR("{}"), "matter_id", &matter))
        return false;
    bool closes = l->p.city->desks[desk].is_village && play_random(&l->p, 10) < 8;
    return !closes || step(l, clerk, matter, "{\"opinion\":\"已传达落实。\"}");
}

static bool arrive(struct load *l, const struct issuer *i, int64_t dispatch, struct demo_loaded *out)
{
    const char *path = arena_printf(l->scene, "/dispatches/%lld/board?limit=100", (long long)dispatch);
    const struct jv *rows = jv_get(stage_get(l->s, i->people.clerk, path), "rows");
    size_t n = jv_size(rows);
    int64_t *unit = arena_array_of(l->scene, int64_t, n + 1), *delivery = arena_array_of(l->scene, int64_t, n + 1);
    for (size_t k = 0; k < n; k++) {
        const struct jv *row = jv_at(rows, k);
        if (!jv_as_i64(jv_get(jv_get(row, "unit"), "id"), &unit[k]) || !jv_as_i64(jv_get(row, "delivery"), &delivery[k]))
            return false;
    }
    for (size_t k = 0; k < n; k++) {
        if (!receive(l, i, unit[k], delivery[k]))
            return false;
        out->matters++;
    }
    return stage_good(l->s);
}

/* --- the whole ----------------------------------------------------------------------------------- */
static bool run(struct load *l, int64_t matters, struct demo_loaded *out)
{
    int64_t said = 0, started = clock_monotonic_us();
    while (out->matters < matters && stage_good(l->s)) {
        const struct issuer *i = draw(l);
        int64_t dispatch = 0;
        if (!issue(l, i, &dispatch) || !arrive(l, i, dispatch, out))
            return false;
        out->documents++;
        arena_empty(l->scene);
        if (out->matters - said >= 10000) {
            said = out->matters;
            fprintf(stderr, "load: %lld of %lld matters, %.0f s\n", (long long)said, (long long)matters,
                    (double)(clock_monotonic_us() - started) / 1e6);
        }
    }
    return stage_good(l->s);
}

bool demo_load(struct core *core, const char *scale, int64_t matters, int64_t from, int64_t now, struct arena *a,
               struct demo_loaded *out, struct err *e)
{
    struct demo_city city;
    struct load l = { .scene = arena_new() };
    *out = (struct demo_loaded){ 0, 0 };
    bool good = demo_city_again(scale, now, a, &city, e) &&
                demo_texts_read(a, embed_find("data/documents.jsonl"), &l.text, &l.n_text, e) &&
                (l.s = stage_new(core, a, e)) != NULL;
    if (good) {
        l.unit = arena_array_of(a, int64_t, city.n_desks);
        l.clerk = arena_array_of(a, const char *, city.n_desks);
        l.pace = (now - from) / (matters * 3 + 1) + 1;
        play_start(&l.p, l.s, &city, 42);
        stage_at(l.s, from);
        stage_limit(l.s, now);
        issuers(&l, now);
        good = l.n_issuers > 1 && run(&l, matters, out);
        if (!good)
            *e = *stage_err(l.s);
    }
    stage_free(&l.s);
    arena_free(&l.scene);
    return good;
}
