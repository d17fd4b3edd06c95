#include "demo/demo_play.h"

#include "base/check.h"
#include "base/clock.h"
#include "desk/desk.h"
#include "org/org.h"

enum { SLOTS = 8192 }; /* over twice the desks */

void play_start(struct play *p, struct stage *s, const struct demo_city *city, uint64_t seed)
{
    *p = (struct play){ .s = s, .city = city, .random = seed, .desk_slot = stage_ints(s, SLOTS) };
    CHECK(city->n_desks < SLOTS / 2);
    for (size_t i = 0; i < city->n_desks; i++) {
        size_t at = str_hash(city->desks[i].code) % SLOTS;
        while (p->desk_slot[at])
            at = (at + 1) % SLOTS;
        p->desk_slot[at] = (int)i + 1;
    }
}

uint32_t play_random(struct play *p, uint32_t below)
{
    uint64_t z = p->random += 0x9E3779B97F4A7C15u; /* splitmix64 */
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    return (uint32_t)((z >> 32) * below >> 32);
}

void play_minutes(struct play *p, int minutes)
{
    int64_t unit = p->hurries ? CLOCK_SECOND_MS : CLOCK_MINUTE_MS;
    int64_t until = stage_now(p->s) + (minutes + (int)play_random(p, (uint32_t)minutes / 2 + 1)) * unit;
    play_errands(p, until);
    if (until > stage_now(p->s))
        stage_later(p->s, until - stage_now(p->s));
}

const struct demo_desk *play_desk(const struct play *p, struct str code)
{
    for (size_t at = str_hash(code) % SLOTS; p->desk_slot[at]; at = (at + 1) % SLOTS)
        if (str_eq(p->city->desks[p->desk_slot[at] - 1].code, code))
            return &p->city->desks[p->desk_slot[at] - 1];
    return NULL;
}

const char *play_account(struct play *p, struct str account)
{
    return stage_text(p->s, "%.*s", STR_ARG(account));
}

int64_t play_unit(struct play *p, const struct demo_desk *d)
{
    struct ctx *cx = stage_look(p->s, play_account(p, d->clerk));
    const struct actor_post *post = cx ? actor_main_post(cx) : NULL;
    return post ? post->unit_id : 0;
}

/* --- steps --------------------------------------------------------------------------------------- */
int64_t play_item(struct play *p, const char *account, int64_t matter_id, struct str *node)
{
    const struct jv *page = stage_get(p->s, account, stage_text(p->s, "/matters/%lld", (long long)matter_id));
    const struct jv *mine = jv_get(page, "my_item");
    int64_t id = 0;
    if (!jv_as_i64(jv_get(mine, "id"), &id))
        id = 0;
    *node = id ? jv_str(jv_get(mine, "node")) : STR("");
    return id;
}

static bool says_no(struct str name, struct str label)
{
    static const char *const no[] = { "reject", "disagree", "return", "send_back", "void", "comment", "refuse" };
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        if (str_is(name, no[i]))
            return true;
    return str_starts(label, STR("不")) || str_find(label, STR("退"), 0) >= 0;
}

/* The outcome wanted, by name or label, else the first that agrees; absent when the step offers none. */
static struct str outcome_of(const struct jv *mine, const char *wanted)
{
    const struct jv *all = jv_get(mine, "outcomes");
    struct str best = STR_NONE;
    for (size_t i = 0; i < jv_size(all); i++) {
        struct str name = jv_str(jv_get(jv_at(all, i), "name"));
        struct str label = jv_str(jv_get(jv_at(all, i), "label"));
        if (wanted && (str_is(name, wanted) || str_is(label, wanted)))
            return name;
        if (!wanted && !best.p && !says_no(name, label))
            best = name;
    }
    return best;
}

static struct str answer_json(struct play *p, struct str outcome, struct play_answer answer)
{
    struct buf b = buf_in(stage_arena(p->s));
    struct jw w = jw_to(&b);
    jw_obj(&w);
    if (outcome.p)
        jw_kstr(&w, "outcome", outcome);
    if (answer.opinion)
        jw_ktext(&w, "opinion", answer.opinion);
    if (answer.noted)
        jw_kbool(&w, "noted", true);
    if (answer.vars)
        jw_kraw(&w, "vars", str_of(answer.vars));
    jw_obj_end(&w);
    return buf_done(&b);
}

