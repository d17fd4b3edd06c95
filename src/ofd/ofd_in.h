/* What the files of ofd/ share: the package as a zip, its parts as small trees, numbers. */
#ifndef TB_OFD_OFD_IN_H
#define TB_OFD_OFD_IN_H

#include <math.h>

#include "base/check.h"
#include "ofd/ofd.h"

#define OFD_NAMESPACE "http://www.ofdspec.org/2016"
#define OFD_SM3 "1.2.156.10197.1.401"
#define OFD_SM2_SM3 "1.2.156.10197.1.501"

bool ofd_fail(struct err *e, struct arena *a, enum err_kind kind, const char *code, struct str part,
              const char *more);

/* --- ofd_zip.c: the package ------------------------------------------------------------------------ */

struct ofd_entry {
    struct str name; /* valid UTF-8, / between folders */
    struct str raw;  /* as it is written, packed or stored, in the package's bytes */
    uint32_t crc, size;
    uint16_t method;  /* 0, 8 */
    bool is_bad;      /* its own header does not agree with the directory */
    struct str bytes; /* once read */
};
struct ofd_zip {
    struct arena *a;
    struct ofd_entry *entries; /* files only, in the order of the directory */
    size_t n;
    size_t *sorted; /* by name, letter case aside */
};
bool ofd_zip_open(struct ofd_zip *z, struct arena *a, struct str bytes, struct err *e);
/* Leads to a place inside the package and nowhere else. */
bool ofd_zip_name_is_safe(struct str name);
/* Exactly this name, else one that differs in letter case alone; NULL when there is none. */
struct ofd_entry *ofd_zip_find(struct ofd_zip *z, struct str name);
/* Unpacked once; false with *e when it is broken. */
bool ofd_zip_read(struct ofd_zip *z, struct ofd_entry *entry, struct err *e);

/* Writing: the same files give the same bytes, whatever the time and the machine's zone. */
struct ofd_zip_out {
    struct buf b, directory;
    struct arena *a;
    size_t n;
};
struct ofd_zip_out ofd_zip_to(struct arena *a);
void ofd_zip_put(struct ofd_zip_out *z, struct str name, struct str bytes);
void ofd_zip_put_entry(struct ofd_zip_out *z, const struct ofd_entry *entry); /* as it was packed */
struct str ofd_zip_end(struct ofd_zip_out *z);

/* --- ofd_xml.c: a part as a tree ---------------------------------------------------------------------- */

/* Names without their prefix: the namespace is not looked at (O9). */
struct ofd_xml {
    struct str name, text; /* text: what stands directly in it, trimmed by xml_text */
    const char **attrs;    /* name, value, …, NULL; names without prefix */
    struct ofd_xml *up, *first, *last, *next;
};
/* root: the name its root must have; NULL: any. In a. DTDs are refused. */
struct ofd_xml *ofd_xml_parse(struct arena *a, struct str part, struct str bytes, const char *root,
                              struct err *e);
/* The first child of that name; x may be NULL. */
struct ofd_xml *ofd_xml_child(const struct ofd_xml *x, const char *name);
/* The next sibling of that name. */
struct ofd_xml *ofd_xml_next(const struct ofd_xml *x, const char *name);
bool ofd_xml_is(const struct ofd_xml *x, const char *name);
struct str ofd_xml_attr(const struct ofd_xml *x, const char *name); /* STR_NONE when absent */
struct str ofd_xml_text(const struct ofd_xml *x);                   /* trimmed; STR_NONE for NULL */
void ofd_xml_escape(struct buf *b, struct str s); /* < > & " and what XML does not know */

/* --- numbers ---------------------------------------------------------------------------------------------- */

/* Reads one number at *s, past white space, and moves behind it; false at the end or on anything else.
 * Values beyond 10^7 are none. */
bool ofd_number(struct str *s, double *out);
double ofd_number_of(struct str s, double without);
/* "x y w h"; false on anything else. */
bool ofd_box_of(struct str s, struct ofd_box *out);
/* At most four decimals, no zeros behind, never -0. */
void ofd_put_number(struct buf *b, double v);

/* --- matrices: x' = a x + c y + e, y' = b x + d y + f --------------------------------------------------- */

struct ofd_matrix {
    double a, b, c, d, e, f;
};
#define OFD_IDENTITY ((struct ofd_matrix){ 1, 0, 0, 1, 0, 0 })
struct ofd_matrix ofd_matrix_of(struct str s); /* "a b c d e f", else the identity */
/* First m, then n. */
struct ofd_matrix ofd_then(struct ofd_matrix m, struct ofd_matrix n);

/* --- ofd_read.c ---------------------------------------------------------------------------------------------- */

enum {
    OFD_BLOCKS = 16, /* page blocks and composites inside each other */
    OFD_VISITS =
        500000, /* objects looked at for one page: composites may be drawn again and again */
};

