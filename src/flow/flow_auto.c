/* Automatic agreement (FLOW 5.12): oa:overdue="auto:…" is a consent that nobody gave. On 签发, 会签,
 * 请示 and 用印 steps it is refused at check (OFFICE M7, capability B10): their signature is what the
 * paper rests on. Which steps these are is read from what they are called and from what the office's
 * rules tie to them; an automatic disagreement or return forges no consent and stays. */
#include "flow/flow_in.h"

static bool has(struct str text, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= text.n; i++)
        if (memcmp(text.p + i, word, n) == 0)
            return true;
    return false;
}

static bool says(struct str text)
{
    static const char *const words[] = { "签发", "会签", "请示", "用印", "监印", "盖章", NULL };
    for (size_t i = 0; words[i]; i++)
        if (has(text, words[i]))
            return true;
    return false;
}

/* What a step is for those who draw it: its name, its place on the sheet, its lane. */
static bool is_signature(const struct flow_net *net, int node)
{
    static const char *const ids[] = { "sign", "countersign", "seal", "request", NULL };
    const struct flow_node *n = &net->node[node];
    for (size_t i = 0; ids[i]; i++)
        if (str_is(n->id, ids[i]))
            return true;
    if (says(n->name) || says(n->sheet) || says(n->lane) || says(net->name))
        return true;
    /* several sign, a whole unit does, or no deputy may (OFFICE P2) */
    return (net->node_in[node].has_sign && n->sign != FLOW_SIGN_ANY) ||
           flow_node_attr(n, "child").n || str_is(flow_node_attr(n, "no_backup"), "true");
}

void net_check_auto(struct checker *c)
{
    const struct flow_net *net = c->net;
    for (size_t i = 0; i < net->shown_node_n; i++) {
        const struct flow_node *n = &net->node[i];
        if (!str_starts(n->overdue, STR("auto:")) ||
            tree_disagrees(str_sub(n->overdue, 5, n->overdue.n)) || !is_signature(net, (int)i))
            continue;
        flow_fail(c, n->line, n->id, "flow.auto_agreement",
                  n->name.n ? arena_strndup(c->a, n->name.p, n->name.n) : n->id.p);
    }
}
