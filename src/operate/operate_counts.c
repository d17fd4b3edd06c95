/* Numbers that commands keep, so that no list has to count (DESIGN §4), against the rows they stand
 * for; and contents that rows name, against the store. Both sides of a comparison come in the order
 * of their key and pass by once. A room that this build has not is passed over. */
#include "operate/operate_in.h"

struct count {
    const char *name, *room;    /* room: a table of the room whose rows are counted */
    const char *kept, *counted; /* key, number; ordered by key */
};

static const struct count counts[] = {
    { "counter todo", "item", "SELECT owner, n FROM counter WHERE box = 1 ORDER BY owner",
      "SELECT owner_id, count(*) FROM item WHERE state IN ('ready', 'opened') AND owner_kind <> 3 "
      "GROUP BY owner_id ORDER BY owner_id" },
    { "counter to_read", "reading", "SELECT owner, n FROM counter WHERE box = 2 ORDER BY owner",
      "SELECT post_id, count(*) FROM reading WHERE read_at IS NULL AND sent_at IS NOT NULL "
      "GROUP BY post_id ORDER BY post_id" },
    { "counter to_sign", "delivery", "SELECT owner, n FROM counter WHERE box = 3 ORDER BY owner",
      "SELECT unit_id, count(*) FROM delivery WHERE state = 'delivered' "
      "GROUP BY unit_id ORDER BY unit_id" },
    { "counter retract_asked", "retract_request",
      "SELECT owner, n FROM counter WHERE box = 4 ORDER BY owner",
      "SELECT unit_id, count(*) FROM retract_request WHERE state = 'asked' "
      "GROUP BY unit_id ORDER BY unit_id" },
    { "counter instructions", "instruction",
      "SELECT owner, n FROM counter WHERE box = 5 ORDER BY owner",
      "SELECT unit_id, count(*) FROM instruction WHERE state = 'new' "
      "GROUP BY unit_id ORDER BY unit_id" },
    { "dispatch.count", "delivery", "SELECT id, count FROM dispatch ORDER BY id",
      "SELECT dispatch_id, count(*) FROM delivery GROUP BY dispatch_id ORDER BY dispatch_id" },
    { "dispatch_total delivered", "delivery",
      "SELECT dispatch_id, n FROM dispatch_total WHERE milestone = 'delivered' ORDER BY "
      "dispatch_id",
      "SELECT dispatch_id, count(*) FROM delivery WHERE delivered_at IS NOT NULL "
      "GROUP BY dispatch_id ORDER BY dispatch_id" },
    { "dispatch_total signed", "delivery",
      "SELECT dispatch_id, n FROM dispatch_total WHERE milestone = 'signed' ORDER BY dispatch_id",
      "SELECT dispatch_id, count(*) FROM delivery WHERE signed_at IS NOT NULL "
      "GROUP BY dispatch_id ORDER BY dispatch_id" },
    { "dispatch_total registered", "delivery",
      "SELECT dispatch_id, n FROM dispatch_total WHERE milestone = 'registered' ORDER BY "
      "dispatch_id",
      "SELECT dispatch_id, count(*) FROM delivery WHERE registered_at IS NOT NULL "
      "GROUP BY dispatch_id ORDER BY dispatch_id" },
    { "dispatch_total proposed", "delivery",
      "SELECT dispatch_id, n FROM dispatch_total WHERE milestone = 'proposed' ORDER BY dispatch_id",
      "SELECT dispatch_id, count(*) FROM delivery WHERE proposed_at IS NOT NULL AND sees_all = 1 "
      "GROUP BY dispatch_id ORDER BY dispatch_id" },
    { "dispatch_total instructed", "delivery",
      "SELECT dispatch_id, n FROM dispatch_total WHERE milestone = 'instructed' ORDER BY "
      "dispatch_id",
      "SELECT dispatch_id, count(*) FROM delivery WHERE instructed_at IS NOT NULL AND sees_all = 1 "
      "GROUP BY dispatch_id ORDER BY dispatch_id" },
    { "dispatch_total handling", "delivery",
      "SELECT dispatch_id, n FROM dispatch_total WHERE milestone = 'handling' ORDER BY dispatch_id",
      "SELECT dispatch_id, count(*) FROM delivery WHERE handling_at IS NOT NULL "
      "GROUP BY dispatch_id ORDER BY dispatch_id" },
    { "dispatch_total closed", "delivery",
      "SELECT dispatch_id, n FROM dispatch_total WHERE milestone = 'closed' ORDER BY dispatch_id",
      "SELECT dispatch_id, count(*) FROM delivery WHERE closed_at IS NOT NULL "
      "GROUP BY dispatch_id ORDER BY dispatch_id" },
    { "dispatch_total refused", "delivery",
      "SELECT dispatch_id, n FROM dispatch_total WHERE milestone = 'refused' ORDER BY dispatch_id",
      "SELECT dispatch_id, count(*) FROM delivery WHERE state = 'refused' "
      "GROUP BY dispatch_id ORDER BY dispatch_id" },
    { "dispatch_total retracted", "delivery",
      "SELECT dispatch_id, n FROM dispatch_total WHERE milestone = 'retracted' ORDER BY "
      "dispatch_id",
      "SELECT dispatch_id, count(*) FROM delivery WHERE state = 'retracted' "
      "GROUP BY dispatch_id ORDER BY dispatch_id" },
    { "refusal_count", "refusal",
      "SELECT unit_id, sum(n) FROM refusal_count GROUP BY unit_id ORDER BY unit_id",
      "SELECT sender_unit, count(*) FROM refusal GROUP BY sender_unit ORDER BY sender_unit" },
    { "receipt_book", "received",
      "SELECT unit_id, sum(next - 1) FROM receipt_book GROUP BY unit_id ORDER BY unit_id",
      "SELECT unit_id, count(*) FROM received GROUP BY unit_id ORDER BY unit_id" },
    { "category.n", "category_entry", "SELECT id, n FROM category WHERE n <> 0 ORDER BY id",
      "SELECT category_id, count(*) FROM category_entry GROUP BY category_id ORDER BY category_id" },
    /* months that are about to be counted anew are left out, with all of their unit */
    { "stat received", "stat",
      "SELECT unit_id, sum(n) FROM stat WHERE measure = 'received' AND unit_id NOT IN "
      "(SELECT unit_id FROM stat_touch) GROUP BY unit_id ORDER BY unit_id",
      "SELECT unit_id, count(*) FROM received WHERE unit_id NOT IN (SELECT unit_id FROM stat_touch) "
      "GROUP BY unit_id ORDER BY unit_id" },
    { "stat sent", "stat",
      "SELECT unit_id, sum(CASE WHEN measure = 'sent' THEN n ELSE -n END) FROM stat "
      "WHERE measure IN ('sent', 'sent_joint') AND unit_id NOT IN (SELECT unit_id FROM stat_touch) "
      "GROUP BY unit_id HAVING sum(CASE WHEN measure = 'sent' THEN n ELSE -n END) <> 0 ORDER BY unit_id",
      "SELECT unit_id, count(*) FROM document WHERE numbered_at > 0 AND unit_id NOT IN "
      "(SELECT unit_id FROM stat_touch) GROUP BY unit_id ORDER BY unit_id" },
    { "stat closed", "stat",
      "SELECT unit_id, sum(n) FROM stat WHERE measure = 'closed' AND unit_id NOT IN "
      "(SELECT unit_id FROM stat_touch) GROUP BY unit_id ORDER BY unit_id",
      "SELECT unit_id, count(*) FROM delivery WHERE closed_at IS NOT NULL AND signed_at IS NOT NULL "
      "AND unit_id NOT IN (SELECT unit_id FROM stat_touch) GROUP BY unit_id ORDER BY unit_id" },
};

