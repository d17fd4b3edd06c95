/* The rules of exchanging, by values alone: what a sender may see, what may be refused, taken back,
 * and when two instructions contradict (OFFICE §3, CAPABILITIES X1, X2, X8). Touches nothing. */
#include "exchange/exchange_in.h"

const char *const milestone_names[MILESTONE_COUNT] = {
    [MILESTONE_DELIVERED] = "delivered",   [MILESTONE_SIGNED] = "signed",
    [MILESTONE_REGISTERED] = "registered", [MILESTONE_PROPOSED] = "proposed",
    [MILESTONE_INSTRUCTED] = "instructed", [MILESTONE_HANDLING] = "handling",
    [MILESTONE_CLOSED] = "closed",         [MILESTONE_REFUSED] = "refused",
    [MILESTONE_RETRACTED] = "retracted",
};

enum milestone milestone_of(struct str name)
{
    int m = 0;
    while (m < MILESTONE_COUNT && !str_is(name, milestone_names[m]))
        m++;
    return (enum milestone)m;
}

bool milestone_shown(enum milestone m, bool sees_all)
{
    return sees_all || (m != MILESTONE_PROPOSED && m != MILESTONE_INSTRUCTED);
}

/* OFFICE R4: what an office may send an upward document back for. */
const struct reason_code refuse_codes[] = {
    { "not_ours", "不属于本单位职权范围", "Not within our powers" },
    { "level_skipped", "越级行文", "A level was skipped" },
    { "many_addressees", "多头主送", "Several addressees" },
    { "many_matters", "一文多事", "Several matters in one request" },
    { "mixed", "请示、报告混用", "Request and report mixed" },
    { "not_countersigned", "未经会签", "Not countersigned" },
    { "format", "格式不符合规定", "Form or format is wrong" },
    { NULL, NULL, NULL },
};

const struct reason_code problem_codes[] = {
    { "misdirected", "误投", "Sent to the wrong unit" },
    { "duplicate", "重复", "Sent twice" },
    { "missing_attachment", "缺附件", "An attachment is missing" },
    { "unreadable", "打不开", "A file cannot be opened" },
    { NULL, NULL, NULL },
};

const struct reason_code *reason_find(const struct reason_code *codes, struct str code)
{
    for (; codes->code; codes++)
        if (str_is(code, codes->code))
            return codes;
    return NULL;
}

static bool differ(struct str x, struct str y)
{
    return x.n && y.n && !str_eq(x, y);
}

bool instructions_contradict(const struct wanted *x, const struct wanted *y)
{
    return differ(x->lead, y->lead) || differ(x->due_on, y->due_on);
}

enum retraction retraction_of(struct str state)
{
    if (str_is(state, "delivered") || str_is(state, "queued"))
        return RETRACT_AT_ONCE;
    if (str_is(state, "signed") || str_is(state, "registered"))
        return RETRACT_ASK;
    return RETRACT_NOTHING;
}

struct str receipt_no(struct arena *a, int64_t year, int64_t seq)
{
    return str_printf(a, "收〔%lld〕%lld号", (long long)year, (long long)seq);
}
