/* Signatures in a package (O7): reading them, checking each Reference, and making room for a new one.
 * What is digested are the bytes of the files as they are; what is signed are the bytes of
 * Signature.xml. The structures inside SignedValue.dat and Seal.esl are another room's. */
#include "crypto/crypto.h"
#include "ofd/ofd_in.h"

enum { SIGNATURES_MAX = 1000, STAMPS_MAX = 10000, REFERENCES_MAX = 40000 };

/* --- reading -------------------------------------------------------------------------------------------- */

static void read_signatures(struct ofd *o)
{
    struct err aside = { 0 };
    struct str loc = ofd_xml_text(ofd_xml_child(o->body, "Signatures"));
    struct ofd_entry *entry = loc.n ? ofd_find(o, o->main_path, loc) : NULL;
    o->has_signatures = true;
    if (!entry)
        return;
    o->signatures_path = entry->name;
    o->signatures = ofd_tree(o, entry, "Signatures", &aside);
    o->signature = arena_array_of(o->a, const struct ofd_xml *, SIGNATURES_MAX);
    for (struct ofd_xml *c = ofd_xml_child(o->signatures, "Signature");
         c && o->n_signatures < SIGNATURES_MAX; c = ofd_xml_next(c, "Signature"))
        o->signature[o->n_signatures++] = c;
}

size_t ofd_signatures(struct ofd *o)
{
    if (!o->has_signatures)
        read_signatures(o);
    return o->n_signatures;
}

static struct ofd_entry *signature_entry(struct ofd *o, size_t i, struct err *e)
{
    struct str loc = i < ofd_signatures(o) ? ofd_xml_attr(o->signature[i], "BaseLoc") : STR_NONE;
    struct ofd_entry *entry = loc.n ? ofd_find(o, o->signatures_path, loc) : NULL;
    if (!entry)
        ofd_fail(e, o->a, ERR_INVALID, "ofd.missing", loc.n ? loc : STR("Signature.xml"), NULL);
    return entry;
}

static void read_stamps(struct ofd *o, const struct ofd_xml *info, struct ofd_signature *out)
{
    size_t n = 0;
    for (struct ofd_xml *c = ofd_xml_child(info, "StampAnnot"); c;
         c = ofd_xml_next(c, "StampAnnot"))
        n++;
    n = n < STAMPS_MAX ? n : STAMPS_MAX;
    struct ofd_stamp *stamps = arena_array_of(o->a, struct ofd_stamp, n + 1);
    for (struct ofd_xml *c = ofd_xml_child(info, "StampAnnot"); c && out->n_stamps < n;
         c = ofd_xml_next(c, "StampAnnot")) {
        struct ofd_stamp *s = &stamps[out->n_stamps++];
        s->page = ofd_page_of(o, ofd_xml_attr(c, "PageRef"));
        (void)ofd_box_of(ofd_xml_attr(c, "Boundary"), &s->box);
        s->has_clip = ofd_box_of(ofd_xml_attr(c, "Clip"), &s->clip);
    }
    out->stamps = stamps;
}

/* A file the signature names, or absent. */
static void read_file(struct ofd *o, struct str base, struct str loc, struct str *path,
                      struct str *bytes)
{
    struct err aside = { 0 };
    struct ofd_entry *entry = loc.n ? ofd_find(o, base, loc) : NULL;
    if (!entry)
        return;
    *path = str_printf(o->a, "/%.*s", STR_ARG(entry->name));
    if (ofd_zip_read(&o->zip, entry, &aside))
        *bytes = entry->bytes;
}

