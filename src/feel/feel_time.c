/* Dates, times and durations of FEEL: reading, writing, adding. The proleptic calendar with years
 * from -999999999 to 999999999; time to the millisecond. */
#include "feel/feel_in.h"

#define YEAR_MOST INT64_C(999999999)

/* Days from civil, by eras of 400 years that begin on 1 March. */
int64_t ft_days(int64_t y, int m, int d)
{
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

void ft_civil(int64_t z, int64_t *year, int *month, int *day)
{
    z += 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    *day = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = yoe + era * 400 + (*month <= 2);
}

static int month_days(int64_t y, int m)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    return m == 2 && leap ? 29 : days[m - 1];
}

/* Exactly n digits at *i. */
static bool digits(struct str s, size_t *i, size_t n, int64_t *out)
{
    if (*i + n > s.n)
        return false;
    *out = 0;
    for (size_t k = 0; k < n; k++) {
        char c = s.p[(*i)++];
        if (c < '0' || c > '9')
            return false;
        *out = *out * 10 + (c - '0');
    }
    return true;
}

static bool letter(struct str s, size_t *i, char c)
{
    if (*i >= s.n || s.p[*i] != c)
        return false;
    (*i)++;
    return true;
}

static bool date_at(struct str s, size_t *i, struct fv_moment *out)
{
    bool minus = letter(s, i, '-');
    size_t n = 0;
    while (*i + n < s.n && s.p[*i + n] >= '0' && s.p[*i + n] <= '9')
        n++;
    int64_t y, m, d;
    if (n < 4 || n > 9 || (n > 4 && s.p[*i] == '0') || !digits(s, i, n, &y) || !letter(s, i, '-') ||
        !digits(s, i, 2, &m) || !letter(s, i, '-') || !digits(s, i, 2, &d))
        return false;
    if (minus)
        y = -y;
    if (m < 1 || m > 12 || d < 1 || d > month_days(y, (int)m))
        return false;
    out->days = ft_days(y, (int)m, (int)d);
    return true;
}

/* "Z", "+08:00", "@Zone/Name" or nothing. */
static bool zone_at(struct str s, size_t *i, struct fv_moment *out)
{
    if (*i == s.n)
        return true;
    if (letter(s, i, 'Z')) {
        out->has_offset = true;
        return true;
    }
    if (letter(s, i, '@')) {
        struct str zone = str_sub(s, *i, s.n - *i);
        *i = s.n;
        for (size_t k = 0; k < zone.n; k++)
            if (!((zone.p[k] | 32) >= 'a' && (zone.p[k] | 32) <= 'z') &&
                !strchr("/_+-0123456789", zone.p[k]))
                return false;
        out->zone = zone;
        return zone.n > 0;
    }
    bool minus = s.p[*i] == '-';
    if (!minus && s.p[*i] != '+')
        return false;
    (*i)++;
    int64_t h, m, sec = 0;
    if (!digits(s, i, 2, &h) || !letter(s, i, ':') || !digits(s, i, 2, &m) ||
        (letter(s, i, ':') && !digits(s, i, 2, &sec)) || h > 18 || m > 59 || sec > 59)
        return false;
    out->has_offset = true;
    out->offset_s = (int)(h * 3600 + m * 60 + sec) * (minus ? -1 : 1);
    return true;
}

static bool time_at(struct str s, size_t *i, struct fv_moment *out)
{
    int64_t h, m, sec, ms = 0;
    if (!digits(s, i, 2, &h) || !letter(s, i, ':') || !digits(s, i, 2, &m) || !letter(s, i, ':') ||
        !digits(s, i, 2, &sec) || h > 24 || m > 59 || sec > 59 || (h == 24 && (m || sec)))
        return false;
    if (h == 24) { /* the end of the day is the start of the next */
        h = 0;
        out->days++;
    }
    if (letter(s, i, '.')) {
        int64_t unit = 100;
        size_t from = *i;
        for (; *i < s.n && s.p[*i] >= '0' && s.p[*i] <= '9'; (*i)++, unit /= 10)
            ms += (s.p[*i] - '0') * unit;
        if (*i == from)
            return false;
    }
    out->ms = ((h * 60 + m) * 60 + sec) * 1000 + ms;
    return zone_at(s, i, out);
}

