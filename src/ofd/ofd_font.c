/* Fonts by HarfBuzz: subsets for what we write, outlines for what we show. A subset keeps the glyphs
 * that were drawn under new numbers, and the characters by which viewers that know no CGTransform find
 * them; no layout tables, since the glyphs are placed already. */
#include <hb-ot.h>
#include <hb-subset.h>
#include <hb.h>

#include "ofd/ofd_in.h"

/* --- subsets ----------------------------------------------------------------------------------------- */

struct ofd_subset {
    struct arena *a;
    hb_face_t *face, *made;
    hb_font_t *font; /* of made */
    hb_subset_input_t *input;
    hb_subset_plan_t *plan;
    bool is_cff;
    double above, below;
};

static void subset_clean(void *arg)
{
    struct ofd_subset *s = arg;
    hb_font_destroy(s->font);
    hb_face_destroy(s->made);
    hb_subset_plan_destroy(s->plan);
    hb_subset_input_destroy(s->input);
    hb_face_destroy(s->face);
}

static hb_face_t *face_of(struct str bytes, unsigned index)
{
    hb_blob_t *blob =
        hb_blob_create(bytes.p, (unsigned)bytes.n, HB_MEMORY_MODE_READONLY, NULL, NULL);
    hb_face_t *face = hb_face_create(blob, index);
    hb_blob_destroy(blob);
    if (hb_face_get_glyph_count(face) == 0 || hb_face_get_upem(face) == 0) {
        hb_face_destroy(face);
        return NULL;
    }
    return face;
}

static bool has_table(hb_face_t *face, hb_tag_t tag)
{
    hb_blob_t *blob = hb_face_reference_table(face, tag);
    bool has = hb_blob_get_length(blob) > 0;
    hb_blob_destroy(blob);
    return has;
}

struct ofd_subset *ofd_subset_new(struct arena *a, struct str bytes, unsigned index)
{
    static const hb_tag_t dropped[] = { HB_TAG('G', 'S', 'U', 'B'), HB_TAG('G', 'P', 'O', 'S'),
                                        HB_TAG('G', 'D', 'E', 'F'), HB_TAG('B', 'A', 'S', 'E'),
                                        HB_TAG('J', 'S', 'T', 'F'), HB_TAG('D', 'S', 'I', 'G'),
                                        HB_TAG('k', 'e', 'r', 'n'), HB_TAG('v', 'h', 'e', 'a'),
                                        HB_TAG('v', 'm', 't', 'x'), HB_TAG('V', 'O', 'R', 'G') };
    struct ofd_subset *s = arena_new_of(a, struct ofd_subset);
    hb_font_extents_t extents;
    if (!(s->face = face_of(bytes, index)))
        return NULL;
    s->a = a;
    s->input = hb_subset_input_create_or_fail();
    CHECK(s->input);
    arena_on_clean(a, subset_clean, s);
    hb_subset_input_set_flags(s->input, HB_SUBSET_FLAGS_NO_HINTING);
    for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++)
        hb_set_add(hb_subset_input_set(s->input, HB_SUBSET_SETS_DROP_TABLE_TAG), dropped[i]);
    hb_set_add(hb_subset_input_glyph_set(s->input), 0);
    s->is_cff = has_table(s->face, HB_TAG('C', 'F', 'F', ' ')) ||
                has_table(s->face, HB_TAG('C', 'F', 'F', '2'));
    hb_font_t *font = hb_font_create(s->face);
    bool told = hb_font_get_h_extents(font, &extents) && extents.ascender > 0;
    double upem = hb_face_get_upem(s->face);
    s->above = told ? fmin(fmax(extents.ascender / upem, 0.7), 1.2) : 0.88;
    s->below = told ? fmin(fmax(-extents.descender / upem, 0.1), 0.4) : 0.22;
    hb_font_destroy(font);
    return s;
}

void ofd_subset_use(struct ofd_subset *s, uint32_t glyph, uint32_t code)
{
    hb_set_add(hb_subset_input_glyph_set(s->input), glyph);
    if (code)
        hb_set_add(hb_subset_input_unicode_set(s->input), code);
}

bool ofd_subset_make(struct ofd_subset *s, struct str *out, const char **ending)
{
    unsigned n;
    s->plan = hb_subset_plan_create_or_fail(s->face, s->input);
    s->made = s->plan ? hb_subset_plan_execute_or_fail(s->plan) : NULL;
    if (!s->made)
        return false;
    s->font = hb_font_create(s->made);
    hb_blob_t *blob = hb_face_reference_blob(s->made);
    const char *p = hb_blob_get_data(blob, &n);
    *out = (struct str){ arena_copy(s->a, p, n), n };
    *ending = s->is_cff ? "otf" : "ttf";
    hb_blob_destroy(blob);
    return n > 0;
}

