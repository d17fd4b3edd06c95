/* Live events: hints (a counter moved, a matter has a new revision), never content. The hub keeps
 * the hints of five minutes for a browser that comes back; a subscription keeps what waits for it,
 * coalesced. Between nodes: one NOTIFY per group of the committer. */
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "core/core_in.h"

#define RING 65536
#define KEEP_MS (5 * CLOCK_MINUTE_MS)
#define TICK_US 80000
#define BUCKETS 32768
#define WAITING_MATTERS 32
#define LOGINS_ENDED (-1) /* hint.matter: the person's logins but hint.rev have ended */
#define LOGIN_ENDED (-2)  /* hint.matter: the person's login hint.rev has ended */
#define WAKERS 4

struct live_sub {
    struct core *core;
    struct ear *ears; /* one a scope */
    size_t n_ears;
    int64_t login_id, seq;
    bool counter, reset, ended;
    struct hint matters[WAITING_MATTERS];
    int n_matters;
};

struct ear {
    int64_t scope;
    struct live_sub *sub;
    struct ear *next;
};

struct live {
    pthread_mutex_t lock; /* guards all below and what waits in the subscriptions */
    struct ear *bucket[BUCKETS];
    struct ringed {
        struct hint hint;
        int64_t at;
    } *ring;
    int64_t seq; /* of the newest; ring[seq % RING] */
    int64_t started_at;
    bool news, stopping;
    struct buf to_nodes;
    int n_to_nodes;
    struct waker {
        void (*fn)(void *);
        void *arg;
    } wakers[WAKERS];
    int n_wakers;
    pthread_mutex_t wakers_lock; /* guards wakers; held while they run, so that one can be removed */
    pthread_t thread, node_thread;
    bool has_node_thread;
};

static struct ear **bucket_of(struct live *l, int64_t scope)
{
    return &l->bucket[(uint64_t)scope * UINT64_C(0x9E3779B97F4A7C15) >> 49];
}

static void hear(struct live_sub *s, const struct hint *h)
{
    if (h->matter == LOGINS_ENDED || h->matter == LOGIN_ENDED) {
        bool is_named = s->login_id == h->rev;
        s->ended = s->ended || is_named == (h->matter == LOGIN_ENDED);
        return;
    }
    if (h->matter == 0) {
        s->counter = true;
        return;
    }
    for (int i = 0; i < s->n_matters; i++)
        if (s->matters[i].matter == h->matter) {
            s->matters[i].rev = h->rev;
            return;
        }
    if (s->n_matters == WAITING_MATTERS)
        s->reset = true;
    else
        s->matters[s->n_matters++] = *h;
}

static void publish_locked(struct live *l, const struct hint *hints, size_t n)
{
    int64_t now = clock_now_ms();
    for (size_t i = 0; i < n; i++) {
        l->seq++;
        l->ring[l->seq % RING] = (struct ringed){ hints[i], now };
        for (struct ear *e = *bucket_of(l, hints[i].scope); e; e = e->next)
            if (e->scope == hints[i].scope) {
                hear(e->sub, &hints[i]);
                e->sub->seq = l->seq;
            }
    }
    l->news = l->news || n > 0;
}

void live_publish(struct core *core, const struct hint *hints, size_t n)
{
    struct live *l = core->live;
    if (!l || n == 0)
        return;
    pthread_mutex_lock(&l->lock);
    publish_locked(l, hints, n);
    for (size_t i = 0; l->has_node_thread && i < n; i++, l->n_to_nodes++)
        buf_printf(&l->to_nodes, "%llx,%llx,%llx;", (unsigned long long)hints[i].scope,
                   (unsigned long long)hints[i].matter, (unsigned long long)hints[i].rev);
    pthread_mutex_unlock(&l->lock);
}

/* Hints go to the other nodes from the node thread, at most a tick later: no commit waits for it. */
static void tell_nodes(struct core *core, struct db *db)
{
    struct live *l = core->live;
    struct arena *a = db ? arena_new() : NULL;
    pthread_mutex_lock(&l->lock);
    struct str all = str_copy(a, buf_done(&l->to_nodes));
    l->to_nodes.n = 0;
    l->n_to_nodes = 0;
    pthread_mutex_unlock(&l->lock);
    while (all.n) {
        size_t n = all.n;
        if (n > 7800)
            for (n = 7800; all.p[n - 1] != ';'; n--)
                ;
        struct str payload = str_printf(a, "%d|%.*s", core->node, (int)n, all.p);
        if (!db_notify(db, "tongban_live", payload))
            break;
        all = str_sub(all, n, all.n);
    }
    arena_free(&a);
}

