/* demo/internal: internal requests (内部呈批) of the people of the story, in all states. */
#include "demo/demo_scenes.h"

#include "base/clock.h"

enum reach { AT_DRAFT, AT_SECTION, AT_LEADER, AGREED, FINISHED, REFUSED, SENT_BACK };

static const struct request {
    int days_ago;
    const char *starter;
    const char *checker; /* head of the starter's section, else of the unit; NULL: whoever that is */
    const char *leader;  /* NULL: head of the starter's unit */
    enum reach reach;
    const char *urgency, *title, *content;
} requests[] = {
    { 61, "drafter", "section_head", "leader", FINISHED, "normal", "关于赴石门县调研山洪灾害防治工作的请示",
      "拟于近期赴石门县调研山洪灾害监测预警和群众转移预案落实情况，为期两天，随行三人，公务用车一辆。妥否，请批示。" },
    { 52, "section_head", "section_head", "office_head", FINISHED, "normal", "关于秘书四科购置档案柜的请示",
      "科室近年形成的纸质资料较多，现有柜体不足，拟购置铁皮档案柜两组，预算2600元，从办公经费列支。" },
    { 45, "recheck", "recheck", "office_head", REFUSED, "normal", "关于增订纸质公文用纸的请示",
      "拟增订公文专用纸二十箱备用。" },
    { 38, "leader", "principal", "principal", FINISHED, "normal", "关于赴省水利厅汇报毛里湖治理项目的报告",
      "拟于下周赴省水利厅、省发展改革委汇报毛里湖流域水环境综合治理项目前期工作，往返两天。" },
    { 33, "countersign_handler", "countersign_handler", "countersign_head", FINISHED, "normal",
      "关于开展汛后堤防隐患排查的方案", "拟组织三个工作组，用两周时间对沅江、澧水干流重点堤段开展隐患排查，排查表附后。" },
    { 30, "town_handler", "town_handler", "town_secretary", FINISHED, "normal", "关于采购应急照明设备的请示",
      "为做好夜间巡查值守，拟采购强光手电三十支、移动照明灯四台，预算1.2万元。" },
    { 28, "village_clerk", "village_head", "village_head", FINISHED, "normal", "关于修缮村部值班室的请示",
      "村部值班室屋顶渗漏，拟请工匠修缮，预算3800元，提请村支两委研究。" },
    { 25, "emergency_clerk", NULL, "emergency_head", AGREED, "normal", "关于举办灾情信息员培训班的请示",
      "拟举办全市灾情信息员线上培训班一期，参训人员约两百人，授课教师由省厅选派。" },
    { 22, "duty", "duty", "office_head", FINISHED, "urgent", "关于调整总值班室值班安排的请示",
      "因人员调整，拟对下月总值班室值班安排作相应调整，带班领导顺序不变。" },
    { 20, "supervision", "supervision", "office_head", AGREED, "normal", "关于报送三季度督查事项办理情况的请示",
      "三季度共立项督查事项四十二件，已办结三十六件，六件正在推进，拟将办理情况呈报政府领导。" },
    { 18, "city_admin", "city_admin", "office_head", FINISHED, "normal", "关于新增两个单位管理员账号的请示",
      "市国动办、市金融办管理员岗位变动，拟按程序调整管理员权限并报备。" },
    { 16, "doc_clerk", "recheck", "office_head", FINISHED, "normal", "关于更换公文高速扫描仪的请示",
      "现有扫描仪使用已满八年，故障频繁，拟更换一台，预算1.5万元，纳入政府采购。" },
    { 15, "secretary", "section_head", "leader", FINISHED, "normal", "关于贺青林同志下周公务活动安排的请示",
      "拟安排：周一上午参加市政府常务会议；周二赴津市市调研冬修水利；周四召开森林防火工作调度会。" },
    { 13, "seal_custodian", "recheck", "office_head", FINISHED, "normal", "关于旧印章移交档案馆的请示",
      "机构更名前旧印章两枚已停用封存，拟移交市档案馆，移交清册附后。" },
    { 12, "reviewer", NULL, "office_head", AT_SECTION, "normal", "关于编印公文处理常见差错提示的请示",
      "拟结合近期核稿情况编印公文处理常见差错提示，供各单位参考。" },
    { 11, "unit_admin", NULL, "office_head", AT_SECTION, "normal", "关于清理机关临时账号的请示",
      "拟对三个月未使用的临时账号进行清理，名单附后。" },
    { 10, "county_clerk", NULL, NULL, AT_SECTION, "normal", "关于召开公文处理培训会的请示",
      "拟组织各镇（街道）文书参加公文处理培训，时长半天。" },
    { 9, "town_clerk", "town_office", "town_secretary", FINISHED, "normal", "关于更新镇政务公开栏的请示",
      "拟对镇村两级政务公开栏内容进行更新，费用从办公经费列支。" },
    { 8, "town_office", "town_office", "town_head", FINISHED, "normal", "关于召开秋冬农田水利建设动员会的请示",
      "拟于周五上午召开全镇秋冬农田水利建设动员会，参会范围为镇领导、站所负责人和各村（社区）书记。" },
    { 7, "town_head", "town_secretary", "town_secretary", FINISHED, "normal", "关于赴外地招商的报告",
      "拟赴长三角地区对接两家农产品加工企业，为期四天，外出期间由分管同志主持日常工作。" },
    { 6, "town_secretary", "town_secretary", "town_head", AT_LEADER, "normal", "关于研究镇级水库除险加固资金的建议",
      "请先行测算除险加固资金缺口，提出筹措方案后提交会议研究。" },
    { 6, "village_head", "village_head", "village_clerk", AT_LEADER, "normal", "关于登记造册受灾农户的安排",
      "请会计对本轮强降雨受灾农户逐户登记造册，三日内完成。" },
    { 6, "secrecy_officer", "secrecy_officer", NULL, AT_LEADER, "normal", "关于开展保密自查自评的请示",
      "拟于本月下旬组织机关各科室开展保密自查自评，重点检查非密平台上传文件情况。" },
    { 6, "security_admin", "security_admin", NULL, AT_LEADER, "normal", "关于开展政务平台安全检查的请示",
      "拟对政务平台账号权限、日志留存和备份恢复情况开展一次检查。" },
    { 5, "countersign_clerk", NULL, "countersign_head", AT_SECTION, "normal", "关于订阅{N}年度报刊的请示",
      "拟按规定完成重点党报党刊订阅，其他报刊从严控制。" },
    { 5, "countersign_head", "countersign_head", "countersign_handler", AT_LEADER, "urgent", "关于梳理在建涉水工程度汛隐患的安排",
      "请水旱灾害防御科会同建设管理科梳理在建涉水工程度汛隐患，形成清单。" },
    { 4, "emergency_head", "emergency_head", "emergency_clerk", AT_LEADER, "normal", "关于整理防汛值班记录的安排",
      "请办公室整理本轮强降雨期间的值班记录和调度记录，按年度归档。" },
    { 4, "office_head", NULL, "principal", AT_LEADER, "normal", "关于市政府常务会议议题安排的请示",
      "拟于下周召开市政府常务会议，建议研究冬春农田水利建设、岁末年初安全生产、年度民生实事办理等议题。" },
    { 3, "principal", "principal", "leader", AT_LEADER, "urgent", "关于牵头做好雨后隐患排查的安排",
      "请牵头组织水利、应急、自然资源等部门开展雨后隐患拉网式排查，一周内报告结果。" },
    { 3, "drafter", "section_head", "leader", AT_LEADER, "normal", "关于组织毛里湖治理项目现场会的请示",
      "拟于下月上旬在津市市召开毛里湖流域水环境综合治理项目现场会，请示参会范围和议程。" },
    { 2, "drafter", "section_head", "leader", AT_SECTION, "normal", "关于印制防汛值守联系册的请示",
      "拟更新印制全市防汛值守联系册，电子版同步在平台发布。" },
    { 2, "drafter", "section_head", "leader", SENT_BACK, "normal", "关于抽调人员参加项目专班的请示",
      "拟从相关县市抽调两名同志参加项目专班。" },
    { 2, "countersign_handler", "countersign_handler", "countersign_head", AT_LEADER, "urgent", "关于报送水毁工程台账的请示",
      "各县（市、区）水毁工程台账已初步汇总，拟经局领导审定后报送省水利厅。" },
    { 2, "emergency_clerk", NULL, "emergency_head", AT_LEADER, "normal", "关于补充应急物资的请示",
      "经清点，救生衣、编织袋库存低于定额，拟按程序补充采购。" },
    { 2, "supervision", "supervision", "office_head", AT_LEADER, "normal", "关于印发督查事项提醒函的请示",
      "三件督查事项即将到期，拟向承办单位发提醒函。" },
    { 2, "doc_clerk", "recheck", "office_head", AT_SECTION, "normal", "关于做好年度公文清退工作的请示",
      "拟于年底前完成本年度需清退公文的核对和清退。" },
    { 2, "town_handler", "town_handler", "town_secretary", AT_LEADER, "normal", "关于修复村级预警广播的请示",
      "本轮强降雨中三处预警广播受损，拟组织修复，预算6000元。" },
    { 2, "village_clerk", "village_head", "village_clerk", AT_SECTION, "normal", "关于张贴森林防火宣传画的请示",
      "镇里下发宣传画二十张，拟在各组路口张贴。" },
    { 1, "countersign_clerk", NULL, NULL, AT_DRAFT, "normal", "关于局机关档案整理的请示", "拟对近三年文书档案进行整理。" },
    { 1, "reviewer", NULL, NULL, AT_DRAFT, "normal", "关于规范发文版头使用的建议", "近期核稿发现版头使用不规范，拟提出规范建议。" },
    { 1, "doc_clerk", NULL, NULL, AT_DRAFT, "normal", "关于增设文件交换箱的请示", "拟在办公楼一层增设文件交换箱。" },
    { 1, "seal_custodian", NULL, NULL, AT_DRAFT, "normal", "关于印章使用登记自查情况的报告", "对本年度用印登记进行了自查。" },
    { 1, "duty", NULL, NULL, AT_DRAFT, "normal", "关于元旦假期值班安排的请示", "拟订元旦假期值班表，请审定。" },
    { 1, "city_admin", NULL, NULL, AT_DRAFT, "normal", "关于平台使用培训的请示", "拟分批组织各单位收发文员线上培训。" },
    { 1, "secrecy_officer", NULL, NULL, AT_DRAFT, "normal", "关于更新保密提醒标识的请示", "拟更新办公区保密提醒标识。" },
    { 1, "security_admin", NULL, NULL, AT_DRAFT, "normal", "关于清理长期未用账号的请示", "拟按季度清理长期未使用的账号。" },
    { 1, "unit_admin", NULL, NULL, AT_DRAFT, "normal", "关于更新机关通讯录的请示", "因人员变动，拟更新机关通讯录。" },
    { 1, "county_clerk", NULL, NULL, AT_DRAFT, "normal", "关于更换收文登记簿的请示", "纸质收文登记簿即将用完，拟按年度更换。" },
    { 1, "town_clerk", NULL, NULL, AT_DRAFT, "normal", "关于整理年度文件的请示", "拟对本年度收发文件进行整理归档。" },
    { 1, "town_handler", NULL, NULL, AT_DRAFT, "normal", "关于开展防溺水巡查的方案", "拟组织各村网格员开展塘坝防溺水巡查。" },
    { 1, "town_office", NULL, NULL, AT_DRAFT, "normal", "关于安排周末值班的请示", "拟订本月周末值班表，请审定。" },
    { 1, "drafter", "section_head", "leader", AT_DRAFT, "normal", "关于调研冬修水利进展的请示",
      "拟赴澧县、临澧县调研冬修水利进展。" },
    { 1, "secretary", "section_head", "leader", AT_SECTION, "urgent", "关于贺青林同志参加森林防火视频会议的请示",
      "省里定于明日下午召开森林防火视频会议，拟请贺青林同志在市分会场参加。" },
};