bool ft_parse_date(struct str s, struct fv_moment *out)
{
    size_t i = 0;
    *out = (struct fv_moment){ 0 };
    return date_at(s, &i, out) && i == s.n;
}

bool ft_parse_time(struct str s, struct fv_moment *out)
{
    size_t i = 0;
    *out = (struct fv_moment){ 0 };
    (void)letter(s, &i, 'T'); /* allowed, not needed */
    if (!time_at(s, &i, out) || i != s.n)
        return false;
    out->days = 0;
    return true;
}

bool ft_parse_datetime(struct str s, struct fv_moment *out)
{
    size_t i = 0;
    *out = (struct fv_moment){ 0 };
    if (!date_at(s, &i, out))
        return false;
    return i == s.n || (letter(s, &i, 'T') && time_at(s, &i, out) && i == s.n);
}

struct period {
    int64_t year, month, day, ms;
    bool has_ym, has_dt;
};

/* One "12D" of a duration; the parts come in the order of letters. */
static bool part_at(struct str s, size_t *i, const char **order, bool in_time, struct period *p)
{
    int64_t v = 0, frac = 0;
    size_t from = *i;
    for (; *i < s.n && s.p[*i] >= '0' && s.p[*i] <= '9'; (*i)++) {
        if (v > INT64_C(1000000000000))
            return false;
        v = v * 10 + (s.p[*i] - '0');
    }
    if (*i == from || *i >= s.n)
        return false;
    bool has_frac = letter(s, i, '.');
    if (has_frac) {
        int64_t unit = 100;
        for (; *i < s.n && s.p[*i] >= '0' && s.p[*i] <= '9'; (*i)++, unit /= 10)
            frac += (s.p[*i] - '0') * unit;
    }
    if (*i >= s.n)
        return false;
    char c = s.p[(*i)++];
    const char *at = strchr(*order, c);
    if (!at || (has_frac && c != 'S'))
        return false;
    *order = at + 1;
    switch (c) {
    case 'Y': p->year = v; break;
    case 'M': in_time ? (p->ms += v * 60000) : (p->month = v); break;
    case 'D': p->day = v; break;
    case 'H': p->ms += v * 3600000; break;
    default: p->ms += v * 1000 + frac; break;
    }
    *(in_time || c == 'D' ? &p->has_dt : &p->has_ym) = true;
    return true;
}

const struct feel_value *ft_parse_duration(struct arena *a, struct str s)
{
    size_t i = 0;
    struct period p = { 0 };
    const char *order = "YMD";
    bool minus = letter(s, &i, '-');
    if (!letter(s, &i, 'P'))
        return NULL;
    while (i < s.n && s.p[i] != 'T')
        if (!part_at(s, &i, &order, false, &p))
            return NULL;
    if (letter(s, &i, 'T')) {
        order = "HMS";
        if (i == s.n)
            return NULL;
        while (i < s.n)
            if (!part_at(s, &i, &order, true, &p))
                return NULL;
    }
    if (p.has_ym == p.has_dt) /* neither, or a mixture */
        return NULL;
    int64_t sign = minus ? -1 : 1;
    if (p.has_ym)
        return p.year > YEAR_MOST ? NULL : fv_months(a, sign * (p.year * 12 + p.month));
    if (p.day > INT64_C(100000000000))
        return NULL;
    return fv_millis(a, sign * (p.day * FEEL_DAY_MS + p.ms));
}

const struct feel_value *ft_parse_any(struct arena *a, struct str s)
{
    struct fv_moment m;
    if (ft_parse_date(s, &m))
        return fv_moment(a, FV_DATE, &m);
    if (ft_parse_datetime(s, &m))
        return fv_moment(a, FV_DATETIME, &m);
    if (ft_parse_time(s, &m))
        return fv_moment(a, FV_TIME, &m);
    return ft_parse_duration(a, s);
}

static void put_date(struct buf *b, const struct fv_moment *m)
{
    int64_t y;
    int mo, d;
    ft_civil(m->days, &y, &mo, &d);
    buf_printf(b, "%s%04lld-%02d-%02d", y < 0 ? "-" : "", (long long)(y < 0 ? -y : y), mo, d);
}