static bool hex_part(struct str *rest, char sep, int64_t *out)
{
    struct str part;
    if (!str_cut(rest, sep, &part) || part.n == 0 || part.n > 16)
        return false;
    char text[17] = { 0 };
    memcpy(text, part.p, part.n);
    *out = (int64_t)strtoull(text, NULL, 16);
    return true;
}

static void hear_node(struct core *core, struct str payload)
{
    struct str from, one;
    int64_t node;
    if (!str_cut(&payload, '|', &from) || !str_to_i64(from, &node) || node == core->node)
        return;
    pthread_mutex_lock(&core->live->lock);
    while (payload.n && str_cut(&payload, ';', &one)) {
        struct hint h;
        if (one.n && hex_part(&one, ',', &h.scope) && hex_part(&one, ',', &h.matter) &&
            hex_part(&one, ',', &h.rev))
            publish_locked(core->live, &h, 1);
    }
    pthread_mutex_unlock(&core->live->lock);
}

/* PostgreSQL only: listens to the other nodes, tells them of our hints. */
static void *node_loop(void *arg)
{
    struct core *core = arg;
    struct arena *a = arena_new();
    struct err e = { 0 };
    struct db *db = NULL;
    while (!core->live->stopping) {
        if (!db) {
            e = (struct err){ 0 };
            db = db_open(&core->config.db, DB_WRITE, a, &e);
            if (!db || !db_listen(db, "tongban_live")) {
                db_close(&db);
                usleep(500000);
                continue;
            }
        }
        e = (struct err){ 0 };
        db_errors_to(db, a, &e);
        struct str payload;
        int got = db_wait_notify(db, TICK_US / 1000, a, &payload);
        if (got < 0)
            db_close(&db);
        else if (got == 1)
            hear_node(core, payload);
        if (db)
            tell_nodes(core, db);
        arena_empty(a);
    }
    db_close(&db);
    arena_free(&a);
    return NULL;
}

static void *tick_loop(void *arg)
{
    struct core *core = arg;
    struct live *l = core->live;
    for (;;) {
        usleep(TICK_US);
        pthread_mutex_lock(&l->lock);
        bool stop = l->stopping, news = l->news;
        l->news = false;
        pthread_mutex_unlock(&l->lock);
        if (stop)
            return NULL;
        pthread_mutex_lock(&l->wakers_lock);
        for (int i = 0; news && i < l->n_wakers; i++)
            l->wakers[i].fn(l->wakers[i].arg);
        pthread_mutex_unlock(&l->wakers_lock);
    }
}

bool live_start(struct core *core)
{
    struct live *l = calloc(1, sizeof *l);
    CHECK(l);
    pthread_mutex_init(&l->lock, NULL);
    pthread_mutex_init(&l->wakers_lock, NULL);
    l->ring = calloc(RING, sizeof *l->ring);
    CHECK(l->ring);
    l->started_at = clock_now_ms();
    core->live = l;
    l->has_node_thread = core->config.serve && core->config.db.engine == DB_PGSQL;
    CHECK(pthread_create(&l->thread, NULL, tick_loop, core) == 0);
    if (l->has_node_thread)
        CHECK(pthread_create(&l->node_thread, NULL, node_loop, core) == 0);
    return true;
}

void live_stop(struct core *core)
{
    struct live *l = core->live;
    if (!l)
        return;
    pthread_mutex_lock(&l->lock);
    l->stopping = true;
    pthread_mutex_unlock(&l->lock);
    pthread_join(l->thread, NULL);
    if (l->has_node_thread)
        pthread_join(l->node_thread, NULL);
    pthread_mutex_destroy(&l->lock);
    pthread_mutex_destroy(&l->wakers_lock);
    buf_free(&l->to_nodes);
    free(l->ring);
    free(l);
    core->live = NULL;
}

void live_on_tick(struct core *core, void (*wake)(void *arg), void *arg)
{
    struct live *l = core->live;
    pthread_mutex_lock(&l->wakers_lock);
    for (int i = 0; !wake && i < l->n_wakers; i++)
        if (l->wakers[i].arg == arg)
            l->wakers[i--] = l->wakers[--l->n_wakers];
    CHECK(l->n_wakers < WAKERS);
    if (wake)
        l->wakers[l->n_wakers++] = (struct waker){ wake, arg };
    pthread_mutex_unlock(&l->wakers_lock);
}

/* --- subscriptions -------------------------------------------------------------------------------- */

