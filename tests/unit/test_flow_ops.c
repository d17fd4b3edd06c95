/* Office operations by example, numbered as in FLOW §5. Each test ends with a replay of its
 * records. */
#include "flow_fixture.h"

/* ann drafts; then A (bob) and B (cid) in parallel; then dan signs. */
static const char fork[] =
    DOC("<startEvent id=\"s\"/>" TASK(
        "draft", "oa:assign=\"starter\"") "<parallelGateway id=\"fork\"/>" TASK("a",
                                                                                "oa:assign=\"bob\"")
            TASK("a2", "oa:assign=\"bea\"")
                TASK("b", "oa:assign=\"cid\"") "<parallelGateway id=\"join\"/>" TASK(
                    "sign", "oa:assign=\"dan\"") "<endEvent id=\"e\"/>" FLOW("f1", "s", "draft")
                    FLOW("f2", "draft", "fork") FLOW("f3", "fork", "a") FLOW("f4", "a", "a2")
                        FLOW("f5", "fork", "b") FLOW("f6", "a2", "join") FLOW("f7", "b", "join")
                            FLOW("f8", "join", "sign") FLOW("f9", "sign", "e"));

/* One task with these attributes behind ann's draft. */
#define ONE(attributes)                                                                            \
    DOC("<startEvent id=\"s\"/>" TASK("draft", "oa:assign=\"starter\"") TASK("t", attributes)      \
            TASK("last", "oa:assign=\"zoe\"") "<endEvent id=\"e\"/>" FLOW("f1", "s", "draft")      \
                FLOW("f2", "draft", "t") FLOW("f3", "t", "last") FLOW("f4", "last", "e"))

static struct flow_command back(struct fixture *f, const char *who, const char *to,
                                enum flow_way way)
{
    return (struct flow_command){ .op = FLOW_SEND_BACK,
                                  .leaf = leaf(f, who),
                                  .to_node = str_of(to),
                                  .way = way,
                                  .reason = STR("请补充依据") };
}

static struct flow_command undo(int l)
{
    return (struct flow_command){ .op = FLOW_WITHDRAW, .leaf = l, .reason = STR("填错了") };
}

static struct flow_command add(struct fixture *f, const char *who, const char *whom,
                               enum flow_place place, enum flow_role role)
{
    struct flow_who *one = arena_new_of(f->a, struct flow_who);
    *one = (struct flow_who){ FLOW_NAME, 0, str_of(whom) };
    return (struct flow_command){ .op = FLOW_ADD_SIGNER,
                                  .leaf = leaf(f, who),
                                  .who = one,
                                  .who_n = 1,
                                  .place = place,
                                  .role = role };
}

static void start_to_end(void **state)
{
    (void)state;
    struct fixture f = begin(fork);
    assert_string_equal(ready(&f), "draft:ann");
    complete(&f, "ann", "ok");
    assert_string_equal(ready(&f), "a:bob b:cid");
    complete(&f, "bob", "ok");
    complete(&f, "bea", "ok");
    assert_string_equal(ready(&f), "b:cid");
    complete(&f, "cid", "ok");
    complete(&f, "dan", "agree");
    assert_string_equal(ready(&f), "[done]");
    finish(&f);
}

/* 5.1: back before the fork voids both branches; both start again at attempt 2. */
static void rewind_before_fork(void **state)
{
    (void)state;
    struct fixture f = begin(fork);
    complete(&f, "ann", "ok");
    complete(&f, "cid", "ok");
    complete(&f, "bob", "ok");
    struct flow_command cmd = back(&f, "bea", "draft", FLOW_WAY_REWIND);
    must(&f, &cmd);
    assert_string_equal(ready(&f), "draft:ann");
    assert_int_equal(f.d.change_n, 2);
    assert_int_equal(f.d.change[0].kind, FLOW_VOIDED);
    assert_string_equal(f.d.change[0].cause, "send_back");
    assert_int_equal(f.d.change[1].kind, FLOW_OPENED);
    assert_int_equal(f.d.change[1].attempt, 2);
    assert_true(f.d.change[1].from > 0);
    complete(&f, "ann", "ok");
    assert_string_equal(ready(&f), "a:bob b:cid");
    finish(&f);
}

