/* demo/names: invented people. A name is a surname by weight and one or two given characters; an
 * account is the name in pinyin, with a number behind it when somebody has it already. */
#include "demo/demo_in.h"

#include "base/check.h"

/* Character, pinyin, parted by spaces; earlier surnames are commoner. */
static const char surnames[] =
    "王 wang 李 li 张 zhang 刘 liu 陈 chen 杨 yang 黄 huang 周 zhou 吴 wu 徐 xu 孙 sun 胡 hu 朱 zhu "
    "高 gao 林 lin 何 he 郭 guo 马 ma 罗 luo 梁 liang 宋 song 郑 zheng 谢 xie 唐 tang 冯 feng "
    "于 yu 董 dong 萧 xiao 程 cheng 曹 cao 袁 yuan 邓 deng 许 xu 傅 fu 沈 shen 曾 zeng 彭 peng "
    "吕 lv 苏 su 卢 lu 蒋 jiang 蔡 cai 贾 jia 丁 ding 魏 wei 薛 xue 叶 ye 阎 yan 余 yu 潘 pan "
    "杜 du 戴 dai 夏 xia 钟 zhong 汪 wang 田 tian 任 ren 姜 jiang 范 fan 方 fang 石 shi 姚 yao "
    "谭 tan 廖 liao 邹 zou 熊 xiong 金 jin 陆 lu 郝 hao 孔 kong 白 bai 崔 cui 康 kang 毛 mao "
    "邱 qiu 秦 qin 江 jiang 史 shi 顾 gu 侯 hou 邵 shao 孟 meng 龙 long 万 wan 段 duan 雷 lei "
    "钱 qian 汤 tang 尹 yin 黎 li 易 yi 常 chang 武 wu 乔 qiao 贺 he 赖 lai 龚 gong 文 wen "
    "庞 pang 樊 fan 殷 yin 施 shi 陶 tao 洪 hong 翟 zhai 安 an 颜 yan 倪 ni 严 yan 牛 niu 温 wen "
    "芦 lu 季 ji 俞 yu 章 zhang 鲁 lu 葛 ge 伍 wu 韦 wei 申 shen 尤 you 毕 bi 聂 nie 丛 cong "
    "焦 jiao 向 xiang 柳 liu 邢 xing 骆 luo 岳 yue 齐 qi 梅 mei 庄 zhuang 涂 tu 祁 qi 耿 geng "
    "詹 zhan 关 guan 覃 qin 欧 ou 麻 ma 佘 she 皮 pi 燕 yan 鄢 yan 粟 su";

static const char givens[] =
    "建 jian 国 guo 军 jun 志 zhi 明 ming 文 wen 华 hua 勇 yong 伟 wei 辉 hui 波 bo 斌 bin 涛 tao "
    "超 chao 亮 liang 刚 gang 毅 yi 峰 feng 松 song 林 lin 海 hai 洋 yang 江 jiang 山 shan 川 chuan "
    "宏 hong 鸿 hong 远 yuan 达 da 新 xin 春 chun 秋 qiu 冬 dong 生 sheng 根 gen 福 fu 贵 gui "
    "祥 xiang 庆 qing 德 de 义 yi 仁 ren 礼 li 智 zhi 信 xin 诚 cheng 忠 zhong 孝 xiao 廉 lian "
    "清 qing 正 zheng 直 zhi 中 zhong 平 ping 安 an 康 kang 宁 ning 静 jing 芳 fang 兰 lan 梅 mei "
    "菊 ju 竹 zhu 莲 lian 荷 he 桂 gui 英 ying 红 hong 霞 xia 燕 yan 丽 li 娟 juan 敏 min 艳 yan "
    "玲 ling 萍 ping 琴 qin 琼 qiong 瑶 yao 玉 yu 珍 zhen 珠 zhu 雪 xue 云 yun 月 yue 星 xing "
    "晨 chen 阳 yang 光 guang 晓 xiao 旭 xu 东 dong 南 nan 北 bei 湘 xiang 沅 yuan 澧 li 武 wu "
    "佳 jia 俊 jun 杰 jie 豪 hao 凯 kai 鹏 peng 飞 fei 翔 xiang 宇 yu 航 hang 浩 hao 然 ran "
    "子 zi 轩 xuan 梓 zi 涵 han 欣 xin 怡 yi 思 si 雨 yu 婷 ting 倩 qian 颖 ying 慧 hui 洁 jie "
    "锦 jin 秀 xiu 美 mei 金 jin 银 yin 铁 tie 钢 gang 石 shi 岩 yan 柏 bai 桥 qiao 树 shu 青 qing "
    "卫 wei 民 min 兵 bing 胜 sheng 利 li 向 xiang 前 qian 进 jin 跃 yue 振 zhen 兴 xing 家 jia "
    "世 shi 昌 chang 益 yi 盛 sheng 启 qi 学 xue 书 shu 翰 han 墨 mo 彦 yan 哲 zhe 博 bo 宗 zong "
    "炎 yan 焕 huan 煜 yu 灿 can 立 li 成 cheng 业 ye 创 chuang 友 you 朋 peng 双 shuang 喜 xi "
    "镕 rong 堃 kun 喆 zhe";

enum { GIVEN_COMMON = 0, RARE_GIVENS = 3, NAMES_MAX = 256, ACCOUNT_SLOTS = 1 << 17 };

struct demo_names {
    struct str surname[NAMES_MAX], surname_pinyin[NAMES_MAX];
    struct str given[NAMES_MAX], given_pinyin[NAMES_MAX];
    uint32_t n_surnames, n_givens;
};

