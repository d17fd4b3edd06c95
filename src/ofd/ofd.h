/* ofd/ofd: OFD packages (GB/T 33190-2016): written strictly, read leniently, prepared for seals.
 *
 * Pure: bytes in, bytes out; no clock, no database, no files. The same calls give the same bytes.
 * Rules O1 to O9 stand in docs/standards.md. Lengths are millimetres, from the top-left corner of the
 * page, y downwards; colours are 0xRRGGBB. Everything given out lives in the arena that the thing was
 * opened in; everything given in must live until the thing is ended. A struct belongs to one thread at
 * a time. Every function that may fail sets *e (codes of errors.txt of this room) and gives false. */
#ifndef TB_OFD_OFD_H
#define TB_OFD_OFD_H

#include "base/err.h"
#include "base/str.h"

/* --- what both sides know --------------------------------------------------------------------------- */

struct ofd_box {
    double x, y, w, h;
};

/* A pair of DocInfo/CustomDatas: the elements of an official document (公文) by their names of DA/T 46. */
struct ofd_data {
    struct str name, value;
};

struct ofd_info {
    struct str doc_id; /* 32 hex digits; given by the caller, since nothing here is random */
    struct str title, author, subject, summary;
    struct str creator, creator_version; /* the program that made it */
    struct str created_on, changed_on;   /* YYYY-MM-DD; what was read stands as it was made out */
    const struct ofd_data *data;
    size_t n_data;
};

/* --- writing (O1 to O6) ------------------------------------------------------------------------------- */

struct ofd_writer;
/* info is read at once. Archive form (O8) is not written. */
struct ofd_writer *ofd_writer_new(struct arena *a, const struct ofd_info *info);

struct ofd_font {
    struct str name, family; /* "仿宋"; family may be absent */
    struct str bytes; /* OpenType or TrueType, or a collection; absent: named, not embedded */
    unsigned index;   /* of the face in a collection */
    bool is_bold, is_italic, is_serif, is_fixed;
};
/* The number by which texts name it. Embedded as a subset: only the glyphs that were drawn. */
int ofd_font_add(struct ofd_writer *w, const struct ofd_font *font);

/* type: "png", "jpg", "bmp". The number by which images name it. */
int ofd_picture_add(struct ofd_writer *w, const char *type, struct str bytes);

/* Everything drawn goes to the page begun last, in this order. */
void ofd_page_begin(struct ofd_writer *w, double width, double height);

/* One glyph of a run and how many bytes of the run's text it stands for. Zero bytes: it belongs to the
 * cluster of the glyph before it. A cluster's glyphs come one after the other. */
struct ofd_glyph {
    uint32_t id; /* in the font as it was given; the subset's numbers are this room's business */
    uint32_t text_n; /* bytes of text, whole characters */
    double advance;  /* to the next glyph's origin: the pitch, not the glyph's width */
};
struct ofd_text {
    int font;
    double size; /* mm */
    uint32_t colour;
    double x, y;     /* origin of the first glyph, on the baseline */
    struct str text; /* what is found and copied; UTF-8, all of it covered by the glyphs */
    const struct ofd_glyph *glyphs;
    size_t n;
    double
        turn; /* degrees clockwise about (x, y); 0 for level text, -90 for one that runs upwards */
    double
        stretch; /* the glyphs' width against their own; 0 counts as 1. Advances are not stretched */
};
/* Runs with a font that is not embedded give glyph ids 0: viewers take the character. */
void ofd_text(struct ofd_writer *w, const struct ofd_text *text);

/* The operators of O5: M L (1 point), Q (2), B (3), C (none). */
struct ofd_step {
    char op;
    double p[6];
};
struct ofd_path {
    const struct ofd_step *steps;
    size_t n;
    bool is_stroked, is_filled, is_even_odd;
    uint32_t stroke, fill;
    double width;       /* of the stroke */
    const double *dash; /* lengths on and off; NULL for a full line */
    size_t n_dash;
};
void ofd_path(struct ofd_writer *w, const struct ofd_path *path);
void ofd_line(struct ofd_writer *w, double x1, double y1, double x2, double y2, double width,
              uint32_t colour);
/* is_turned: its top lies at the left of the box, as for a table across. */
void ofd_image(struct ofd_writer *w, int picture, struct ofd_box at, bool is_turned);
/* Link annotation on the page begun last. */
void ofd_link(struct ofd_writer *w, struct ofd_box at, struct str uri);

/* A file that travels inside; format: its ending ("xml"). */
void ofd_attach(struct ofd_writer *w, struct str name, const char *format, struct str bytes,
                bool is_visible);
/* 公文 tags (CustomTags): element is the tag's name ("标题"), pointing to what ofd_tag_begin …
 * ofd_tag_end saw drawn. Tags do not nest. type_uri names the vocabulary, e.g. STR("GB/T 9704-2012"). */
void ofd_tag_begin(struct ofd_writer *w, struct str element);
void ofd_tag_end(struct ofd_writer *w);

/* The package. At least one page. e: ofd.font when a font cannot be read. */
bool ofd_writer_end(struct ofd_writer *w, struct str *out, struct err *e);

/* --- reading (O9) ---------------------------------------------------------------------------------------- */

struct ofd;
/* Looks at the directory of the package and at the parts that name the others; pages are read when
 * asked for. bytes stay the caller's and must outlive what is opened. Refused: what is no OFD, bombs,
 * absolute and .. paths, duplicate names, encrypted entries, DTDs and entities, wrong roots; the error
 * names the part. */