/* 5.1: back inside a branch leaves the sibling alone; its token at the join is not worked again. */
static void rewind_inside_branch(void **state)
{
    (void)state;
    struct fixture f = begin(fork);
    complete(&f, "ann", "ok");
    complete(&f, "bob", "ok");
    struct flow_command cmd = back(&f, "bea", "a", FLOW_WAY_REWIND);
    must(&f, &cmd);
    assert_string_equal(ready(&f), "b:cid a:bob");
    finish(&f);
}

/* 5.1: from behind a join into one branch: the other branch's token revives at the join. */
static void rewind_revives_join_input(void **state)
{
    (void)state;
    struct fixture f = begin(fork);
    complete(&f, "ann", "ok");
    complete(&f, "cid", "ok");
    complete(&f, "bob", "ok");
    complete(&f, "bea", "ok");
    assert_string_equal(ready(&f), "sign:dan");
    struct flow_command cmd = back(&f, "dan", "a2", FLOW_WAY_REWIND);
    must(&f, &cmd);
    assert_string_equal(ready(&f), "a2:bea"); /* cid has nothing to do */
    complete(&f, "bea", "ok");
    assert_string_equal(ready(&f), "sign:dan");
    finish(&f);
}

/* 5.1: targets are causes, not merely earlier: bob's act is no target of cid. */
static void targets_are_causal(void **state)
{
    (void)state;
    struct fixture f = begin(fork);
    complete(&f, "ann", "ok");
    complete(&f, "bob", "ok");
    size_t n;
    struct flow_target *t = flow_targets(f.a, f.net, f.s, leaf(&f, "cid"), &n);
    assert_int_equal(n, 1);
    assert_int_equal(t[0].node, flow_node_find(f.net, STR("draft")));
    struct flow_command cmd = back(&f, "cid", "a", FLOW_WAY_REWIND);
    must_not(&f, &cmd, "flow.no_target");
    cmd = back(&f, "cid", "draft", FLOW_WAY_REWIND);
    cmd.reason = STR(" ");
    must_not(&f, &cmd, "flow.no_reason");
    finish(&f);
}

/* 5.1, last words: with a live sibling the default way is rework; without, rewind. */
static void default_way(void **state)
{
    (void)state;
    struct fixture f = begin(fork);
    complete(&f, "ann", "ok");
    struct flow_command cmd = back(&f, "cid", "draft", FLOW_WAY_DEFAULT);
    must(&f, &cmd);
    assert_string_equal(ready(&f), "a:bob b:ann");
    finish(&f);
    f = begin(ONE("oa:assign=\"bob\""));
    complete(&f, "ann", "ok");
    cmd = back(&f, "bob", "draft", FLOW_WAY_DEFAULT);
    must(&f, &cmd);
    assert_string_equal(ready(&f), "draft:ann");
    finish(&f);
}

/* 5.2: no token moves; the returner's item sleeps and comes back. */
static void rework_suspends(void **state)
{
    (void)state;
    struct fixture f = begin(fork);
    complete(&f, "ann", "ok");
    int cid = leaf(&f, "cid");
    struct flow_command cmd = back(&f, "cid", "draft", FLOW_WAY_REWORK);
    must(&f, &cmd);
    assert_string_equal(ready(&f), "a:bob b:ann");
    assert_int_equal(f.d.change[0].kind, FLOW_SUSPENDED);
    assert_int_equal(f.d.change[0].leaf, cid);
    assert_int_equal(f.d.change[1].role, FLOW_ROLE_REWORK);
    assert_int_equal(f.d.change[1].form_node, flow_node_find(f.net, STR("draft")));
    struct flow_command early = { .op = FLOW_COMPLETE, .leaf = cid };
    must_not(&f, &early, "flow.suspended");
    complete(&f, "ann", "done");
    assert_int_equal(f.d.change[1].kind, FLOW_REACTIVATED);
    assert_int_equal(f.d.change[1].leaf, cid);
    complete(&f, "cid", "ok");
    assert_string_equal(ready(&f), "a:bob");
    finish(&f);
}