enum { REQUESTS = sizeof requests / sizeof requests[0] };

/* 传阅 of a request, that of `starter` so many days ago. by "@": the head of the starter's office. */
static const struct circulation {
    int days_ago;
    const char *starter, *by, *readers, *note;
    bool is_read;
} circulations[] = {
    { 61, "drafter", "doc_clerk", "leader principal office_head section_head reviewer recheck secretary duty supervision "
      "unit_admin city_admin seal_custodian drafter", "请阅知，安排好近期调研工作衔接。", false },
    { 61, "drafter", "office_head", "doc_clerk", "请文书科阅知。", false },
    { 52, "section_head", "doc_clerk", "office_head recheck drafter unit_admin", "请阅知。", true },
    { 33, "countersign_handler", "countersign_clerk", "countersign_head countersign_handler", "请局领导和有关科室阅知。", false },
    { 33, "countersign_handler", "@", "countersign_clerk", "请阅知并留存。", false },
    { 30, "town_handler", "town_clerk", "town_secretary town_head town_office town_handler", "请阅知。", false },
    { 30, "town_handler", "town_office", "town_clerk", "请留存备查。", false },
    { 28, "village_clerk", "village_clerk", "village_head village_clerk", "村支两委成员传阅。", false },
    { 25, "emergency_clerk", "emergency_clerk", "emergency_head", "请阅知。", false },
    { 25, "emergency_clerk", "@", "emergency_clerk", "请做好培训准备。", false },
    { 10, "county_clerk", "@", "county_clerk", "请阅知。", false },
    { 6, "secrecy_officer", "@", "secrecy_officer", "请按要求组织。", false },
    { 6, "security_admin", "@", "security_admin", "请按要求组织。", false },
};

