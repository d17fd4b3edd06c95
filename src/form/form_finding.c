/* What can be wrong in a module.json, in the words of both languages, and what to do about it. */
#include "form/form_in.h"

static const struct {
    const char *code, *zh, *en, *todo_zh, *todo_en;
} texts[] = {
    { "form.no_object", "module.json 应为一个 JSON 对象", "module.json must be a JSON object",
      "以 { 开头，写成 \"名称\": 值", "begin with { and write \"name\": value" },
    { "form.bad_json", "不是有效的 JSON：{1}", "not valid JSON: {1}", "按提示的行改正",
      "correct the line named" },
    { "form.unknown_member", "不认识的成员“{1}”", "unknown member \"{1}\"",
      "核对拼写，或删去它", "check its spelling, or remove it" },
    { "form.missing", "缺少“{1}”", "\"{1}\" is missing", "补上这一成员", "add this member" },
    { "form.not_text", "“{1}”应为文字", "\"{1}\" must be text", "写成带引号的文字",
      "write it in quotes" },
    { "form.too_long", "“{1}”太长", "\"{1}\" is too long", "缩短", "shorten it" },
    { "form.not_bool", "“{1}”应为 true 或 false", "\"{1}\" must be true or false", "去掉引号",
      "leave out the quotes" },
    { "form.not_number", "“{1}”应为数，且在允许范围内", "\"{1}\" must be a number within its limits",
      "改为范围内的数", "write a number within the limits" },
    { "form.not_list", "“{1}”应为列表", "\"{1}\" must be a list", "写成 [ … ]", "write [ … ]" },
    { "form.not_object", "这里应为一个对象", "an object is expected here", "写成 { … }",
      "write { … }" },
    { "form.word", "“{1}”不是这里可用的词", "\"{1}\" is none of the words allowed here",
      "从文档列出的词中选用", "use one of the words in docs/modules.md" },
    { "form.name", "“{1}”不能作名称：以小写字母开头，只含小写字母、数字和下划线，最多 40 个字符",
      "\"{1}\" is no name: a small letter first, then small letters, digits and _, at most 40",
      "改名", "rename it" },
    { "form.name_reserved", "“{1}”是系统已用的名称", "\"{1}\" is a name the system uses itself",
      "改用别的名称，如 {1}_value", "take another one, such as {1}_value" },
    { "form.name_twice", "名称“{1}”重复", "the name \"{1}\" is used twice", "改名或删去一个",
      "rename or remove one" },
    { "form.type", "没有“{1}”这种字段类型", "there is no field type \"{1}\"",
      "从 docs/modules.md 的类型表中选用", "take one from the table in docs/modules.md" },
    { "form.not_here", "“{1}”不适用于这种类型的字段", "\"{1}\" does not apply to this type of field",
      "删去它", "remove it" },
    { "form.table_in_table", "表格的列不能再是表格", "a column of a table cannot be a table",
      "拆成两个表格", "make two tables of it" },
    { "form.no_options", "选择字段没有选项", "a choice without options", "写 \"options\": [ … ]",
      "write \"options\": [ … ]" },
    { "form.no_columns", "表格没有列", "a table without columns", "写 \"columns\": [ … ]",
      "write \"columns\": [ … ]" },
    { "form.no_target", "缺少“{1}”：说明引用哪一类", "\"{1}\" is missing: which kind is meant",
      "写明台账或业务的键", "name the register of things, or the module" },
    { "form.not_listable", "这种类型的字段不能进列表", "a field of this type cannot stand in lists",
      "去掉 list", "take it out of the list" },
    { "form.limits", "下限大于上限，或写法不对：“{1}”", "limits the wrong way round or not readable: \"{1}\"",
      "改正下限和上限", "correct the limits" },
    { "form.expression", "表达式写法不对：{1}", "the expression cannot be read: {1}",
      "按 FEEL 的写法改正，可用 tongban feel 试算", "correct it; `tongban feel` evaluates one" },
    { "form.unknown_name", "表达式里用了不存在的名称“{1}”", "the expression uses \"{1}\", which does not exist",
      "核对字段名（字段改名后表达式也要改）", "check the field's name" },
    { "form.cycle", "计算字段“{1}”绕了一圈又用到自己", "the computed field \"{1}\" depends on itself",
      "让计算只用先填的字段", "compute from fields that are filled in" },
    { "form.compute_with", "计算字段不能同时设“{1}”", "a computed field cannot have \"{1}\" as well",
      "二者留一", "keep one of the two" },
    { "form.no_field", "没有名为“{1}”的字段", "there is no field \"{1}\"", "核对字段名",
      "check the field's name" },
    { "form.field_type", "字段“{1}”的类型不适合用在这里", "the type of field \"{1}\" does not fit here",
      "换用合适类型的字段", "use a field of a fitting type" },
    { "form.computed_right", "计算字段“{1}”不能由人填写", "\"{1}\" is computed, nobody fills it in",
      "从 edit 或 require 中去掉", "take it out of edit and require" },
    { "form.number_pattern", "编号样式不对：“{1}”", "the number's pattern is not right: \"{1}\"",
      "用 {year}、{month}、{seq} 或 {seq:4}，且必须含 seq", "use {year}, {month}, {seq} or {seq:4}, with seq once" },
    { "form.no_thing", "没有名为“{1}”的台账物品类别", "there is no register of things \"{1}\"",
      "在 things 中声明，或写 业务键.类别", "declare it in things, or write module.key" },
    { "form.type_changed", "字段“{1}”的类型与已安装版本不同", "the type of field \"{1}\" differs from the installed version",
      "换一个新字段名；名称的类型不得改变", "use a new name: a field name never changes its type" },
    { "form.twice", "“{1}”写了两次", "\"{1}\" is given twice", "删去一个", "remove one" },
    { "form.effect_needs", "这种效果缺少“{1}”", "this effect lacks \"{1}\"", "补上这一成员",
      "add this member" },
    { "form.row_most", "一行最多 4 格，至少 1 格", "a row has one to four cells", "拆成几行",
      "make several rows of it" },
    { "form.too_many", "“{1}”太多", "too many of \"{1}\"", "减少", "reduce them" },
};