bool ofd_signature(struct ofd *o, size_t i, struct ofd_signature *out, struct err *e)
{
    struct ofd_entry *entry = signature_entry(o, i, e);
    const struct ofd_xml *root = entry ? ofd_tree(o, entry, "Signature", e) : NULL;
    const struct ofd_xml *info = ofd_xml_child(root, "SignedInfo");
    if (!root)
        return false;
    struct str type = ofd_xml_attr(o->signature[i], "Type"), method, value;
    *out = (struct ofd_signature){
        .id = ofd_xml_attr(o->signature[i], "ID"),
        .type = str_is(type, "Sign") ? type : STR("Seal"),
        .path = str_printf(o->a, "/%.*s", STR_ARG(entry->name)),
        .provider = ofd_xml_attr(ofd_xml_child(info, "Provider"), "ProviderName"),
        .signed_at = ofd_moment(o->a, ofd_xml_text(ofd_xml_child(info, "SignatureDateTime"))),
        .digest_method = ofd_xml_attr(ofd_xml_child(info, "References"), "CheckMethod"),
        .bytes = entry->bytes,
    };
    method = ofd_xml_text(ofd_xml_child(info, "SignatureMethod"));
    out->method = method;
    read_stamps(o, info, out);
    value = ofd_xml_text(ofd_xml_child(root, "SignedValue"));
    read_file(o, entry->name, value.n ? value : STR("SignedValue.dat"), &out->value_path,
              &out->value);
    struct str seal = ofd_xml_text(ofd_xml_child(ofd_xml_child(info, "Seal"), "BaseLoc"));
    read_file(o, entry->name, seal, &out->seal_path, &out->seal);
    return true;
}

/* --- References ---------------------------------------------------------------------------------------------- */

static bool from_base64(struct str s, uint8_t *out, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t v = 0;
    size_t bits = 0, got = 0;
    for (size_t i = 0; i < s.n && s.p[i] != '='; i++) {
        const char *d = s.p[i] ? strchr(digits, s.p[i]) : NULL;
        if (strchr(" \t\r\n", s.p[i]))
            continue;
        if (!d)
            return false;
        v = v << 6 | (uint32_t)(d - digits);
        if ((bits += 6) >= 8) {
            if (got == n)
                return false;
            out[got++] = (uint8_t)(v >> (bits -= 8));
        }
    }
    return got == n;
}

static bool is_sm3(struct str method)
{
    return str_is(method, OFD_SM3) || str_is(method, "SM3") || str_is(method, "sm3");
}

static enum ofd_reference_state state_of(struct ofd *o, struct ofd_entry *entry, struct str value,
                                         struct str method)
{
    struct err aside = { 0 };
    uint8_t is[SM3_SIZE], should[SM3_SIZE];
    if (!entry)
        return OFD_REF_MISSING;
    if (!is_sm3(method))
        return OFD_REF_UNKNOWN;
    if (!ofd_zip_read(&o->zip, entry, &aside))
        return OFD_REF_CHANGED; /* no longer unpacks: its bytes are not those that were signed */
    sm3(entry->bytes, is);
    bool same =
        (from_base64(value, should, sizeof should) || hex_read(value, should, sizeof should)) &&
        memcmp(is, should, sizeof is) == 0;
    return same ? OFD_REF_OK : OFD_REF_CHANGED;
}

/* What a signature may leave out: the list, its own file and value, and the files of other signatures. */
static void mark_excepted(struct ofd *o, bool *is_covered)
{
    ptrdiff_t n;
    for (size_t i = 0; i < o->n_signatures; i++) {
        struct err aside = { 0 };
        struct ofd_signature s;
        if (!ofd_signature(o, i, &s, &aside))
            continue;
        const struct str paths[] = { s.path, s.value_path, s.seal_path };
        for (size_t k = 0; k < 3; k++) {
            struct ofd_entry *entry = paths[k].n ? ofd_find(o, STR(""), paths[k]) : NULL;
            if (entry)
                is_covered[entry - o->zip.entries] = true;
        }
    }
    struct ofd_entry *list =
        o->signatures_path.n ? ofd_zip_find(&o->zip, o->signatures_path) : NULL;
    if (list && (n = list - o->zip.entries) >= 0)
        is_covered[n] = true;
}