/* "node.start.sequence": what came since, or a reset when the hub no longer knows. */
static void resume(struct live *l, struct live_sub *s, int node, struct str last)
{
    struct str part;
    int64_t v[3];
    if (!last.n)
        return;
    for (int i = 0; i < 3; i++)
        if (!str_cut(&last, '.', &part) || !str_to_i64(part, &v[i])) {
            s->reset = true;
            return;
        }
    int64_t now = clock_now_ms();
    if (v[0] != node || v[1] != l->started_at || v[2] > l->seq || l->seq - v[2] >= RING ||
        (v[2] < l->seq && l->ring[(v[2] + 1) % RING].at + KEEP_MS < now)) {
        s->reset = true;
        return;
    }
    for (int64_t q = v[2] + 1; q <= l->seq; q++)
        for (size_t i = 0; i < s->n_ears; i++)
            if (s->ears[i].scope == l->ring[q % RING].hint.scope)
                hear(s, &l->ring[q % RING].hint);
}

struct live_sub *live_open(struct core *core, const struct actor *actor, struct str last_event_id)
{
    struct live *l = core->live;
    size_t n = actor->n_scopes + 1;
    struct live_sub *s = calloc(1, sizeof *s + n * sizeof *s->ears);
    CHECK(s);
    s->core = core;
    s->ears = (struct ear *)(s + 1);
    s->n_ears = n;
    s->login_id = actor->login_id;
    s->ears[0] = (struct ear){ actor->person_id, s, NULL };
    for (size_t i = 1; i < n; i++)
        s->ears[i] = (struct ear){ actor->scopes[i - 1].id, s, NULL };
    pthread_mutex_lock(&l->lock);
    for (size_t i = 0; i < n; i++) {
        struct ear **b = bucket_of(l, s->ears[i].scope);
        s->ears[i].next = *b;
        *b = &s->ears[i];
    }
    s->seq = l->seq;
    resume(l, s, core->node, last_event_id);
    pthread_mutex_unlock(&l->lock);
    return s;
}

void live_close(struct live_sub **sub)
{
    struct live_sub *s = *sub;
    if (!s)
        return;
    struct live *l = s->core->live;
    pthread_mutex_lock(&l->lock);
    for (size_t i = 0; i < s->n_ears; i++) {
        struct ear **e = bucket_of(l, s->ears[i].scope);
        while (*e != &s->ears[i])
            e = &(*e)->next;
        *e = s->ears[i].next;
    }
    pthread_mutex_unlock(&l->lock);
    free(s);
    *sub = NULL;
}

bool live_waiting(struct live_sub *s)
{
    pthread_mutex_lock(&s->core->live->lock);
    bool waits = s->counter || s->reset || s->ended || s->n_matters;
    pthread_mutex_unlock(&s->core->live->lock);
    return waits;
}

bool live_take(struct live_sub *s, struct buf *b, bool *is_alive)
{
    struct live *l = s->core->live;
    pthread_mutex_lock(&l->lock);
    size_t before = b->n;
    *is_alive = !s->ended;
    if (s->reset)
        buf_text(b, "event: reset\ndata: {}\n\n");
    if (s->counter)
        buf_text(b, "event: counter\ndata: {}\n\n");
    for (int i = 0; i < s->n_matters && !s->reset; i++)
        buf_printf(b, "event: matter\ndata: {\"matter\":\"%lld\",\"rev\":%lld}\n\n",
                   (long long)s->matters[i].matter, (long long)s->matters[i].rev);
    if (b->n > before)
        buf_printf(b, "id: %d.%lld.%lld\nevent: at\ndata: {}\n\n", s->core->node,
                   (long long)l->started_at, (long long)l->seq);
    s->counter = s->reset = false;
    s->n_matters = 0;
    pthread_mutex_unlock(&l->lock);
    return b->n > before;
}

/* --- inside a command ------------------------------------------------------------------------------- */

static void hint_add(struct ctx *cx, struct hint h)
{
    struct run *run = cx->run;
    if (!run)
        return;
    for (size_t i = run->n_hints; i-- > 0 && run->n_hints - i < 8;)
        if (run->hints[i].scope == h.scope && run->hints[i].matter == h.matter)
            return;
    if (run->n_hints == run->size_hints) {
        size_t size = run->size_hints ? run->size_hints * 2 : 16;
        run->hints = arena_grow(cx->a, run->hints, run->size_hints * sizeof h, size * sizeof h);
        run->size_hints = size;
    }
    run->hints[run->n_hints++] = h;
}

void live_counter(struct ctx *cx, int64_t owner_id)
{
    hint_add(cx, (struct hint){ owner_id, 0, 0 });
}

void live_matter(struct ctx *cx, int64_t scope_id, int64_t matter_id, int64_t rev)
{
    hint_add(cx, (struct hint){ scope_id, matter_id, rev });
}

void live_logins_ended(struct ctx *cx, int64_t person_id, int64_t keep_login)
{
    hint_add(cx, (struct hint){ person_id, LOGINS_ENDED, keep_login });
}

void live_login_ended(struct ctx *cx, int64_t person_id, int64_t login_id)
{
    hint_add(cx, (struct hint){ person_id, LOGIN_ENDED, login_id });
}