static struct str fill(struct arena *a, const char *text, struct str arg1, struct str arg2)
{
    struct buf b = buf_in(a);
    for (; *text; text++) {
        if (text[0] == '{' && (text[1] == '1' || text[1] == '2') && text[2] == '}') {
            buf_str(&b, text[1] == '1' ? arg1 : arg2);
            text += 2;
        } else {
            buf_char(&b, *text);
        }
    }
    return buf_done(&b);
}

void form_finding_text(struct arena *a, struct form_finding *f, struct str arg1, struct str arg2)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (strcmp(texts[i].code, f->code) != 0)
            continue;
        f->message = fill(a, texts[i].zh, arg1, arg2);
        f->message_en = fill(a, texts[i].en, arg1, arg2);
        f->todo = fill(a, texts[i].todo_zh, arg1, arg2);
        f->todo_en = fill(a, texts[i].todo_en, arg1, arg2);
        return;
    }
}

#define FINDINGS_MOST 200

void form_complain(struct form_findings *f, const struct form *form, const char *path,
                   const char *code, struct str arg1, struct str arg2)
{
    if (f->n == FINDINGS_MOST)
        return;
    if (f->n == f->size) {
        size_t size = f->size ? f->size * 2 : 16;
        f->p = arena_grow(f->a, f->p, f->size * sizeof *f->p, size * sizeof *f->p);
        f->size = size;
    }
    struct form_finding *one = &f->p[f->n++];
    *one = (struct form_finding){ .line = form ? form_line(form->text, path) : 0, .code = code,
                                  .element = str_copy(f->a, str_of(path)) };
    form_finding_text(f->a, one, arg1, arg2);
}