bool ofd_references_check(struct ofd *o, size_t i, const struct ofd_reference **out, size_t *n,
                          struct err *e)
{
    struct ofd_entry *entry = signature_entry(o, i, e);
    const struct ofd_xml *root = entry ? ofd_tree(o, entry, "Signature", e) : NULL;
    const struct ofd_xml *list = ofd_xml_child(ofd_xml_child(root, "SignedInfo"), "References"), *c;
    bool *is_covered = arena_array_of(o->a, bool, o->zip.n + 1);
    struct ofd_reference *refs;
    size_t most = o->zip.n, k = 0;
    if (!root)
        return false;
    for (c = ofd_xml_child(list, "Reference"); c && most < REFERENCES_MAX + o->zip.n;
         c = ofd_xml_next(c, "Reference"))
        most++;
    refs = arena_array_of(o->a, struct ofd_reference, most + 1);
    for (c = ofd_xml_child(list, "Reference"); c && k + o->zip.n < most;
         c = ofd_xml_next(c, "Reference")) {
        struct str path = ofd_xml_attr(c, "FileRef");
        struct ofd_entry *file = path.n ? ofd_find(o, entry->name, path) : NULL;
        struct str value = ofd_xml_text(ofd_xml_child(c, "CheckValue"));
        if (file)
            is_covered[file - o->zip.entries] = true;
        refs[k++] = (struct ofd_reference){ path, state_of(o, file, value,
                                                           ofd_xml_attr(list, "CheckMethod")) };
    }
    mark_excepted(o, is_covered);
    for (size_t f = 0; f < o->zip.n; f++)
        if (!is_covered[f])
            refs[k++] =
                (struct ofd_reference){ str_printf(o->a, "/%.*s", STR_ARG(o->zip.entries[f].name)),
                                        OFD_REF_UNCOVERED };
    *out = refs;
    *n = k;
    return true;
}

/* --- preparing ------------------------------------------------------------------------------------------------- */

struct ofd_prepared {
    struct ofd_zip_out zip; /* all but the value */
    struct str value_path;
};

/* Signatures.xml is named by OFD.xml, or is to be. new_main: OFD.xml with the name put in. */
static bool name_signatures(struct ofd *o, struct str *path, struct str *new_main, struct err *e)
{
    struct ofd_entry *main = ofd_zip_find(&o->zip, o->main_path);
    struct str bytes = main->bytes;
    static const char *const behind[] = { "Versions>", "DocRoot>" };
    struct str loc = ofd_xml_text(ofd_xml_child(o->body, "Signatures"));
    *new_main = STR_NONE;
    *path = loc.n ? ofd_resolve(o->a, o->main_path, loc) : STR("Doc_0/Signs/Signatures.xml");
    if (loc.n)
        return (path->n && ofd_zip_name_is_safe(*path)) ||
               ofd_fail(e, o->a, ERR_INVALID, "ofd.path", loc, NULL);
    for (size_t i = 0; i < 2; i++) {
        ptrdiff_t at = -1, next;
        for (size_t from = 0; (next = str_find(bytes, str_of(behind[i]), from)) >= 0;
             from = (size_t)next + 1) {
            size_t start = (size_t)next;
            while (start && bytes.p[start] != '<')
                start--;
            if (str_starts(str_sub(bytes, start, 2), STR("</")) && at < 0)
                at = next;
        }
        if (at < 0)
            continue;
        size_t start = (size_t)at, end = (size_t)at + strlen(behind[i]);
        while (bytes.p[start] != '<')
            start--;
        struct str prefix = str_sub(bytes, start + 2, (size_t)at - start - 2);
        *new_main = str_printf(o->a, "%.*s<%.*sSignatures>%.*s</%.*sSignatures>%.*s", (int)end,
                               bytes.p, STR_ARG(prefix), STR_ARG(*path), STR_ARG(prefix),
                               (int)(bytes.n - end), bytes.p + end);
        /* read again: what looked like an end tag may have stood in a comment */
        const struct ofd_xml *again = ofd_xml_parse(o->a, o->main_path, *new_main, "OFD", e);
        return again &&
               (str_eq(ofd_xml_text(ofd_xml_child(ofd_xml_child(again, "DocBody"), "Signatures")),
                       *path) ||
                ofd_fail(e, o->a, ERR_INVALID, "ofd.xml", o->main_path, "1"));
    }
    return ofd_fail(e, o->a, ERR_INVALID, "ofd.xml", o->main_path, "1");
}

/* Digits behind whatever letters: "s003" and "3". */
static int64_t number_in(struct str id)
{
    size_t i = 0;
    int64_t v = 0;
    while (i < id.n && (id.p[i] < '0' || id.p[i] > '9'))
        i++;
    for (; i < id.n && id.p[i] >= '0' && id.p[i] <= '9' && v < 1000000000; i++)
        v = v * 10 + (id.p[i] - '0');
    return v;
}

static void put_start(struct buf *b, const char *root)
{
    buf_printf(
        b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ofd:%s xmlns:ofd=\"" OFD_NAMESPACE "\">",
        root);
}