static void put_time(struct buf *b, const struct fv_moment *m)
{
    int64_t s = m->ms / 1000;
    buf_printf(b, "%02d:%02d:%02d", (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
    int ms = (int)(m->ms % 1000), width = 3;
    for (; ms && ms % 10 == 0; ms /= 10)
        width--;
    if (ms)
        buf_printf(b, ".%0*d", width, ms);
    if (m->zone.p) {
        buf_char(b, '@');
        buf_str(b, m->zone);
    } else if (m->has_offset && m->offset_s == 0) {
        buf_char(b, 'Z');
    } else if (m->has_offset) {
        int o = m->offset_s < 0 ? -m->offset_s : m->offset_s;
        buf_printf(b, "%c%02d:%02d", m->offset_s < 0 ? '-' : '+', o / 3600, o / 60 % 60);
        if (o % 60)
            buf_printf(b, ":%02d", o % 60);
    }
}

static void put_months(struct buf *b, int64_t months)
{
    int64_t v = months < 0 ? -months : months;
    buf_text(b, months < 0 ? "-P" : "P");
    if (v / 12)
        buf_printf(b, "%lldY", (long long)(v / 12));
    if (v % 12 || v == 0)
        buf_printf(b, "%lldM", (long long)(v % 12));
}

static void put_millis(struct buf *b, int64_t millis)
{
    int64_t v = millis < 0 ? -millis : millis, t = v % FEEL_DAY_MS;
    buf_text(b, millis < 0 ? "-P" : "P");
    if (v / FEEL_DAY_MS)
        buf_printf(b, "%lldD", (long long)(v / FEEL_DAY_MS));
    if (t == 0 && v)
        return;
    buf_char(b, 'T');
    if (t / 3600000)
        buf_printf(b, "%dH", (int)(t / 3600000));
    if (t / 60000 % 60)
        buf_printf(b, "%dM", (int)(t / 60000 % 60));
    int ms = (int)(t % 1000), width = 3;
    if (t % 60000 == 0 && v)
        return;
    buf_printf(b, "%d", (int)(t / 1000 % 60));
    for (; ms && ms % 10 == 0; ms /= 10)
        width--;
    if (ms)
        buf_printf(b, ".%0*d", width, ms);
    buf_char(b, 'S');
}

struct str ft_text(struct arena *a, const struct feel_value *v)
{
    struct buf b = buf_in(a);
    switch (v->kind) {
    case FV_DATE: put_date(&b, &v->u.at); break;
    case FV_TIME: put_time(&b, &v->u.at); break;
    case FV_DATETIME:
        put_date(&b, &v->u.at);
        buf_char(&b, 'T');
        put_time(&b, &v->u.at);
        break;
    case FV_MONTHS: put_months(&b, v->u.months); break;
    case FV_MILLIS: put_millis(&b, v->u.millis); break;
    default: break;
    }
    return buf_done(&b);
}

/* --- named zones ---------------------------------------------------------------------------------
 */

enum dst { DST_NONE, DST_EU, DST_US, DST_AU };

/* The zones people here write, by the rules of today; any other name is only text. */
static const struct {
    const char *name;
    int hours;
    enum dst dst;
} zones[] = {
    { "America/Chicago", -6, DST_US },
    { "America/Los_Angeles", -8, DST_US },
    { "America/New_York", -5, DST_US },
    { "Asia/Dhaka", 6, DST_NONE },
    { "Asia/Hong_Kong", 8, DST_NONE },
    { "Asia/Macau", 8, DST_NONE },
    { "Asia/Seoul", 9, DST_NONE },
    { "Asia/Shanghai", 8, DST_NONE },
    { "Asia/Singapore", 8, DST_NONE },
    { "Asia/Taipei", 8, DST_NONE },
    { "Asia/Tokyo", 9, DST_NONE },
    { "Asia/Urumqi", 6, DST_NONE },
    { "Australia/Melbourne", 10, DST_AU },
    { "Australia/Sydney", 10, DST_AU },
    { "Etc/UTC", 0, DST_NONE },
    { "Europe/Berlin", 1, DST_EU },
    { "Europe/London", 0, DST_EU },
    { "Europe/Madrid", 1, DST_EU },
    { "Europe/Moscow", 3, DST_NONE },
    { "Europe/Paris", 1, DST_EU },
    { "Europe/Rome", 1, DST_EU },
    { "UTC", 0, DST_NONE },
};

/* The n-th Sunday of a month (n = 0: the last), as days. */
static int64_t sunday(int64_t year, int month, int n)
{
    int64_t first = ft_days(year, month, 1);
    int64_t d = first + (((3 - first) % 7) + 7) % 7; /* day 3 of the epoch was a Sunday */
    if (n)
        return d + 7 * (n - 1);
    int64_t last = first + month_days(year, month) - 1;
    return last - (((last - 3) % 7) + 7) % 7;
}

/* Is the local standard time (days, ms) inside the summer time of that rule? */
static bool in_summer(enum dst rule, int hours, int64_t days, int64_t ms)
{
    int64_t year, at = days * FEEL_DAY_MS + ms, hour = 3600000;
    int m, d;
    ft_civil(days, &year, &m, &d);
    switch (rule) {
    case DST_EU:
        return at >= sunday(year, 3, 0) * FEEL_DAY_MS + (1 + hours) * hour &&
               at < sunday(year, 10, 0) * FEEL_DAY_MS + (1 + hours) * hour;
    case DST_US:
        return at >= sunday(year, 3, 2) * FEEL_DAY_MS + 2 * hour &&
               at < sunday(year, 11, 1) * FEEL_DAY_MS + 1 * hour;
    case DST_AU:
        return at >= sunday(year, 10, 1) * FEEL_DAY_MS + 2 * hour ||
               at < sunday(year, 4, 1) * FEEL_DAY_MS + 2 * hour;
    case DST_NONE: break;
    }
    return false;
}

static bool offset_of(const struct fv_moment *m, int64_t *out_ms)
{
    if (m->has_offset) {
        *out_ms = (int64_t)m->offset_s * 1000;
        return true;
    }
    for (size_t i = 0; m->zone.p && i < sizeof zones / sizeof *zones; i++)
        if (str_is(m->zone, zones[i].name)) {
            *out_ms = zones[i].hours * INT64_C(3600000);
            if (in_summer(zones[i].dst, zones[i].hours, m->days, m->ms))
                *out_ms += 3600000;
            return true;
        }
    *out_ms = 0;
    return false;
}

int64_t ft_axis(const struct fv_moment *m)
{
    int64_t offset;
    (void)offset_of(m, &offset); /* 0 when unknown: the local axis */
    return m->days * FEEL_DAY_MS + m->ms - offset;
}

bool ft_comparable(const struct fv_moment *x, const struct fv_moment *y)
{
    int64_t ox, oy;
    bool kx = offset_of(x, &ox), ky = offset_of(y, &oy);
    if (kx || ky)
        return kx && ky;
    if (x->zone.p || y->zone.p)
        return x->zone.p && y->zone.p && str_eq(x->zone, y->zone);
    return true;
}

bool ft_add_months(const struct fv_moment *m, int64_t months, struct fv_moment *out)
{
    int64_t y;
    int mo, d;
    ft_civil(m->days, &y, &mo, &d);
    int64_t all = y * 12 + (mo - 1) + months;
    y = all >= 0 ? all / 12 : -((11 - all) / 12);
    mo = (int)(all - y * 12) + 1;
    if (y > YEAR_MOST || y < -YEAR_MOST)
        return false;
    if (d > month_days(y, mo))
        d = month_days(y, mo);
    *out = *m;
    out->days = ft_days(y, mo, d);
    return true;
}

void ft_add_millis(const struct fv_moment *m, int64_t ms, struct fv_moment *out)
{
    *out = *m;
    int64_t sum = m->ms + ms % FEEL_DAY_MS, days = ms / FEEL_DAY_MS;
    if (sum < 0) {
        sum += FEEL_DAY_MS;
        days--;
    } else if (sum >= FEEL_DAY_MS) {
        sum -= FEEL_DAY_MS;
        days++;
    }
    out->ms = sum;
    out->days = m->days + days;
}