uint32_t ofd_subset_glyph(const struct ofd_subset *s, uint32_t glyph)
{
    hb_codepoint_t now = hb_map_get(hb_subset_plan_old_to_new_glyph_mapping(s->plan), glyph);
    return now == HB_MAP_VALUE_INVALID ? 0 : now;
}

uint32_t ofd_subset_of(const struct ofd_subset *s, uint32_t code)
{
    hb_codepoint_t glyph = 0;
    return hb_font_get_nominal_glyph(s->font, code, &glyph) ? glyph : 0;
}

void ofd_subset_extents(const struct ofd_subset *s, double *above, double *below)
{
    *above = s->above;
    *below = s->below;
}

/* --- outlines ------------------------------------------------------------------------------------------ */

struct ofd_face {
    hb_face_t *face;
    hb_font_t *font;
    hb_draw_funcs_t *draw;
    double upem;
    unsigned n_glyphs;
};

/* Coordinates are whole units of the em, y upwards: turned over here. */
static void put_point(struct buf *b, float x, float y)
{
    buf_i64(b, (int64_t)lrintf(x));
    buf_char(b, ' ');
    buf_i64(b, (int64_t)lrintf(-y));
}

#define UNUSED_DRAW (void)f, (void)st, (void)user

static void move_to(hb_draw_funcs_t *f, void *out, hb_draw_state_t *st, float x, float y,
                    void *user)
{
    UNUSED_DRAW;
    buf_char(out, 'M');
    put_point(out, x, y);
}

static void line_to(hb_draw_funcs_t *f, void *out, hb_draw_state_t *st, float x, float y,
                    void *user)
{
    UNUSED_DRAW;
    buf_char(out, 'L');
    put_point(out, x, y);
}

static void quadratic_to(hb_draw_funcs_t *f, void *out, hb_draw_state_t *st, float cx, float cy,
                         float x, float y, void *user)
{
    UNUSED_DRAW;
    buf_char(out, 'Q');
    put_point(out, cx, cy);
    buf_char(out, ' ');
    put_point(out, x, y);
}

static void cubic_to(hb_draw_funcs_t *f, void *out, hb_draw_state_t *st, float ax, float ay,
                     float bx, float by, float x, float y, void *user)
{
    UNUSED_DRAW;
    buf_char(out, 'C');
    put_point(out, ax, ay);
    buf_char(out, ' ');
    put_point(out, bx, by);
    buf_char(out, ' ');
    put_point(out, x, y);
}

static void close_path(hb_draw_funcs_t *f, void *out, hb_draw_state_t *st, void *user)
{
    UNUSED_DRAW;
    buf_char(out, 'Z');
}

static void face_clean(void *arg)
{
    struct ofd_face *f = arg;
    hb_draw_funcs_destroy(f->draw);
    hb_font_destroy(f->font);
    hb_face_destroy(f->face);
}

struct ofd_face *ofd_face_new(struct arena *a, struct str bytes)
{
    struct ofd_face *f = arena_new_of(a, struct ofd_face);
    if (bytes.n > UINT32_MAX / 2 || !(f->face = face_of(bytes, 0)))
        return NULL;
    f->font = hb_font_create(f->face);
    f->upem = hb_face_get_upem(f->face);
    f->n_glyphs = hb_face_get_glyph_count(f->face);
    hb_font_set_scale(f->font, 1000, 1000);
    f->draw = hb_draw_funcs_create();
    hb_draw_funcs_set_move_to_func(f->draw, move_to, NULL, NULL);
    hb_draw_funcs_set_line_to_func(f->draw, line_to, NULL, NULL);
    hb_draw_funcs_set_quadratic_to_func(f->draw, quadratic_to, NULL, NULL);
    hb_draw_funcs_set_cubic_to_func(f->draw, cubic_to, NULL, NULL);
    hb_draw_funcs_set_close_path_func(f->draw, close_path, NULL, NULL);
    arena_on_clean(a, face_clean, f);
    return f;
}

uint32_t ofd_face_glyph(const struct ofd_face *f, uint32_t code)
{
    hb_codepoint_t glyph = 0;
    return hb_font_get_nominal_glyph(f->font, code, &glyph) ? glyph : 0;
}

double ofd_face_advance(const struct ofd_face *f, uint32_t glyph)
{
    return hb_font_get_glyph_h_advance(f->font, glyph) / 1000.0;
}

bool ofd_face_outline(const struct ofd_face *f, uint32_t glyph, struct buf *out)
{
    if (glyph >= f->n_glyphs)
        return false;
    hb_font_get_glyph_shape(f->font, glyph, f->draw, out);
    return true;
}