/* 5.1: a barrier stops the way back; with an undo it runs in reverse. */
static void barrier(void **state)
{
    (void)state;
    static const char text[] = DOC("<startEvent id=\"s\"/>" TASK(
        "a", "oa:assign=\"ann\"") "<serviceTask id=\"n\" name=\"编号\" oa:op=\"number.take\" "
                                  "oa:barrier=\"true\" %s/>" TASK(
                                      "b", "oa:assign=\"bob\"") "<endEvent id=\"e\"/>" FLOW("f1",
                                                                                            "s",
                                                                                            "a")
                                       FLOW("f2", "a", "n") FLOW("f3", "n", "b")
                                           FLOW("f4", "b", "e"));
    char buffer[2048];
    (void)snprintf(buffer, sizeof buffer, text, "");
    struct fixture f = begin(buffer);
    complete(&f, "ann", "ok");
    assert_int_equal(f.d.service_n, 1);
    assert_true(str_is(f.d.service[0].op, "number.take"));
    assert_string_equal(ready(&f), "");
    struct flow_command done = { .op = FLOW_SERVICE_DONE, .act = f.d.service[0].act };
    must(&f, &done);
    must_not(&f, &done, "flow.act_closed");
    struct flow_command cmd = back(&f, "bob", "a", FLOW_WAY_REWIND);
    must_not(&f, &cmd, "flow.barrier");
    cmd = undo(leaf_in(&f, "ann", FLOW_LEAF_DONE));
    must_not(&f, &cmd, "flow.barrier");
    cmd = back(&f, "bob", "a", FLOW_WAY_REWORK);
    must(&f, &cmd);
    finish(&f);
    (void)snprintf(buffer, sizeof buffer, text, "oa:undo=\"number.void\"");
    f = begin(buffer);
    complete(&f, "ann", "ok");
    done.act = f.d.service[0].act;
    must(&f, &done);
    cmd = back(&f, "bob", "a", FLOW_WAY_REWIND);
    must(&f, &cmd);
    assert_int_equal(f.d.service_n, 1);
    assert_true(f.d.service[0].is_undo && str_is(f.d.service[0].op, "number.void"));
    assert_string_equal(ready(&f), "a:ann");
    finish(&f);
}

/* 5.4 A: inside an open act. */
static void withdraw_open_act(void **state)
{
    (void)state;
    struct fixture f = begin(ONE("oa:assign=\"bob,cid\" oa:sign=\"seq\""));
    complete(&f, "ann", "ok");
    complete(&f, "bob", "agree");
    assert_string_equal(ready(&f), "t:cid");
    struct flow_command cmd = undo(leaf_in(&f, "bob", FLOW_LEAF_DONE));
    must(&f, &cmd);
    assert_string_equal(ready(&f), "t:bob");
    complete(&f, "bob", "agree");
    struct flow_command open = { .op = FLOW_OPEN, .leaf = leaf(&f, "cid") };
    must(&f, &open);
    cmd = undo(leaf_in(&f, "bob", FLOW_LEAF_DONE));
    must_not(&f, &cmd, "flow.already_opened");
    finish(&f);
}

/* 5.4 B: the act is done; the race with "opened"; a join gives back the other branch's token. */
static void withdraw_done_act(void **state)
{
    (void)state;
    struct fixture f = begin(fork);
    complete(&f, "ann", "ok");
    complete(&f, "cid", "ok");
    complete(&f, "bob", "ok");
    complete(&f, "bea", "ok");
    struct flow_command cmd = undo(leaf_in(&f, "cid", FLOW_LEAF_DONE));
    must(&f, &cmd); /* nobody has seen dan's item */
    assert_string_equal(ready(&f), "b:cid");
    complete(&f, "cid", "ok");
    assert_string_equal(ready(&f), "sign:dan");
    struct flow_command open = { .op = FLOW_OPEN, .leaf = leaf(&f, "dan") };
    must(&f, &open);
    cmd = undo(leaf_in(&f, "cid", FLOW_LEAF_DONE));
    must_not(&f, &cmd, "flow.already_opened");
    cmd = undo(leaf_in(&f, "bob", FLOW_LEAF_DONE));
    must_not(&f, &cmd, "flow.already_handled");
    complete(&f, "dan", "agree");
    cmd = undo(leaf_in(&f, "dan", FLOW_LEAF_DONE));
    must(&f, &cmd); /* out of the end */
    assert_string_equal(ready(&f), "sign:dan");
    finish(&f);
}