struct ofd *ofd_open(struct arena *a, struct str bytes, struct err *e);
/* By the first bytes: a zip whose directory names OFD.xml. No error, reads no part. */
bool ofd_is(struct str bytes);
const struct ofd_info *ofd_info(const struct ofd *o);
size_t ofd_pages(const struct ofd *o);
/* page counts from 0. A page without a box has the document's. */
bool ofd_page_box(struct ofd *o, size_t page, struct ofd_box *out, struct err *e);
/* Text in reading order: lines by place, from the top, a newline after each; templates behind, last. */
bool ofd_page_text(struct ofd *o, size_t page, struct str *out, struct err *e);
/* The page as an SVG document that does nothing: no script, no link, no address; glyphs of embedded
 * fonts are drawn as outlines, pictures (png, jpg, bmp, gif) stand inside it. notes: what could not be
 * drawn, in words of the format ("JBIG2"), by commas; absent when all was. with_seals: the pictures of
 * stamps as their signatures hold them; unverified. */
bool ofd_page_svg(struct ofd *o, size_t page, bool with_seals, struct buf *out, struct str *notes,
                  struct err *e);

struct ofd_attachment {
    struct str name, format, path;
    bool is_visible;
};
size_t ofd_attachments(const struct ofd *o, const struct ofd_attachment **out);

struct ofd_tag {
    struct str element, text; /* the tag's name, and what the objects it points to say */
};
bool ofd_tags(struct ofd *o, const struct ofd_tag **out, size_t *n, struct err *e);

/* Any part by its path (a leading / is the package's root); letter case may differ. */
bool ofd_part(struct ofd *o, struct str path, struct str *out, struct err *e);
/* All parts, in the order of the package. */
size_t ofd_parts(const struct ofd *o, const struct str **paths);

/* --- signatures (O7) --------------------------------------------------------------------------------------- */

struct ofd_stamp {
    size_t page;        /* from 0 */
    struct ofd_box box; /* on that page */
    bool has_clip;
    struct ofd_box
        clip; /* what of the picture is shown, inside the box: 骑缝章 is a slice on each page */
};
struct ofd_signature {
    struct str id, type; /* "Seal" or "Sign" */
    struct str path;     /* of Signature.xml, "/Doc_0/Signs/Sign_0/Signature.xml" */
    struct str provider, method, digest_method, signed_at;
    struct str bytes;             /* Signature.xml, exactly: what dataHash is the digest of */
    struct str value_path, value; /* SignedValue.dat; value absent when it is missing */
    struct str seal_path, seal;   /* Seal.esl; absent when there is none */
    const struct ofd_stamp *stamps;
    size_t n_stamps;
};
size_t ofd_signatures(struct ofd *o);
bool ofd_signature(struct ofd *o, size_t i, struct ofd_signature *out, struct err *e);

enum ofd_reference_state {
    OFD_REF_OK,
    OFD_REF_CHANGED,   /* the digest differs */
    OFD_REF_MISSING,   /* named, but not in the package */
    OFD_REF_UNCOVERED, /* in the package, named by no Reference, and none of the excepted files */
    OFD_REF_UNKNOWN,   /* a digest method that is not SM3 */
};
struct ofd_reference {
    struct str path;
    enum ofd_reference_state state;
};
/* Every Reference of a signature with what was found, then every file of the package that it does not
 * cover (but for the signature files: later seals may add theirs). true: read, whatever was found. */
bool ofd_references_check(struct ofd *o, size_t i, const struct ofd_reference **out, size_t *n,
                          struct err *e);

struct ofd_sign {
    bool is_seal; /* Type="Seal" with a seal file and stamps; else "Sign" */
    struct str provider, provider_version, company;
    struct str signed_at; /* "20261128150000Z", as the signature value has it */
    struct str seal;      /* the bytes of Seal.esl; absent when is_seal is not set */
    const struct ofd_stamp *stamps;
    size_t n_stamps;
};
struct ofd_prepared;
/* Adds a signature to a package: digests every file but the excepted (O7) into References and makes
 * Signature.xml and Seal.esl. to_hash: the exact bytes of Signature.xml; path: where it stands, for
 * propertyInfo. Packages of others, whose OFD.xml names no Signatures.xml, get it named, if nothing is
 * signed there yet. Files that were there keep their bytes. */
bool ofd_sign_prepare(struct arena *a, struct str package, const struct ofd_sign *sign,
                      struct ofd_prepared **out, struct str *to_hash, struct str *path,
                      struct err *e);
/* The package with SignedValue.dat put in. */
struct str ofd_sign_finish(struct ofd_prepared *p, struct str signed_value);
/* n stamps of one seal of this size across the right edges of n pages, its middle at y: what a seam
 * seal (骑缝章) is. Slices are equal; page i (of all the pages from first_page) shows the i-th. out
 * has room for n. The pages' widths by the package. */
bool ofd_seam(struct ofd *o, size_t first_page, size_t n, double width, double height, double y,
              struct ofd_stamp *out, struct err *e);

/* `tongban ofd show FILE`: what is in it as JSON; `ofd svg FILE PAGE`: a page as it is shown. */
#define OFD_USAGE "ofd show FILE | ofd svg FILE PAGE"
int ofd_cli(int argc, char **argv);

#endif