/* Names that nobody here may carry by chance: people in the highest offices. */
static const char *const never[] = {
    "习近平", "李强", "赵乐际", "王沪宁", "蔡奇", "丁薛祥", "李希", "韩正", "王毅", "何立峰", "张国清",
    "刘国中", "李干杰", "石泰峰", "陈文清", "王小洪", "吴政隆", "谌贻琴", "李鸿忠", "李书磊", "黄坤明",
    "陈吉宁", "尹力", "袁家军", "陈敏尔", "马兴瑞", "沈晓明", "毛伟明", "张又侠", "刘金国",
};

/* splitmix64: the same numbers on every machine. */
uint32_t demo_random(struct demo_build *b, uint32_t below)
{
    uint64_t z = b->random += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    return (uint32_t)((z >> 32) * below >> 32);
}

static uint32_t read_pairs(const char *text, struct str *word, struct str *pinyin)
{
    struct str rest = str_of(text);
    uint32_t n = 0;
    while (n < NAMES_MAX && str_cut(&rest, ' ', &word[n])) {
        CHECK(str_cut(&rest, ' ', &pinyin[n]));
        n++;
    }
    return n;
}

void demo_names_start(struct demo_build *b)
{
    b->names = arena_new_of(b->a, struct demo_names);
    b->names->n_surnames = read_pairs(surnames, b->names->surname, b->names->surname_pinyin);
    b->names->n_givens = read_pairs(givens, b->names->given, b->names->given_pinyin);
    b->accounts = arena_array_of(b->a, uint64_t, ACCOUNT_SLOTS);
}

/* True when the account was free and is now taken. */
static bool account_take(struct demo_build *b, struct str account)
{
    uint64_t h = str_hash(account) | 1;
    for (size_t i = h % ACCOUNT_SLOTS;; i = (i + 1) % ACCOUNT_SLOTS) {
        if (b->accounts[i] == h)
            return false;
        if (b->accounts[i] == 0) {
            b->accounts[i] = h;
            return true;
        }
    }
}

/* One string grows instead of a copy per try: common names are taken several hundred times. */
static struct str account_for(struct demo_build *b, struct str spelt)
{
    if (account_take(b, spelt))
        return spelt;
    for (int k = 2;; k++) {
        struct arena_mark m = arena_mark(b->a);
        struct str s = str_printf(b->a, "%.*s%d", STR_ARG(spelt), k);
        if (account_take(b, s))
            return s;
        arena_reset(b->a, m);
    }
}

static bool is_never(struct str name)
{
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
        if (str_is(name, never[i]))
            return true;
    return false;
}

static int person_push(struct demo_build *b, struct str name, struct str account)
{
    if (b->n_people == b->cap_people) {
        size_t cap = b->cap_people ? b->cap_people * 2 : 1024;
        b->person = arena_grow(b->a, b->person, b->cap_people * sizeof *b->person,
                               cap * sizeof *b->person);
        b->cap_people = cap;
    }
    int i = (int)b->n_people++;
    b->person[i] = (struct demo_person){ .name = name, .account = account };
    return i;
}

/* Squaring the draw makes the first surnames common. */
static uint32_t surname_draw(struct demo_build *b)
{
    uint64_t r = demo_random(b, 1u << 16);
    return (uint32_t)((r * r >> 16) * b->names->n_surnames >> 16);
}

/* The rare characters come about once in four hundred names. */
static uint32_t given_draw(struct demo_build *b)
{
    uint32_t n = b->names->n_givens;
    if (demo_random(b, 400) == 0)
        return n - 1 - demo_random(b, RARE_GIVENS);
    return demo_random(b, n - RARE_GIVENS);
}

int demo_person_new(struct demo_build *b, bool has_account)
{
    const struct demo_names *t = b->names;
    char name[32], spelt[64];
    for (;;) {
        uint32_t s = surname_draw(b), g = given_draw(b), h = given_draw(b);
        bool is_two = demo_random(b, 100) < 14; /* 王芳 */
        if (g == h)
            continue;
        (void)snprintf(name, sizeof name, "%.*s%.*s%.*s", STR_ARG(t->surname[s]), /* fits */
                       STR_ARG(t->given[g]), is_two ? 0 : (int)t->given[h].n, t->given[h].p);
        (void)snprintf(spelt, sizeof spelt, "%.*s%.*s%.*s", STR_ARG(t->surname_pinyin[s]), /* fits */
                       STR_ARG(t->given_pinyin[g]), is_two ? 0 : (int)t->given_pinyin[h].n,
                       t->given_pinyin[h].p);
        if (!is_never(str_of(name)))
            break;
    }
    struct str account = STR_NONE;
    if (has_account)
        account = account_for(b, str_copy(b->a, str_of(spelt)));
    return person_push(b, str_copy(b->a, str_of(name)), account);
}

static struct str pinyin_of(const struct demo_names *t, struct str c, bool is_surname)
{
    const struct str *word = is_surname ? t->surname : t->given;
    const struct str *pinyin = is_surname ? t->surname_pinyin : t->given_pinyin;
    uint32_t n = is_surname ? t->n_surnames : t->n_givens;
    for (uint32_t i = 0; i < n; i++)
        if (str_eq(word[i], c))
            return pinyin[i];
    CHECK(!"every character of a fixed name stands in the tables");
    return STR_NONE;
}

int demo_person_named(struct demo_build *b, const char *name, const char *account)
{
    struct str s = str_of(name);
    if (account) {
        CHECK(account_take(b, str_of(account)));
        return person_push(b, s, str_of(account));
    }
    struct buf spelt = buf_in(b->a);
    for (size_t i = 0; i < s.n;) {
        size_t from = i;
        (void)utf8_next(s, &i); /* only the step is wanted */
        buf_str(&spelt, pinyin_of(b->names, str_sub(s, from, i - from), from == 0));
    }
    return person_push(b, s, account_for(b, buf_done(&spelt)));
}