/* 5.4 B restricted to one leaf: the others of the act stay done. */
static void withdraw_one_of_several(void **state)
{
    (void)state;
    struct fixture f = begin(ONE("oa:assign=\"bob,cid\" oa:sign=\"all\""));
    complete(&f, "ann", "ok");
    complete(&f, "bob", "agree");
    complete(&f, "cid", "agree");
    struct flow_command cmd = undo(leaf_in(&f, "cid", FLOW_LEAF_DONE));
    must(&f, &cmd);
    assert_string_equal(ready(&f), "t:cid");
    complete(&f, "cid", "agree");
    assert_string_equal(ready(&f), "last:zoe");
    finish(&f);
}

/* Whoever adds a signer has dealt with it, opened or not: the step before cannot be taken back. */
static void withdraw_after_adding(void **state)
{
    (void)state;
    struct fixture f = begin(ONE("oa:assign=\"bob\""));
    complete(&f, "ann", "ok");
    struct flow_command cmd = add(&f, "bob", "cid", FLOW_BEFORE, FLOW_ROLE_SIGN);
    must(&f, &cmd);
    cmd = undo(leaf_in(&f, "ann", FLOW_LEAF_DONE));
    must_not(&f, &cmd, "flow.already_opened");
    finish(&f);
}

/* 5.5 */
static void signers(void **state)
{
    (void)state;
    struct fixture f = begin(ONE("oa:assign=\"bob\""));
    complete(&f, "ann", "ok");
    struct flow_command cmd = add(&f, "bob", "cid", FLOW_BEFORE, FLOW_ROLE_ADVISE);
    must(&f, &cmd);
    assert_string_equal(ready(&f), "t:cid");
    complete(&f, "cid", "disagree"); /* advice does not vote */
    assert_string_equal(ready(&f), "t:bob");
    cmd = add(&f, "bob", "dan", FLOW_BESIDE, FLOW_ROLE_SIGN);
    must(&f, &cmd);
    cmd = add(&f, "bob", "dan", FLOW_BESIDE, FLOW_ROLE_SIGN);
    must_not(&f, &cmd, "flow.already_signer");
    cmd = add(&f, "bob", "eve", FLOW_AFTER, FLOW_ROLE_SIGN);
    must(&f, &cmd);
    assert_string_equal(ready(&f), "t:bob t:dan");
    struct flow_command away = { .op = FLOW_REMOVE_SIGNER,
                                 .leaf = leaf(&f, "dan"),
                                 .other_leaf = leaf(&f, "bob") };
    must_not(&f, &away, "flow.not_your_signer");
    away = (struct flow_command){ .op = FLOW_REMOVE_SIGNER,
                                  .leaf = leaf(&f, "bob"),
                                  .other_leaf = leaf(&f, "dan") };
    must(&f, &away);
    assert_string_equal(ready(&f), "t:bob");
    complete(&f, "bob", "agree");
    assert_string_equal(ready(&f), "t:eve");
    away = (struct flow_command){ .op = FLOW_REMOVE_SIGNER,
                                  .is_admin = true,
                                  .other_leaf = leaf(&f, "eve") };
    must_not(&f, &away, "flow.last_signer");
    complete(&f, "eve", "agree");
    assert_string_equal(ready(&f), "last:zoe");
    assert_true(str_is(flow_node_outcome(f.s, flow_node_find(f.net, STR("t"))), "agree"));
    finish(&f);
}

