/* What the room's reads answer, described for OpenAPI and the pages' types. */
#include "seal/seal_in.h"

static const char *const kinds[] = { "party", "administrative", "office", "name", "contract", NULL };
static const char *const states[] = { "registered", "active", "suspended", "revoked", NULL };
static const char *const authority_kinds[] = { "own", "trusted", NULL };
static const char *const certificate_kinds[] = { "seal", "maker", "responder", NULL };

#define SEAL_MEMBERS                                                                                        \
    ID(ALWAYS, "id", "印章", "seal"), ID(ALWAYS, "unit", "单位", "unit"),                                   \
        TEXT(ALWAYS, "unit_name", "单位名称", "unit's name"), CHOICE(ALWAYS, "kind", kinds, "类别", "kind"), \
        TEXT(ALWAYS, "name", "印文", "name on the seal"), CHOICE(ALWAYS, "state", states, "状态", "state"), \
        DAY(ALWAYS, "from_on", "有效期自", "from"), DAY(ALWAYS, "until_on", "有效期至", "until"),           \
        NUMBER(ALWAYS, "uses", "用印次数", "uses"),                                                         \
        FLAG(ALWAYS, "is_waiting", "待签发证书", "waits for its certificate"),                              \
        TEXT(OR_NULL, "custodian", "监印人", "custodian"), NUMBER(ALWAYS, "width_mm", "宽", "width, mm"),   \
        NUMBER(ALWAYS, "height_mm", "高", "height, mm"), FLAG(ALWAYS, "is_mine", "由本人保管", "one's own"), \
        FLAG(ALWAYS, "is_locked", "口令锁定", "passphrase locked"),                                         \
        FLAG(ALWAYS, "is_expired", "已过期", "its period has ended")
ANSWER(seal_row, SEAL_MEMBERS, FLAG(ALWAYS, "has_certificate", "有证书", "has a certificate"));

static ANSWER(seal_event_row, TEXT(ALWAYS, "op", "办理", "what"), TEXT(OR_NULL, "person", "办理人", "by whom"),
              TEXT(OR_NULL, "to", "接收人", "to whom"), TEXT(ALWAYS, "reason", "说明", "reason"),
              AT(ALWAYS, "at", "时间", "when"));
ANSWER(seal_one, SEAL_MEMBERS, TEXT(ALWAYS, "es_id", "印章编号", "number of the seal"),
       TEXT(OR_NULL, "serial", "证书序列号", "serial of its certificate"),
       ID(OR_NULL, "thing", "实物印章", "seal of the unit's register"),
       ID(ALWAYS, "custodian_post", "监印人身份", "custodian's post"),
       FLAG(ALWAYS, "may_make_key", "可生成密钥", "may make the key"),
       FLAG(ALWAYS, "may_issue", "可签发", "may issue"), FLAG(ALWAYS, "may_suspend", "可停用", "may suspend"),
       FLAG(ALWAYS, "may_resume", "可恢复", "may resume"), FLAG(ALWAYS, "may_hand_over", "可交接", "may hand over"),
       FLAG(ALWAYS, "may_revoke", "可吊销", "may revoke"),
       LIST(ALWAYS, "events", &seal_event_row_record, "经过", "history"));
ANSWER(seal_use_row, ID(ALWAYS, "id", "用印记录", "use"), ID(ALWAYS, "matter", "批准的事项", "matter that approved it"),
       TEXT(OR_NULL, "number", "编号", "its number"), TEXT(ALWAYS, "document", "文件", "file"),
       TEXT(ALWAYS, "before", "用印前摘要", "SM3 before"), TEXT(ALWAYS, "digest", "用印后摘要", "SM3 after"),
       TEXT(ALWAYS, "pages", "页", "pages"), TEXT(ALWAYS, "serial", "证书序列号", "serial of the certificate"),
       TEXT(OR_NULL, "person", "用印人", "by whom"), AT(ALWAYS, "at", "时间", "when"));

static ANSWER(seal_sealing, ID(ALWAYS, "seal", "印章", "seal"), TEXT(ALWAYS, "name", "印文", "its name"),
              CHOICE(ALWAYS, "state", states, "状态", "state"));
ANSWER(seal_on_page, ONE(MAYBE, "sealing", &seal_sealing_record, "可用的电子印章", "the electronic seal it is done with"));