/* The answer as it stands; true when it was taken. A step that wants an outcome says so. */
static bool answered_plainly(struct play *p, const char *account, const char *act, struct play_answer answer,
                             const char **code)
{
    struct str outcome = answer.outcome ? str_of(answer.outcome) : STR_NONE;
    return stage_try(p->s, account, act, answer_json(p, outcome, answer), code);
}

/* Done? When the step offers outcomes that were not named by their names, its page says which. */
static bool step(struct play *p, const char *account, int64_t matter_id, struct play_answer answer, bool tolerant)
{
    const char *path = stage_text(p->s, "/matters/%lld", (long long)matter_id), *code = NULL;
    struct ctx *cx = stage_look(p->s, account);
    int64_t item = 0;
    if (!cx || matter_my_item(cx, matter_id, STR_NONE, &item, NULL) != 1) {
        if (!tolerant)
            stage_stop(p->s, "demo.no_step", stage_text(p->s, "%s %s", account, path));
        return false;
    }
    const char *act = stage_text(p->s, "/items/%lld/complete", (long long)item);
    if (answered_plainly(p, account, act, answer, &code))
        return true;
    bool is_outcome = code && (strcmp(code, "item.outcome") == 0 || strcmp(code, "item.outcome_missing") == 0);
    if (tolerant && !is_outcome)
        return false;
    const struct jv *mine = jv_get(stage_get(p->s, account, path), "my_item");
    struct str body = answer_json(p, outcome_of(mine, answer.outcome), answer);
    return tolerant ? stage_try(p->s, account, act, body, NULL) : stage_post(p->s, account, act, body) != NULL;
}

void play_step(struct play *p, const char *account, int64_t matter_id, struct play_answer answer)
{
    (void)step(p, account, matter_id, answer, false); /* a failure has stopped the play */
}

bool play_try(struct play *p, const char *account, int64_t matter_id, struct play_answer answer)
{
    return step(p, account, matter_id, answer, true);
}

void play_send_back(struct play *p, const char *account, int64_t matter_id, const char *to_node, const char *reason)
{
    struct str node;
    int64_t item = play_item(p, account, matter_id, &node);
    if (!item)
        stage_stop(p->s, "demo.no_step", stage_text(p->s, "%s /matters/%lld", account, (long long)matter_id));
    (void)stage_post(p->s, account, stage_text(p->s, "/items/%lld/send_back", (long long)item), /* a failure stopped it */
                     str_of(stage_text(p->s, "{\"to\":\"%s\",\"way\":\"default\",\"reason\":\"%s\"}", to_node, reason)));
}

void play_circulate(struct play *p, const char *by, int64_t matter_id, const char *readers, const char *note)
{
    struct str rest = str_of(readers), reader;
    struct buf b = buf_in(stage_arena(p->s));
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_karr(&w, "post_ids");
    while (str_cut(&rest, ' ', &reader))
        jw_id(&w, play_post(p, play_account(p, reader)));
    jw_arr_end(&w);
    jw_ktext(&w, "note", note);
    jw_obj_end(&w);
    (void)stage_post(p->s, by, stage_text(p->s, "/matters/%lld/circulate", (long long)matter_id), buf_done(&b)); /* stops */
}

void play_read(struct play *p, const char *account, int64_t matter_id, const char *note)
{
    const struct jv *rows = jv_get(stage_get(p->s, account, "/items?box=to_read&limit=100"), "rows");
    for (size_t i = 0; i < jv_size(rows); i++) {
        int64_t matter, id;
        if (!jv_as_i64(jv_get(jv_at(rows, i), "matter"), &matter) || matter != matter_id ||
            !jv_as_i64(jv_get(jv_at(rows, i), "id"), &id))
            continue;
        (void)stage_post(p->s, account, stage_text(p->s, "/readings/%lld/read", (long long)id), /* stops */
                         str_of(stage_text(p->s, "{\"note\":\"%s\"}", note)));
        return;
    }
}

void play_watch(struct play *p, const char *account, int64_t matter_id)
{
    (void)stage_try(p->s, account, stage_text(p->s, "/matters/%lld/watch", (long long)matter_id), /* may not see it */
                    STR("{\"on\":true}"), NULL);
}

int64_t play_post(struct play *p, const char *account)
{
    struct ctx *cx = stage_look(p->s, account);
    const struct actor_post *post = cx ? actor_main_post(cx) : NULL;
    return post ? post->id : 0;
}