/* 5.6 */
static void transfer(void **state)
{
    (void)state;
    struct fixture f = begin(ONE("oa:assign=\"post(7)\""));
    complete(&f, "ann", "ok");
    struct flow_who to = { FLOW_POST, 8, STR("") };
    struct flow_command cmd = {
        .op = FLOW_TRANSFER, .leaf = leaf(&f, "post:7"), .who = &to, .who_n = 1
    };
    must(&f, &cmd);
    assert_string_equal(ready(&f), "t:post:8");
    assert_int_equal(f.d.change[0].kind, FLOW_TRANSFERRED);
    assert_int_equal(f.d.change[1].kind, FLOW_OPENED);
    assert_int_equal(f.d.change[1].from, f.d.change[0].leaf);
    cmd.leaf = leaf(&f, "post:8");
    must_not(&f, &cmd, "flow.same_person");
    cmd = undo(leaf_in(&f, "ann", FLOW_LEAF_DONE));
    must_not(&f, &cmd, "flow.already_opened"); /* post 7 dealt with it */
    complete(&f, "post:8", "ok");
    finish(&f);
}

static void voting(void **state)
{
    (void)state;
    struct fixture f =
        begin(ONE("oa:assign=\"bob,cid,dan\" oa:sign=\"vote\" oa:pass=\"agree &gt;= 2\""));
    complete(&f, "ann", "ok");
    complete(&f, "bob", "agree");
    assert_string_equal(ready(&f), "t:cid t:dan");
    complete(&f, "cid", "agree");
    assert_string_equal(ready(&f), "last:zoe"); /* decided: dan is not asked any more */
    finish(&f);
    f = begin(ONE("oa:assign=\"bob,cid,dan\" oa:sign=\"vote\" oa:pass=\"agree &gt;= 2\" "
                  "oa:waitAll=\"true\""));
    complete(&f, "ann", "ok");
    complete(&f, "bob", "disagree");
    complete(&f, "cid", "disagree");
    assert_string_equal(ready(&f), "t:dan");
    complete(&f, "dan", "agree");
    assert_true(str_is(flow_node_outcome(f.s, flow_node_find(f.net, STR("t"))), "disagree"));
    finish(&f);
    f = begin(ONE("oa:assign=\"bob,cid\" oa:sign=\"all\""));
    complete(&f, "ann", "ok");
    complete(&f, "bob", "disagree");
    assert_string_equal(ready(&f), "last:zoe"); /* all must agree: decided */
    finish(&f);
    f = begin(ONE("oa:assign=\"bob,cid\" oa:sign=\"any\""));
    complete(&f, "ann", "ok");
    complete(&f, "cid", "agree");
    assert_string_equal(ready(&f), "last:zoe");
    finish(&f);
    f = begin(ONE("oa:assign=\"bob,cid,dan\" oa:sign=\"vote\" oa:veto=\"lead\" oa:lead=\"cid\""));
    complete(&f, "ann", "ok");
    complete(&f, "cid", "disagree");
    assert_string_equal(ready(&f), "last:zoe");
    finish(&f);
}

static void multi_instance(void **state)
{
    (void)state;
    static const char text[] =
        DOC("<startEvent id=\"s\"/><userTask id=\"t\"><multiInstanceLoopCharacteristics "
            "isSequential=\"%s\">"
            "<loopDataInputRef>people</loopDataInputRef><inputDataItem name=\"one\"/>"
            "<completionCondition>nrOfCompletedInstances = 2</completionCondition>"
            "</multiInstanceLoopCharacteristics></userTask>" TASK(
                "last", "oa:assign=\"zoe\"") "<endEvent id=\"e\"/>" FLOW("f1", "s", "t")
                FLOW("f2", "t", "last") FLOW("f3", "last", "e"));
    char buffer[2048];
    (void)snprintf(buffer, sizeof buffer, text, "false");
    struct fixture f = begin_with(buffer, "{\"people\":[\"bob\",\"cid\",\"dan\"]}");
    assert_string_equal(ready(&f), "t:bob t:cid t:dan");
    complete(&f, "cid", "agree");
    complete(&f, "bob", "agree");
    assert_string_equal(ready(&f), "last:zoe");
    finish(&f);
    (void)snprintf(buffer, sizeof buffer, text, "true");
    f = begin_with(buffer, "{\"people\":[\"bob\",\"cid\",\"dan\"]}");
    assert_string_equal(ready(&f), "t:bob");
    complete(&f, "bob", "agree");
    assert_string_equal(ready(&f), "t:cid");
    finish(&f);
    f = begin_with(buffer, "{\"people\":[]}");
    assert_string_equal(ready(&f), "last:zoe"); /* nobody: skipped */
    finish(&f);
    f = begin_with(buffer, "{\"people\":7}");
    assert_string_equal(ready(&f), "[incident]");
    finish(&f);
}

