/* Readings, see org_pinyin.h. ICU reads a whole text at once, so that 重庆 is chongqing and 重点
 * zhongdian; it puts one syllable for each Han character, which keeps characters and syllables in
 * step. Surnames with a reading of their own stand in a table, two-character ones first. */
#include "org/org_pinyin.h"

#include <pthread.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "base/check.h"
#include "base/log.h"

/* Surnames whose reading differs from the character's usual one. */
static const struct {
    const char *surname, *reading;
} surnames[] = {
    { "万俟", "mo qi" },   { "尉迟", "yu chi" }, { "单于", "chan yu" }, { "长孙", "zhang sun" },
    { "澹台", "tan tai" }, { "宓", "mi" },       { "单", "shan" },      { "曾", "zeng" },
    { "仇", "qiu" },       { "解", "xie" },      { "区", "ou" },        { "朴", "piao" },
    { "查", "zha" },       { "盖", "ge" },       { "任", "ren" },       { "华", "hua" },
    { "翟", "zhai" },      { "乐", "yue" },      { "缪", "miao" },      { "覃", "qin" },
    { "召", "shao" },      { "秘", "bi" },       { "折", "she" },       { "冼", "xian" },
    { "黑", "he" },        { "谌", "chen" },     { "纪", "ji" },        { "宁", "ning" },
    { "种", "chong" },     { "繁", "po" },       { "车", "che" },       { "员", "yun" },
    { "逄", "pang" },      { "尹", "yin" },      { "贲", "ben" },       { "祭", "zhai" },
    { "隗", "wei" },       { "郗", "xi" },       { "瞿", "qu" },        { "臧", "zang" },
    { "令狐", "ling hu" }, { "石", "shi" },      { "沈", "shen" },      { "句", "gou" },
    { "牟", "mu" },        { "燕", "yan" },      { "洗", "xian" },      { "晟", "cheng" },
    { "尉", "wei" },       { "戚", "qi" },       { "呙", "guo" },       { "麻", "ma" },
    { "重", "chong" },     { "都", "du" },       { "教", "jiao" },      { "那", "na" },
    { "弗", "fei" },       { "阚", "kan" },      { "适", "kuo" },       { "便", "pian" },
};

/* Guards the one transliterator: ICU's objects may not be shared while in use. */
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static UTransliterator *reader;

static UTransliterator *reader_open(void)
{
    static const UChar id[] = u"Han-Latin; Latin-ASCII; Lower()";
    UErrorCode status = U_ZERO_ERROR;
    UTransliterator *t = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    if (U_FAILURE(status))
        log_error("org", "Han-Latin tables missing", "icu", u_errorName(status));
    return U_FAILURE(status) ? NULL : t;
}

/* Syllables parted by spaces, at most room bytes; false when ICU cannot. */
static bool read_han(struct str text, char *out, size_t room, size_t *n)
{
    UChar wide[512];
    UErrorCode status = U_ZERO_ERROR;
    int32_t length = 0, bytes = 0;
    u_strFromUTF8(wide, 512, &length, text.p, (int32_t)text.n, &status);
    pthread_mutex_lock(&guard);
    if (!reader)
        reader = reader_open();
    int32_t limit = length;
    if (reader && U_SUCCESS(status))
        utrans_transUChars(reader, wide, &length, 512, 0, &limit, &status);
    bool good = reader != NULL;
    pthread_mutex_unlock(&guard);
    if (!good || U_FAILURE(status))
        return false;
    u_strToUTF8(out, (int32_t)room, &bytes, wide, length, &status);
    *n = (size_t)bytes;
    return U_SUCCESS(status);
}

static void put_syllable(struct pinyin *out, struct buf *sort, struct buf *full,
                         struct buf *initials, struct str syllable, struct str character)
{
    (void)out;
    if (!syllable.n)
        return;
    buf_str(sort, syllable);
    buf_char(sort, ' ');
    buf_str(sort, character);
    buf_char(sort, ' ');
    buf_str(full, syllable);
    buf_char(initials, syllable.p[0]);
}

/* The reading of the surname at the head of a name; its length in bytes to *n, 0 for none. */
static struct str surname_reading(struct str name, size_t *n)
{
    for (size_t i = 0; i < sizeof surnames / sizeof *surnames; i++) {
        struct str s = str_of(surnames[i].surname);
        if (str_starts(name, s) && name.n > s.n) {
            *n = s.n;
            return str_of(surnames[i].reading);
        }
    }
    *n = 0;
    return STR_NONE;
}

/* The next syllable of a run of readings: words parted by spaces. */
static struct str next_syllable(struct str *readings)
{
    struct str word = STR_NONE;
    while (str_cut(readings, ' ', &word))
        if (word.n)
            return word;
    return STR("");
}

struct pinyin pinyin_of(struct arena *a, struct str text, bool is_name)
{
    struct pinyin out;
    struct buf sort = buf_in(a), full = buf_in(a), initials = buf_in(a);
    text = utf8_prefix(text, 60);
    size_t special = 0, i = 0;
    struct str surname = is_name ? surname_reading(text, &special) : STR_NONE;
    while (i < text.n) {
        size_t begin = i;
        uint32_t code = utf8_next(text, &i);
        if (!utf8_is_han(code)) { /* letters and digits stand for themselves */
            char c = text.p[begin];
            if (code < 128 && c >= 'A' && c <= 'Z')
                c = (char)(c + 32);
            bool plain = code < 128 && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
            if (plain || code >= 0x3400)
                put_syllable(&out, &sort, &full, &initials,
                             plain ? (struct str){ &c, 1 } : str_sub(text, begin, i - begin),
                             str_sub(text, begin, i - begin));
            continue;
        }
        size_t end = i; /* of the run of Han characters */
        while (begin >= special && end < text.n) {
            size_t next = end;
            if (!utf8_is_han(utf8_next(text, &next)))
                break;
            end = next;
        }
        struct str run =
            begin < special ? str_sub(text, 0, special) : str_sub(text, begin, end - begin);
        char latin[1024];
        size_t n = 0;
        struct str readings = surname;
        if (begin >= special)
            readings = read_han(run, latin, sizeof latin, &n) ? (struct str){ latin, n } : STR("");
        for (size_t k = 0; k < run.n;) {
            size_t from = k;
            utf8_next(run, &k);
            struct str character = str_sub(run, from, k - from);
            struct str syllable = next_syllable(&readings);
            put_syllable(&out, &sort, &full, &initials, syllable.n ? syllable : character,
                         character);
        }
        i = (size_t)(run.p - text.p) + run.n;
    }
    out.sort = buf_done(&sort);
    out.full = buf_done(&full);
    out.initials = buf_done(&initials);
    return out;
}