/* The list with one more; it is digested by nobody, so it may be written anew. */
static struct str list_with(struct ofd *o, int64_t id, bool is_seal, struct str path)
{
    struct buf b = buf_in(o->a);
    put_start(&b, "Signatures");
    buf_printf(&b, "<ofd:MaxSignId>%lld</ofd:MaxSignId>", (long long)id);
    for (size_t i = 0; i <= o->n_signatures; i++) {
        const struct ofd_xml *x = i < o->n_signatures ? o->signature[i] : NULL;
        buf_text(&b, "<ofd:Signature ID=\"");
        if (x)
            ofd_xml_escape(&b, ofd_xml_attr(x, "ID"));
        else
            buf_i64(&b, id);
        buf_text(&b, "\" Type=\"");
        if (x)
            ofd_xml_escape(&b, ofd_xml_attr(x, "Type").n ? ofd_xml_attr(x, "Type") : STR("Seal"));
        else
            buf_text(&b, is_seal ? "Seal" : "Sign");
        buf_text(&b, "\" BaseLoc=\"");
        ofd_xml_escape(&b, x ? ofd_xml_attr(x, "BaseLoc") : path);
        buf_text(&b, "\"/>");
    }
    buf_text(&b, "</ofd:Signatures>\n");
    return buf_done(&b);
}

static void put_stamp_box(struct buf *b, const char *name, struct ofd_box box)
{
    const double v[] = { box.x, box.y, box.w, box.h };
    buf_printf(b, " %s=\"", name);
    for (int i = 0; i < 4; i++) {
        if (i)
            buf_char(b, ' ');
        ofd_put_number(b, v[i]);
    }
    buf_char(b, '"');
}

static void put_reference(struct buf *b, struct str path, struct str bytes)
{
    uint8_t digest[SM3_SIZE];
    sm3(bytes, digest);
    buf_text(b, "<ofd:Reference FileRef=\"/");
    ofd_xml_escape(b, path);
    buf_text(b, "\"><ofd:CheckValue>");
    ofd_put_base64(b, (struct str){ (const char *)digest, sizeof digest });
    buf_text(b, "</ofd:CheckValue></ofd:Reference>");
}

static bool put_stamps(struct ofd *o, struct buf *b, const struct ofd_sign *sign, int64_t id,
                       struct err *e)
{
    for (size_t i = 0; i < sign->n_stamps; i++) {
        const struct ofd_stamp *s = &sign->stamps[i];
        if (s->page >= o->n_pages)
            return ofd_fail(e, o->a, ERR_INVALID, "ofd.page", STR(""), NULL);
        buf_printf(b, "<ofd:StampAnnot ID=\"stamp_%lld_%zu\" PageRef=\"%lld\"", (long long)id,
                   i + 1, (long long)o->pages[s->page].id);
        put_stamp_box(b, "Boundary", s->box);
        if (s->has_clip)
            put_stamp_box(b, "Clip", s->clip);
        buf_text(b, "/>");
    }
    return true;
}

static void put_provider(struct buf *b, const struct ofd_sign *sign)
{
    buf_text(b, "<ofd:SignedInfo><ofd:Provider ProviderName=\"");
    ofd_xml_escape(b, sign->provider);
    if (sign->provider_version.n) {
        buf_text(b, "\" Version=\"");
        ofd_xml_escape(b, sign->provider_version);
    }
    if (sign->company.n) {
        buf_text(b, "\" Company=\"");
        ofd_xml_escape(b, sign->company);
    }
    buf_text(b, "\"/><ofd:SignatureMethod>" OFD_SM2_SM3
                "</ofd:SignatureMethod><ofd:SignatureDateTime>");
    ofd_xml_escape(b, sign->signed_at);
    buf_text(b, "</ofd:SignatureDateTime><ofd:References CheckMethod=\"" OFD_SM3 "\">");
}

/* Nothing of the package lies in that folder. */
static bool is_free(const struct ofd *o, struct str folder)
{
    for (size_t i = 0; i < o->zip.n; i++)
        if (str_starts(o->zip.entries[i].name, folder) && o->zip.entries[i].name.n > folder.n &&
            o->zip.entries[i].name.p[folder.n] == '/')
            return false;
    return true;
}