/* §3: none true and no default is an incident, the token stays; a retry with the data goes on. */
static void incident(void **state)
{
    (void)state;
    static const char text[] = DOC(
        "<startEvent id=\"s\"/>" TASK("a", "oa:assign=\"ann\"") "<exclusiveGateway id=\"x\"/>" TASK(
            "b", "oa:assign=\"var(next)\"")
            TASK("c", "oa:assign=\"cid\"") "<endEvent id=\"e\"/>" FLOW("f1", "s", "a")
                FLOW("f2", "a", "x") FLOW_IF("f3", "x", "b", "sum &gt; 10")
                    FLOW_IF("f4", "x", "c", "sum &lt;= 10") FLOW("f5", "b", "e")
                        FLOW("f6", "c", "e"));
    struct fixture f = begin(text);
    complete(&f, "ann", "ok");
    assert_string_equal(ready(&f), "[incident]");
    assert_string_equal(f.d.incident[0].code, "flow.condition_failed"); /* never a wrong branch */
    assert_int_equal(f.d.incident[0].node, flow_node_find(f.net, STR("x")));
    struct flow_command retry = { .op = FLOW_RETRY,
                                  .vars = jv_parse(f.a, STR("{\"sum\":10.5}"), NULL, NULL) };
    must(&f, &retry);
    assert_string_equal(ready(&f), "[incident]");
    assert_string_equal(f.d.incident[0].code, "flow.no_assignee");
    struct flow_who who = { FLOW_NAME, 0, STR("bob") };
    struct flow_command set = {
        .op = FLOW_SET_ASSIGNEES, .act = f.d.incident[0].act, .who = &who, .who_n = 1
    };
    must(&f, &set);
    assert_string_equal(ready(&f), "b:bob");
    complete(&f, "bob", "ok");
    assert_string_equal(ready(&f), "[done]");
    finish(&f);
}

/* The rule of a vote that has no result is neither passed nor refused: an incident, and a retry with what
 * was missing counts the same votes. A vote taken back opens the act again. */
static void vote_without_result(void **state)
{
    (void)state;
    static const char text[] = DOC("<startEvent id=\"s\"/>" TASK(
        "t", "oa:assign=\"ann,bob,cid\" oa:sign=\"vote\" oa:pass=\"agree &gt;= quorum\"")
                                       "<exclusiveGateway id=\"x\" default=\"f4\"/>" TASK("yes", "oa:assign=\"yan\"")
                                           TASK("no", "oa:assign=\"ned\"") "<endEvent id=\"e\"/>" FLOW("f1", "s", "t")
                                               FLOW("f2", "t", "x") FLOW_IF("f3", "x", "yes", "outcome = &quot;agree&quot;")
                                                   FLOW("f4", "x", "no") FLOW("f5", "yes", "e") FLOW("f6", "no", "e"));
    struct fixture f = begin(text);
    complete(&f, "ann", "agree");
    complete(&f, "bob", "agree");
    assert_string_equal(ready(&f), "t:cid"); /* undecided, however it may end */
    int last = leaf(&f, "cid");
    complete(&f, "cid", "disagree");
    assert_string_equal(ready(&f), "[incident]");
    assert_string_equal(f.d.incident[0].code, "flow.vote_failed");
    size_t n;
    const struct str *asks = flow_asked_vars(f.a, f.net, f.d.incident[0].node, &n);
    assert_int_equal(n, 1);
    assert_true(str_is(asks[0], "quorum"));
    struct flow_command nothing = { .op = FLOW_RETRY };
    must(&f, &nothing);
    assert_string_equal(ready(&f), "[incident]");
    struct flow_command back = { .op = FLOW_WITHDRAW, .leaf = last, .reason = STR("再想想") };
    must(&f, &back);
    assert_string_equal(ready(&f), "t:cid");
    complete(&f, "cid", "disagree");
    struct flow_command retry = { .op = FLOW_RETRY,
                                  .vars = jv_parse(f.a, STR("{\"quorum\":2}"), NULL, NULL) };
    must(&f, &retry);
    assert_string_equal(ready(&f), "yes:yan");
    complete(&f, "yan", "ok");
    assert_string_equal(ready(&f), "[done]");
    finish(&f);
}

