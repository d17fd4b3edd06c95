/* page.ms: a document of three pages laid out and written as PDF and as OFD, CPU milliseconds, fonts open
 * (issue budget with its seal: 150 ms). One JSON line. */
#include <stdio.h>
#include <time.h>

#include "base/embed.h"
#include "base/json.h"
#include "bench.h"
#include "page/page_ofd.h"

#define ROUNDS 20

static struct page_source source_of(struct arena *a)
{
    struct str all = embed_find("data/demo-documents.jsonl"), line = STR_NONE;
    (void)str_cut(&all, '\n', &line);
    const struct jv *j = jv_parse(a, line, NULL, NULL), *text = jv_get(j, "paragraphs");
    struct page_source s = { .title = jv_str(jv_get(j, "title")), .addressees = jv_str(jv_get(j, "main_text")),
                             .number = STR("常政办发〔2026〕5号"), .urgency = STR("特急"),
                             .date = STR("2026-06-18"), .cc = STR("市委各部门，各人民团体"),
                             .printer = STR("常德市人民政府办公室"), .printed_on = STR("2026-06-18") };
    s.issuers.p = arena_array_of(a, struct str, 1);
    s.issuers.p[0] = STR("常德市人民政府办公室");
    s.issuers.n = 1;
    s.signature = arena_array_of(a, struct page_signature, 1);
    s.signature[0] = (struct page_signature){ s.issuers.p[0], 45 };
    s.signature_n = 1;
    s.block_n = jv_size(text);
    s.block = arena_array_of(a, struct page_block, s.block_n);
    for (size_t i = 0; i < s.block_n; i++)
        s.block[i].text = jv_str(jv_at(text, i));
    return s;
}

static double ms(clock_t from)
{
    return (double)(clock() - from) * 1000 / CLOCKS_PER_SEC;
}

int main(void)
{
    struct arena *keep = arena_new(), *a = arena_new();
    struct err e = { 0 };
    struct page_fonts *f = page_fonts_new(keep, NULL, &e);
    struct page_source s = source_of(keep);
    double spent[3] = { 0 };
    size_t pages = 0, pdf_bytes = 0, ofd_bytes = 0;
    for (int i = 0; f && i < ROUNDS; i++, arena_empty(a)) {
        struct page_set set;
        struct str pdf, ofd;
        struct page_info info = { .title = s.title };
        struct ofd_info about = { .doc_id = STR("00000000000000000000000000000000"), .title = s.title };
        clock_t at = clock();
        bool good = page_layout(a, f, &s, &set, &e);
        spent[0] += ms(at);
        at = clock();
        good = good && page_pdf(a, f, &set, &info, &pdf, &e);
        spent[1] += ms(at);
        at = clock();
        good = good && page_ofd(a, f, &set, &about, &ofd, &e);
        spent[2] += ms(at);
        if (!good) {
            fprintf(stderr, "page bench: %s\n", e.code);
            return 1;
        }
        pages = set.n;
        pdf_bytes = pdf.n;
        ofd_bytes = ofd.n;
    }
    if (!f)
        return 1;
    printf("{\"bench\":\"page.ms\",\"value\":%.1f,\"unit\":\"ms\",\"of\":{\"pages\":%zu,\"layout_ms\":%.2f,"
           "\"pdf_ms\":%.1f,\"ofd_ms\":%.1f,\"pdf_bytes\":%zu,\"ofd_bytes\":%zu,\"rounds\":%d}}\n",
           (spent[0] + spent[1] + spent[2]) / ROUNDS, pages, spent[0] / ROUNDS, spent[1] / ROUNDS,
           spent[2] / ROUNDS, pdf_bytes, ofd_bytes, ROUNDS);
    page_fonts_free(&f);
    arena_free(&a);
    arena_free(&keep);
    return 0;
}
