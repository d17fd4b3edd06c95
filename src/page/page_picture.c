/* What a picture's own header says of its size: PNG and JPEG, nothing else. */
#include "page/page_in.h"

static unsigned be(const unsigned char *p, int n)
{
    unsigned v = 0;
    for (int i = 0; i < n; i++)
        v = v << 8 | p[i];
    return v;
}

bool picture_size(struct str bytes, double *w, double *h, bool *is_jpeg)
{
    const unsigned char *p = (const unsigned char *)bytes.p;
    size_t n = bytes.n;
    *is_jpeg = n > 3 && p[0] == 0xff && p[1] == 0xd8;
    if (n > 24 && memcmp(p, "\x89PNG\r\n\x1a\n", 8) == 0) {
        *w = be(p + 16, 4);
        *h = be(p + 20, 4);
        return *w >= 1 && *h >= 1 && *w <= 20000 && *h <= 20000;
    }
    for (size_t i = 2; *is_jpeg && i + 9 < n && p[i] == 0xff;) {
        unsigned mark = p[i + 1];
        if (mark >= 0xc0 && mark <= 0xcf && mark != 0xc4 && mark != 0xc8 && mark != 0xcc) {
            *h = be(p + i + 5, 2);
            *w = be(p + i + 7, 2);
            return *w >= 1 && *h >= 1;
        }
        i += 2 + be(p + i + 2, 2);
    }
    return false;
}