static void ending(void **state)
{
    (void)state;
    struct fixture f = begin(fork);
    complete(&f, "ann", "ok");
    struct flow_command end = { .op = FLOW_TERMINATE,
                                .leaf = leaf(&f, "cid"),
                                .reason = STR("不同意") };
    must(&f, &end);
    assert_string_equal(ready(&f), "[rejected]");
    must_not(&f, &end, "flow.not_running");
    finish(&f);
    f = begin(fork);
    struct flow_command cancel = { .op = FLOW_CANCEL, .reason = STR("不办了") };
    must(&f, &cancel);
    assert_string_equal(ready(&f), "[void]");
    finish(&f);
    f = begin(fork);
    complete(&f, "ann", "ok");
    complete(&f, "bob", "ok");
    must_not(&f, &cancel, "flow.already_handled");
    finish(&f);
}

static void switches(void **state)
{
    (void)state;
    struct fixture f =
        begin(ONE("oa:assign=\"bob\" oa:ops=\"transfer,urge\" oa:distinct=\"draft\""));
    complete(&f, "ann", "ok");
    struct flow_command cmd = back(&f, "bob", "draft", FLOW_WAY_REWIND);
    must_not(&f, &cmd, "flow.op_not_allowed");
    cmd.is_admin = true;
    struct flow_who ann = { FLOW_NAME, 0, STR("ann") };
    struct flow_command to = {
        .op = FLOW_TRANSFER, .leaf = leaf(&f, "bob"), .who = &ann, .who_n = 1
    };
    must(&f, &to);
    struct flow_command again = { .op = FLOW_COMPLETE, .leaf = leaf(&f, "ann") };
    must_not(&f, &again, "flow.same_person_twice");
    finish(&f);
    f = begin(
        ONE("oa:assign=\"bob,cid\" oa:sign=\"all\" oa:keepAgreed=\"true\" oa:waitAll=\"true\""));
    complete(&f, "ann", "ok");
    complete(&f, "bob", "agree");
    complete(&f, "cid", "disagree");
    cmd = back(&f, "zoe", "t", FLOW_WAY_REWIND);
    must(&f, &cmd);
    assert_string_equal(ready(&f), "t:cid"); /* bob had agreed */
    finish(&f);
}

/* Outcomes route; the outcome of the branch's own last act counts. */
static void buttons(void **state)
{
    (void)state;
    static const char text[] = DOC(
        "<startEvent id=\"s\"/>" TASK(
            "a",
            "oa:assign=\"ann\"") "<exclusiveGateway id=\"x\" default=\"f5\"/>" TASK("b",
                                                                                    "oa:assign="
                                                                                    "\"var(chief)"
                                                                                    "\"")
            TASK("c", "oa:assign=\"prev.actor\"") "<endEvent id=\"e\"/>" FLOW("f1", "s", "a")
                FLOW("f2", "a", "x") "<sequenceFlow id=\"f3\" name=\"呈报\" sourceRef=\"x\" "
                                     "targetRef=\"b\"><conditionExpression>outcome = \"up\""
                                     "</conditionExpression></sequenceFlow><sequenceFlow id=\"f4\" "
                                     "oa:label=\"办结\" sourceRef=\"x\" targetRef=\"e\"/>" FLOW(
                                         "f5", "x", "c") FLOW("f6", "b", "e") FLOW("f7", "c", "e"));
    struct fixture f = begin(text);
    size_t n;
    int a = flow_node_find(f.net, STR("a"));
    const struct flow_outcome *o = flow_outcomes(f.net, a, &n);
    assert_int_equal(n, 2);
    assert_true(str_is(o[0].name, "up") && str_is(o[0].label, "呈报"));
    assert_true(str_is(o[1].name, "办结") && str_is(o[1].label, "办结"));
    const struct flow_need *need = flow_needs(f.net, a, &n);
    assert_int_equal(n, 1);
    assert_true(str_is(need[0].name, "chief"));
    struct flow_command cmd = { .op = FLOW_COMPLETE,
                                .leaf = leaf(&f, "ann"),
                                .outcome = STR("up"),
                                .vars =
                                    jv_parse(f.a, STR("{\"chief\":[\"post:12\"]}"), NULL, NULL) };
    must(&f, &cmd);
    assert_string_equal(ready(&f), "b:post:12");
    finish(&f);
    f = begin(text);
    complete(&f, "ann", "办结");
    assert_string_equal(ready(&f), "[done]");
    finish(&f);
    f = begin(text);
    complete(&f, "ann", "other");
    assert_string_equal(ready(&f), "c:ann");
    finish(&f);
}