static const char agreed[] = "同意。请按程序办理。", checked[] = "情况属实，拟同意，呈领导审示。";

static int64_t start(struct play *p, const struct request *r)
{
    struct buf b = buf_in(stage_arena(p->s));
    struct jw w = jw_to(&b);
    jw_obj(&w);
    jw_ktext(&w, "module", "internal_request");
    jw_kstr(&w, "title", play_fill(p, r->title));
    jw_ktext(&w, "urgency", r->urgency);
    jw_kobj(&w, "form");
    jw_kstr(&w, "content", play_fill(p, r->content));
    jw_obj_end(&w);
    jw_obj_end(&w);
    int64_t id = 0;
    (void)jv_as_i64(jv_get(stage_post(p->s, r->starter, "/matters", buf_done(&b)), "matter_id"), &id); /* 0: stopped */
    return id;
}

static void check(struct play *p, const struct request *r, int64_t matter)
{
    const struct demo_desk *desk = r->checker ? NULL : play_own_desk(p, r->starter);
    const char *checker = r->checker;
    struct str node;
    if (desk) {
        checker = play_account(p, desk->office_head);
        if (!play_item(p, checker, matter, &node))
            checker = play_account(p, desk->head);
    }
    play_minutes(p, 90);
    if (r->reach == SENT_BACK)
        play_send_back(p, checker, matter, "draft", "请补充抽调人员所在单位意见和专班期限。");
    else
        play_step(p, checker, matter, (struct play_answer){ .opinion = checked });
}