struct ofd_page {
    int64_t id;
    struct str path;      /* of its content */
    struct ofd_xml *root; /* once read */
};
struct ofd_template {
    int64_t id;
    struct str path;
    bool is_foreground;
    struct ofd_xml *root;
};
/* One of the resources of the document or of a page. */
struct ofd_resource {
    int64_t id;
    const struct ofd_xml *x; /* Font, MultiMedia, ColorSpace, DrawParam, CompositeGraphicUnit */
    struct str folder;       /* what its locations are relative to */
};
struct ofd {
    struct arena *a;
    struct str bytes;
    struct ofd_zip zip;
    struct ofd_info info;
    struct ofd_xml *main, *body, *document;
    struct str main_path, document_path;
    struct ofd_page *pages;
    size_t n_pages;
    struct ofd_template *templates;
    size_t n_templates;
    struct ofd_attachment *attachments;
    size_t n_attachments;
    struct str *paths;
    struct ofd_box box; /* of pages without one */
    struct ofd_resource *resources;
    size_t n_resources, room_resources;
    bool has_resources;
    struct str *resource_parts; /* those read */
    size_t n_resource_parts;
    /* signatures: Signatures.xml, once read */
    bool has_signatures;
    struct ofd_xml *signatures;
    struct str signatures_path;
    const struct ofd_xml **signature;
    size_t n_signatures;
    int depth; /* of OFD inside OFD */
};
/* Where a location of the file base leads: a path without leading /, in a; absent when it would leave
 * the package. */
struct str ofd_resolve(struct arena *a, struct str base, struct str loc);
/* The part a location names: relative to base, else to the document's folder, else to the root. */
struct ofd_entry *ofd_find(struct ofd *o, struct str base, struct str loc);
/* Parses a part; NULL with *e. */
struct ofd_xml *ofd_tree(struct ofd *o, struct ofd_entry *entry, const char *root, struct err *e);
struct ofd_xml *ofd_page_tree(struct ofd *o, size_t page, struct err *e);
/* Resources of the document, and of a part that names its own. What cannot be read is passed over. */
void ofd_resources_read(struct ofd *o);
void ofd_resources_add(struct ofd *o, struct str base, const struct ofd_xml *res);
const struct ofd_resource *ofd_resource(const struct ofd *o, struct str id, const char *kind);
struct ofd_template *ofd_template_find(struct ofd *o, struct str id);
/* Its content, read when first asked; NULL when it cannot be. */
struct ofd_xml *ofd_template_tree(struct ofd *o, struct ofd_template *t);
/* Annotations of a page: its PageAnnot and where it stands, or NULL. */
struct ofd_xml *ofd_page_annotations(struct ofd *o, size_t page, struct str *path);
size_t ofd_page_of(const struct ofd *o, struct str id); /* n_pages when there is none */
struct ofd *ofd_open_in(struct arena *a, struct str bytes, int depth, struct err *e);
/* "20201010151120", "2020-10-10 15:11:20", "…T…Z" as "2020-10-10 15:11:20" (Z kept); else as it is. */
struct str ofd_moment(struct arena *a, struct str s);

/* --- ofd_run.c: the characters of a TextObject and where they stand ------------------------------------- */

struct ofd_char {
    struct str text; /* one character */
    double x, y;     /* origin, inside the object */
    double advance;  /* to the next by its deltas; 0 when not said */
};
/* Of one TextCode. The first X and Y may come from the one before (*x, *y). */
size_t ofd_chars(struct arena *a, const struct ofd_xml *code, double size, double *x, double *y,
                 struct ofd_char **out);

/* --- ofd_seal.c: what a stamp shows -------------------------------------------------------------------------- */

/* The picture in an electronic seal or a signature that holds one (GB/T 38540, GM/T 0031): type and
 * bytes. Nothing is verified. */
bool ofd_seal_picture(struct str der, struct str *type, struct str *bytes);

/* --- ofd_font.c -------------------------------------------------------------------------------------------------- */

struct ofd_subset;
/* Of the face in bytes; NULL when it is none. */
struct ofd_subset *ofd_subset_new(struct arena *a, struct str bytes, unsigned index);
void ofd_subset_use(struct ofd_subset *s, uint32_t glyph, uint32_t code);
/* Made once all is used. */
bool ofd_subset_make(struct ofd_subset *s, struct str *out, const char **ending);
uint32_t ofd_subset_glyph(const struct ofd_subset *s, uint32_t glyph); /* its new number */
uint32_t ofd_subset_of(const struct ofd_subset *s, uint32_t code); /* the new font's own choice */
/* Above and below the baseline, in parts of the size. */
void ofd_subset_extents(const struct ofd_subset *s, double *above, double *below);

/* Outlines of an embedded font, for showing. */
struct ofd_face;
struct ofd_face *ofd_face_new(struct arena *a, struct str bytes);
uint32_t ofd_face_glyph(const struct ofd_face *f, uint32_t code); /* 0: none */
double ofd_face_advance(const struct ofd_face *f, uint32_t glyph);
/* As SVG path data in units of the em, y downwards; false when it has no such glyph. */
bool ofd_face_outline(const struct ofd_face *f, uint32_t glyph, struct buf *out);

/* Put whole into a text: base64 of RFC 4648 with padding. */
void ofd_put_base64(struct buf *b, struct str bytes);

#endif