/* The state goes through its text unchanged; damaged texts are refused, whatever the damage. */
static void state_text(void **state)
{
    (void)state;
    struct fixture f = begin(fork);
    complete(&f, "ann", "ok");
    complete(&f, "bob", "o\"k\n中");
    struct buf b = buf_in(f.a), again = buf_in(f.a);
    flow_state_write(&b, f.s);
    struct str text = buf_done(&b);
    struct flow_state *s;
    struct err e = { 0 };
    assert_true(flow_state_read(f.a, f.net, text, &s, &e));
    flow_state_write(&again, s);
    assert_string_equal(text.p, buf_done(&again).p);
    assert_true(str_eq(jv_canonical(f.a, jv_parse(f.a, text, NULL, NULL)), text));
    for (size_t i = 0; i < text.n; i++) {
        char *bad = arena_strndup(f.a, text.p, text.n);
        bad[i] = bad[i] == '9' ? '8' : '9';
        struct err refused = { 0 };
        if (flow_state_read(f.a, f.net, (struct str){ bad, text.n }, &s, &refused)) {
            size_t n; /* what is accepted can be walked */
            (void)flow_leaves(f.a, s, &n);
            (void)flow_picture(f.a, f.net, s);
        }
    }
    finish(&f);
}

static void picture(void **state)
{
    (void)state;
    struct fixture f = begin(fork);
    complete(&f, "ann", "ok");
    complete(&f, "bob", "ok");
    struct flow_command cmd = back(&f, "bea", "a", FLOW_WAY_REWIND);
    must(&f, &cmd);
    struct flow_picture p = flow_picture(f.a, f.net, f.s);
    assert_int_equal(p.node[flow_node_find(f.net, STR("draft"))].mark, FLOW_PASSED);
    assert_int_equal(p.node[flow_node_find(f.net, STR("a"))].mark, FLOW_LIVE);
    assert_int_equal(p.node[flow_node_find(f.net, STR("a"))].attempts, 2);
    assert_int_equal(p.node[flow_node_find(f.net, STR("sign"))].mark, FLOW_IDLE);
    assert_int_equal(p.edge[3], FLOW_UNDONE); /* a → a2 */
    finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start_to_end),
        cmocka_unit_test(rewind_before_fork),
        cmocka_unit_test(rewind_inside_branch),
        cmocka_unit_test(rewind_revives_join_input),
        cmocka_unit_test(targets_are_causal),
        cmocka_unit_test(default_way),
        cmocka_unit_test(rework_suspends),
        cmocka_unit_test(barrier),
        cmocka_unit_test(withdraw_open_act),
        cmocka_unit_test(withdraw_done_act),
        cmocka_unit_test(withdraw_one_of_several),
        cmocka_unit_test(withdraw_after_adding),
        cmocka_unit_test(signers),
        cmocka_unit_test(transfer),
        cmocka_unit_test(voting),
        cmocka_unit_test(multi_instance),
        cmocka_unit_test(incident),
        cmocka_unit_test(vote_without_result),
        cmocka_unit_test(ending),
        cmocka_unit_test(switches),
        cmocka_unit_test(buttons),
        cmocka_unit_test(state_text),
        cmocka_unit_test(picture),
    };
    return cmocka_run_group_tests_name("flow_ops", tests, NULL, NULL);
}
