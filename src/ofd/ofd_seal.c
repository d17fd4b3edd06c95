/* The picture in an electronic seal, for showing a received file before anybody has verified it: the
 * first SEQUENCE { type IA5String, data OCTET STRING, width INTEGER, height INTEGER } inside. */
#include "ofd/ofd_in.h"

enum { DER_DEPTH = 16, DER_STEPS = 4096 };

struct der {
    unsigned char tag;
    struct str body;
};

/* Cuts one element off *rest; definite lengths only. */
static bool der_cut(struct str *rest, struct der *out)
{
    const unsigned char *p = (const unsigned char *)rest->p;
    if (rest->n < 2)
        return false;
    size_t n = p[1], head = 2;
    if (n & 0x80) {
        size_t more = n & 0x7f;
        if (more < 1 || more > 4 || rest->n < 2 + more)
            return false;
        for (n = 0; head < 2 + more; head++)
            n = n << 8 | p[head];
    }
    if (n > rest->n - head)
        return false;
    *out = (struct der){ p[0], { rest->p + head, n } };
    *rest = (struct str){ rest->p + head + n, rest->n - head - n };
    return true;
}

static bool is_picture(struct str body, struct str *type, struct str *bytes)
{
    struct der kind, data, w, h;
    if (!der_cut(&body, &kind) || !der_cut(&body, &data) || !der_cut(&body, &w) ||
        !der_cut(&body, &h) || kind.tag != 0x16 || data.tag != 0x04 || w.tag != 0x02 ||
        h.tag != 0x02 || kind.body.n > 16)
        return false;
    *type = kind.body;
    *bytes = data.body;
    return true;
}

static bool search(struct str der, int depth, int *steps, struct str *type, struct str *bytes)
{
    struct der x;
    while (++*steps < DER_STEPS && der_cut(&der, &x)) {
        bool is_open =
            (x.tag & 0x20) || x.tag == 0x04; /* a seal may be wrapped in an OCTET STRING */
        if (x.tag == 0x30 && is_picture(x.body, type, bytes))
            return true;
        if (is_open && depth < DER_DEPTH && search(x.body, depth + 1, steps, type, bytes))
            return true;
    }
    return false;
}

bool ofd_seal_picture(struct str der, struct str *type, struct str *bytes)
{
    int steps = 0;
    return der.n && search(der, 0, &steps, type, bytes);
}