/* Each reader follows the matter; those of a read one have read it. */
static void circulate(struct play *p, const struct circulation *c, int64_t matter)
{
    const struct demo_desk *desk = c->by[0] == '@' ? play_own_desk(p, c->starter) : NULL;
    const char *by = desk ? play_account(p, desk->office_head) : c->by;
    play_circulate(p, by, matter, c->readers, c->note);
    struct str rest = str_of(c->readers), reader;
    while (str_cut(&rest, ' ', &reader) && stage_good(p->s)) {
        const char *account = play_account(p, reader);
        play_watch(p, account, matter);
        if (c->is_read)
            play_read(p, account, matter, "已阅。");
    }
}

static void go(struct play *p, const struct request *r, int64_t matter)
{
    if (r->reach == AT_DRAFT)
        return;
    play_minutes(p, 20);
    const struct demo_desk *desk = r->leader ? NULL : play_own_desk(p, r->starter);
    int64_t leader = desk ? play_post_in(p, play_account(p, desk->head), desk) : play_post(p, r->leader);
    play_step(p, r->starter, matter, (struct play_answer){
        .opinion = "请审核。", .vars = stage_text(p->s, "{\"leaders\":[\"post:%lld\"]}", (long long)leader) });
    if (r->reach == AT_SECTION)
        return;
    check(p, r, matter);
    if (r->reach == SENT_BACK || r->reach == AT_LEADER)
        return;
    play_minutes(p, 150);
    play_step(p, r->leader, matter, r->reach == REFUSED
                  ? (struct play_answer){ .outcome = "不同意", .opinion = "库存尚可满足，暂不增订。" }
                  : (struct play_answer){ .opinion = agreed });
    if (r->reach != FINISHED)
        return;
    play_minutes(p, 60);
    play_step(p, r->starter, matter, (struct play_answer){ .opinion = "已知悉，按批示办理。" });
}

static void act(struct play *p, const struct request *r)
{
    int64_t matter = start(p, r);
    play_watch(p, r->starter, matter);
    go(p, r, matter);
    for (size_t i = 0; i < sizeof circulations / sizeof circulations[0]; i++)
        if (circulations[i].days_ago == r->days_ago && strcmp(circulations[i].starter, r->starter) == 0)
            circulate(p, &circulations[i], matter);
}

void scene_internal(struct play *p, int days_ago)
{
    for (size_t i = 0; i < REQUESTS; i++)
        if (requests[i].days_ago == days_ago)
            act(p, &requests[i]);
}