_Static_assert(BOX_TODO == 1 && BOX_TO_READ == 2 && BOX_TO_SIGN == 3 && BOX_RETRACT_ASKED == 4 &&
                   BOX_INSTRUCTIONS == 5 && BOX_COUNT == 6 && SCOPE_UNIT == 3,
               "the numbers in the statements above");

static bool has_room(const char **tables, const char *name)
{
    for (size_t i = 0; tables[i]; i++)
        if (strcmp(tables[i], name) == 0)
            return true;
    return false;
}

/* One side: the row at which it stands. */
struct side {
    struct scan scan;
    int64_t key, n;
    bool has;
};

static void step(struct side *s)
{
    s->has = scan_next(&s->scan);
    s->key = s->has ? row_i64(&s->scan.r, 0) : INT64_MAX;
    s->n = s->has ? row_i64(&s->scan.r, 1) : 0;
}

static void compare(struct verify *v, const char *name, struct side *kept, struct side *counted)
{
    struct arena *a = v->o->a;
    int64_t key = kept->key < counted->key ? kept->key : counted->key;
    int64_t says = kept->has && kept->key == key ? kept->n : 0;
    int64_t is = counted->has && counted->key == key ? counted->n : 0;
    v->counters++;
    if (says != is) {
        struct arena_mark mark = arena_mark(a);
        verify_fault(v, "count", arena_printf(a, "%s %lld", name, (long long)key),
                     arena_printf(a, "记为 %lld，实为 %lld", (long long)says, (long long)is),
                     "the kept number is not what the rows say");
        arena_reset(a, mark);
    }
    if (kept->key == key)
        step(kept);
    if (counted->key == key)
        step(counted);
}