/* The next number of a signature, whose folder is free. */
static int64_t next_id(struct ofd *o, struct str folder, struct str *own)
{
    int64_t id = number_in(ofd_xml_text(ofd_xml_child(o->signatures, "MaxSignId")));
    for (size_t i = 0; i < o->n_signatures; i++) {
        int64_t n = number_in(ofd_xml_attr(o->signature[i], "ID"));
        id = n > id ? n : id;
    }
    do
        *own = str_printf(o->a, "%.*sSign_%lld", STR_ARG(folder), (long long)++id);
    while (!is_free(o, *own));
    return id;
}

bool ofd_sign_prepare(struct arena *a, struct str package, const struct ofd_sign *sign,
                      struct ofd_prepared **out, struct str *to_hash, struct str *path,
                      struct err *e)
{
    struct ofd *o = ofd_open(a, package, e);
    struct ofd_prepared *p = arena_new_of(a, struct ofd_prepared);
    struct str list_path, new_main, own;
    struct buf b = buf_in(a);
    if (!o)
        return false;
    (void)ofd_signatures(o);
    if (!name_signatures(o, &list_path, &new_main, e))
        return false;
    size_t slash = list_path.n;
    while (slash && list_path.p[slash - 1] != '/')
        slash--;
    int64_t id = next_id(o, str_sub(list_path, 0, slash), &own);
    struct str signature = str_printf(a, "%.*s/Signature.xml", STR_ARG(own));
    struct str seal = str_printf(a, "%.*s/Seal.esl", STR_ARG(own));
    p->zip = ofd_zip_to(a);
    p->value_path = str_printf(a, "%.*s/SignedValue.dat", STR_ARG(own));
    put_start(&b, "Signature");
    put_provider(&b, sign);
    for (size_t i = 0; i < o->zip.n; i++) {
        struct ofd_entry *entry = &o->zip.entries[i];
        bool is_main = str_eq(entry->name, o->main_path) && new_main.p;
        if (str_eq(entry->name, list_path) || str_eq(entry->name, o->signatures_path))
            continue;
        if (!ofd_zip_read(&o->zip, entry, e))
            return false;
        if (is_main)
            ofd_zip_put(&p->zip, entry->name, new_main);
        else
            ofd_zip_put_entry(&p->zip, entry);
        put_reference(&b, entry->name, is_main ? new_main : entry->bytes);
    }
    if (sign->seal.n) {
        ofd_zip_put(&p->zip, seal, sign->seal);
        put_reference(&b, seal, sign->seal);
    }
    buf_text(&b, "</ofd:References>");
    if (!put_stamps(o, &b, sign, id, e))
        return false;
    if (sign->seal.n)
        buf_printf(&b, "<ofd:Seal><ofd:BaseLoc>/%.*s</ofd:BaseLoc></ofd:Seal>", STR_ARG(seal));
    buf_printf(&b, "</ofd:SignedInfo><ofd:SignedValue>/%.*s</ofd:SignedValue></ofd:Signature>\n",
               STR_ARG(p->value_path));
    *to_hash = buf_done(&b);
    *path = str_printf(a, "/%.*s", STR_ARG(signature));
    ofd_zip_put(&p->zip, list_path, list_with(o, id, sign->is_seal, *path));
    ofd_zip_put(&p->zip, signature, *to_hash);
    *out = p;
    return true;
}

struct str ofd_sign_finish(struct ofd_prepared *p, struct str signed_value)
{
    ofd_zip_put(&p->zip, p->value_path, signed_value);
    return ofd_zip_end(&p->zip);
}

bool ofd_seam(struct ofd *o, size_t first_page, size_t n, double width, double height, double y,
              struct ofd_stamp *out, struct err *e)
{
    double slice = n ? width / (double)n : 0;
    for (size_t i = 0; i < n; i++) {
        struct ofd_box page;
        if (!ofd_page_box(o, first_page + i, &page, e))
            return false;
        /* the whole picture's box reaches over the edge; the clip keeps the slice that is on the page */
        double left = page.x + page.w - slice * (double)(i + 1);
        out[i] = (struct ofd_stamp){ first_page + i,
                                     { left, y - height / 2, width, height },
                                     true,
                                     { slice * (double)i, 0, slice, height } };
    }
    return true;
}