int64_t play_post_in(struct play *p, const char *account, const struct demo_desk *d)
{
    struct ctx *cx = stage_look(p->s, account);
    const struct actor_post *post = cx ? actor_main_post(cx) : NULL;
    for (size_t i = 0; cx && i < cx->actor->n_posts; i++)
        if (str_eq(cx->actor->posts[i].unit_name, d->name))
            return cx->actor->posts[i].id;
    return post ? post->id : 0;
}

const struct demo_desk *play_own_desk(struct play *p, const char *account)
{
    struct ctx *cx = stage_look(p->s, account);
    const struct actor_post *post = cx ? actor_main_post(cx) : NULL;
    for (size_t i = 0; post && i < p->city->n_desks; i++)
        if (str_eq(p->city->desks[i].name, post->unit_name))
            return &p->city->desks[i];
    return NULL;
}

struct str play_fill(struct play *p, const char *text)
{
    int year = clock_date_of(stage_now(p->s)).year;
    if (!strchr(text, '{'))
        return str_of(text);
    struct buf b = buf_in(stage_arena(p->s));
    for (const char *c = text; *c; c++) {
        bool is_mark = c[0] == '{' && (c[1] == 'Y' || c[1] == 'N') && c[2] == '}';
        if (!is_mark) {
            buf_char(&b, *c);
            continue;
        }
        buf_i64(&b, year + (c[1] == 'N'));
        c += 2;
    }
    return buf_done(&b);
}

/* --- recipients ---------------------------------------------------------------------------------- */
struct choosing {
    struct play *p;
    struct buf units, groups;
    bool all;
};

static void add_id(struct buf *b, int64_t id)
{
    if (b->n)
        buf_char(b, ',');
    buf_printf(b, "\"%lld\"", (long long)id);
}

static void add_unit(struct choosing *c, const struct demo_desk *d, int64_t own)
{
    int64_t id = d ? play_unit(c->p, d) : 0;
    if (id && id != own)
        add_id(&c->units, id);
}

/* Units of the county whose name ends so; towns, villages: of the place where the sender is. */
static void add_many(struct choosing *c, struct str ending, bool towns, bool villages, struct str under, int64_t own)
{
    for (size_t i = 0; i < c->p->city->n_desks; i++) {
        const struct demo_desk *d = &c->p->city->desks[i];
        bool fits = towns ? d->is_town : villages ? d->is_village : !d->is_city && str_ends(d->name, ending);
        if (fits && str_starts(d->code, under))
            add_unit(c, d, own);
    }
}

static void add_group(struct choosing *c, const char *owner, struct str name)
{
    const struct jv *rows = jv_get(stage_get(c->p->s, owner, "/groups?limit=100"), "rows");
    for (size_t i = 0; i < jv_size(rows); i++) {
        int64_t id;
        const struct jv *g = jv_at(rows, i);
        if (str_eq(jv_str(jv_get(g, "name")), name) && str_is(jv_str(jv_get(g, "scope")), "city") &&
            jv_as_i64(jv_get(g, "id"), &id)) {
            add_id(&c->groups, id);
            return;
        }
    }
    stage_stop(c->p->s, "demo.no_group", stage_text(c->p->s, "%.*s", STR_ARG(name)));
}

struct str play_choice(struct play *p, const char *owner, int64_t unit_id, const struct jv *to)
{
    struct arena *a = stage_arena(p->s);
    struct choosing c = { p, buf_in(a), buf_in(a), false };
    for (size_t i = 0; i < jv_size(to) && stage_good(p->s); i++) {
        struct str word = str_copy(a, jv_str(jv_at(to, i))), kind;
        struct str rest = word;
        (void)str_cut(&rest, ':', &kind); /* a word without colon is its own kind */
        if (str_is(kind, "all"))
            c.all = true;
        else if (str_is(kind, "group"))
            add_group(&c, owner, rest);
        else if (str_is(kind, "unit"))
            add_unit(&c, play_desk(p, rest), unit_id);
        else if (str_is(kind, "name"))
            add_many(&c, rest, false, false, STR(""), unit_id);
        else if (str_is(kind, "towns") || str_is(kind, "villages"))
            add_many(&c, STR(""), kind.p[0] == 't', kind.p[0] == 'v', rest, unit_id);
        else
            stage_stop(p->s, "demo.no_group", word.p);
    }
    struct str units = buf_done(&c.units), groups = buf_done(&c.groups);
    if (c.all)
        return STR("{\"levels\":[\"city\",\"county\",\"town\",\"village\"]}");
    return str_printf(a, "{\"unit_ids\":[%.*s],\"group_ids\":[%.*s]}", STR_ARG(units), STR_ARG(groups));
}