static ANSWER(authority_row, ID(ALWAYS, "id", "机构", "authority"),
              CHOICE(ALWAYS, "kind", authority_kinds, "类别", "own or recognised"),
              TEXT(ALWAYS, "name", "名称", "name"), TEXT(ALWAYS, "digest", "证书摘要", "SM3 of its certificate"),
              AT(ALWAYS, "from", "有效期自", "from"), AT(ALWAYS, "to", "有效期至", "to"),
              AT(OR_NULL, "crl_next", "吊销列表应更新时间", "when its list is due"),
              FLAG(ALWAYS, "is_list_old", "吊销列表已过期", "its list is out of date"));
ANSWER(authority_answer, FLAG(ALWAYS, "is_founded", "已建立", "founded"),
       FLAG(ALWAYS, "may_manage", "可管理", "may manage"), TEXT(OR_NULL, "url", "公开地址", "public address"),
       FLAG(ALWAYS, "is_locked", "口令锁定", "passphrase locked"),
       LIST(ALWAYS, "authorities", &authority_row_record, "机构", "authorities"));
ANSWER(certificate_row, TEXT(ALWAYS, "serial", "序列号", "serial"),
       CHOICE(ALWAYS, "kind", certificate_kinds, "类别", "kind"), ID(OR_NULL, "seal", "印章", "seal"),
       TEXT(ALWAYS, "subject", "持有者", "subject"), AT(ALWAYS, "from", "有效期自", "from"),
       AT(ALWAYS, "to", "有效期至", "to"), AT(ALWAYS, "issued_at", "签发时间", "issued"),
       AT(OR_NULL, "revoked_at", "吊销时间", "revoked"), NUMBER(OR_NULL, "reason", "吊销原因", "reason (RFC 5280)"),
       TEXT(OR_NULL, "issued_by", "签发人", "issued by"));

/* --- what a verification says ------------------------------------------------------------------------- */

static const char *const verdicts[] = { "valid",   "warned",  "altered",  "revoked",   "expired",
                                        "foreign", "invalid", "unsealed", "unreadable", NULL };
static const char *const results[] = { "passed", "warned", "failed", "skipped", NULL };
static const char *const part_states[] = { "ok", "changed", "missing", "uncovered", "unknown", NULL };
static ANSWER(seal_report_step, TEXT(ALWAYS, "step", "步骤", "step"),
              CHOICE(ALWAYS, "result", results, "结果", "result"), TEXT(ALWAYS, "code", "代码", "code"),
              TEXT(ALWAYS, "zh", "说明", "in Chinese"), TEXT(ALWAYS, "en", "英文说明", "in English"));
static ANSWER(seal_report_part, TEXT(ALWAYS, "path", "文件", "file"),
              CHOICE(ALWAYS, "state", part_states, "状况", "state"));
static ANSWER(seal_report_seal, CHOICE(ALWAYS, "verdict", verdicts, "结论", "verdict"),
              TEXT(ALWAYS, "name", "印章", "seal"), TEXT(ALWAYS, "es_id", "印章编号", "number of the seal"),
              TEXT(ALWAYS, "signer", "签名者", "signer"), TEXT(ALWAYS, "serial", "证书序列号", "serial"),
              TEXT(ALWAYS, "authority", "签发机构", "authority"), TEXT(ALWAYS, "path", "签名描述", "description"),
              AT(OR_NULL, "at", "用印时间", "sealed"), AT(OR_NULL, "from", "有效期自", "from"),
              AT(OR_NULL, "to", "有效期至", "to"), NUMBER(ALWAYS, "covered", "保护的文件数", "files covered"),
              MEMBER(ALWAYS, "pages", F_JSON, "所在页", "pages, a list of numbers"),
              LIST(ALWAYS, "steps", &seal_report_step_record, "步骤", "steps"),
              LIST(ALWAYS, "parts", &seal_report_part_record, "有变化的文件", "files not as they were"));
ANSWER(seal_report, CHOICE(ALWAYS, "verdict", verdicts, "结论", "verdict"), TEXT(ALWAYS, "zh", "说明", "in Chinese"),
       TEXT(ALWAYS, "en", "英文说明", "in English"),
       TEXTS(ALWAYS, "lost", "被摘除的印章", "values of seals that the list does not name"),
       LIST(ALWAYS, "seals", &seal_report_seal_record, "印章", "seals"));