static bool check_count(struct verify *v, const struct count *c)
{
    struct side kept = { .has = false }, counted = { .has = false };
    bool good = scan_open(&kept.scan, v->db, v->o->a, c->kept) &&
                scan_open(&counted.scan, v->db, v->o->a, c->counted);
    if (good) {
        step(&kept);
        step(&counted);
    }
    while (kept.has || counted.has)
        compare(v, c->name, &kept, &counted);
    good = good && !kept.scan.failed && !counted.scan.failed;
    scan_end(&kept.scan);
    scan_end(&counted.scan);
    return good;
}

bool verify_counts(struct verify *v)
{
    const char **tables = db_schema_tables(v->o->a, core_schema());
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (has_room(tables, counts[i].room) && !check_count(v, &counts[i]))
            return false;
    return true;
}

/* --- what rows name must be in the store
 * ------------------------------------------------------------ */

static const struct {
    const char *table, *digests;
} names[] = {
    { "attachment", "SELECT DISTINCT digest FROM attachment a WHERE NOT EXISTS "
                    "(SELECT 1 FROM purged_content p WHERE p.digest = a.digest) ORDER BY digest" },
};

/* What was purged (误传处置) must be gone from the store. */
static bool verify_purged(struct verify *v)
{
    struct scan s;
    bool good = scan_open(&s, v->db, v->o->a,
                          "SELECT digest FROM purged_content WHERE kind = 'file' ORDER BY digest");
    while (good && scan_next(&s)) {
        struct str digest = row_text(&s.r, 0);
        int64_t size = blob_size(v->blobs, digest);
        if (size == -2)
            good = operate_fail(v->o, ERR_BUSY, "blob.unreachable", NULL);
        else if (size >= 0 || blob_is_near(v->blobs, digest))
            verify_fault(v, "purged", arena_strndup(v->o->a, digest.p, digest.n),
                         "已作误传处置的文件内容仍在库中", "a purged content is still in the store");
    }
    scan_end(&s);
    return good && !s.failed;
}

bool verify_named(struct verify *v)
{
    const char **tables = db_schema_tables(v->o->a, core_schema());
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct scan s;
        if (!has_room(tables, names[i].table))
            continue;
        bool good = scan_open(&s, v->db, v->o->a, names[i].digests);
        while (good && scan_next(&s)) {
            struct str digest = row_text(&s.r, 0);
            int64_t size = blob_size(v->blobs, digest);
            if (size == -2)
                good = operate_fail(v->o, ERR_BUSY, "blob.unreachable", NULL);
            else if (size < 0)
                verify_fault(v, names[i].table, digest.p, "缺少文件内容", "its content is missing");
        }
        scan_end(&s);
        if (!good || s.failed)
            return false;
    }
    return !has_room(tables, "purged_content") || verify_purged(v);
}
