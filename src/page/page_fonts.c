/* The fonts: five roles, each a chain of faces of which the first that has a character draws it (L11).
 * A city's own come first, then Fandol (all of GB 2312), then Noto Serif CJK and BabelStone Han for what
 * names need of planes 0, 2 and 3. HarfBuzz reads them (immutable, any thread); FreeType and cairo draw
 * from them under one lock. */
#include <cairo-ft.h>
#include <hb-ot.h>
#include <hb.h>
#include <pthread.h>
#include <unistd.h>

#include "page/page_in.h"

#define FACES 24
#define CHAIN 8

struct face {
    char *path;
    unsigned index;
    hb_blob_t *blob;
    hb_face_t *hb;
    hb_font_t *font;
    char name[80];
    unsigned units;
    FT_Face ft;
    cairo_font_face_t *cairo;
};

struct page_fonts {
    struct face face[FACES];
    size_t n;
    size_t chain[ROLES][CHAIN];
    size_t chain_n[ROLES];
    bool is_city[ROLES]; /* the first of the chain is the city's own */
    FT_Library library;
    pthread_mutex_t lock; /* library, ft and cairo of every face */
};

static const char *const role_files[ROLES] = { "fangsong", "kai", "hei", "song", "title" };

#define NOTO "/usr/share/fonts/opentype/noto/"
static const char *const fandol_folders[] = {
    "/usr/local/share/fonts/fandol/", "/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/"
};
/* "fandol:" stands for either folder; "#n" is the face of a collection (2: the mainland's forms). */
static const char *const role_fonts[ROLES][CHAIN] = {
    [ROLE_FANG] = { "fandol:FandolFang-Regular.otf", NOTO "NotoSerifCJK-Regular.ttc#2" },
    [ROLE_KAI] = { "fandol:FandolKai-Regular.otf", NOTO "NotoSerifCJK-Regular.ttc#2" },
    [ROLE_HEI] = { "fandol:FandolHei-Regular.otf", NOTO "NotoSansCJK-Regular.ttc#2",
                   NOTO "NotoSerifCJK-Bold.ttc#2" },
    [ROLE_SONG] = { "fandol:FandolSong-Regular.otf", NOTO "NotoSerifCJK-Regular.ttc#2" },
    [ROLE_TITLE] = { NOTO "NotoSerifCJK-Bold.ttc#2", "fandol:FandolSong-Bold.otf",
                     NOTO "NotoSerifCJK-Regular.ttc#2" },
};
static const char *const last_fonts[] = {
    "/usr/share/fonts/truetype/babelstone/BabelStoneHan.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
};

static void chain_add(struct page_fonts *f, enum role role, size_t face)
{
    for (size_t i = 0; i < f->chain_n[role]; i++)
        if (f->chain[role][i] == face)
            return;
    if (f->chain_n[role] < CHAIN)
        f->chain[role][f->chain_n[role]++] = face;
}

static bool face_open(struct face *x, const char *path, unsigned index)
{
    hb_blob_t *blob = hb_blob_create_from_file_or_fail(path);
    if (!blob)
        return false;
    if (index >= hb_face_count(blob)) {
        hb_blob_destroy(blob);
        return false;
    }
    x->path = strdup(path);
    CHECK(x->path);
    x->index = index;
    x->blob = blob;
    x->hb = hb_face_create(blob, index);
    hb_face_make_immutable(x->hb);
    x->font = hb_font_create(x->hb);
    x->units = hb_face_get_upem(x->hb);
    hb_font_set_scale(x->font, (int)x->units, (int)x->units);
    hb_font_make_immutable(x->font);
    unsigned n = sizeof x->name;
    hb_ot_name_get_utf8(x->hb, HB_OT_NAME_ID_FONT_FAMILY, HB_LANGUAGE_INVALID, &n, x->name);
    return true;
}

/* Adds the font at the end of the role's chain, if it is there. */
static void add(struct page_fonts *f, enum role role, const char *path, unsigned index)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->face[i].path, path) == 0 && f->face[i].index == index) {
            chain_add(f, role, i);
            return;
        }
    if (f->n < FACES && face_open(&f->face[f->n], path, index))
        chain_add(f, role, f->n++);
}

static void add_named(struct arena *a, struct page_fonts *f, enum role role, const char *name)
{
    struct str file = str_of(name);
    unsigned index = 0;
    if (file.n > 2 && file.p[file.n - 2] == '#') {
        index = (unsigned)(file.p[file.n - 1] - '0');
        file.n -= 2;
    }
    struct str fandol = STR("fandol:");
    if (!str_starts(file, fandol)) {
        add(f, role, arena_strndup(a, file.p, file.n), index);
        return;
    }
    file = str_sub(file, fandol.n, file.n);
    for (size_t i = 0; i < sizeof fandol_folders / sizeof *fandol_folders; i++) {
        const char *path = arena_printf(a, "%s%.*s", fandol_folders[i], STR_ARG(file));
        if (access(path, R_OK) == 0) {
            add(f, role, path, index);
            return;
        }
    }
}

static void add_city(struct arena *a, struct page_fonts *f, enum role role, const char *folder)
{
    static const char *const ends[] = { "ttf", "otf", "ttc" };
    for (size_t i = 0; folder && i < sizeof ends / sizeof *ends; i++) {
        const char *path = arena_printf(a, "%s/%s.%s", folder, role_files[role], ends[i]);
        if (access(path, R_OK) == 0)
            add(f, role, path, 0);
    }
}

struct page_fonts *page_fonts_new(struct arena *a, const char *city_dir, struct err *e)
{
    struct page_fonts *f = calloc(1, sizeof *f);
    CHECK(f);
    pthread_mutex_init(&f->lock, NULL);
    CHECK(FT_Init_FreeType(&f->library) == 0);
    for (enum role r = 0; r < ROLES; r++) {
        add_city(a, f, r, city_dir);
        f->is_city[r] = f->chain_n[r] > 0;
        for (size_t i = 0; i < CHAIN && role_fonts[r][i]; i++)
            add_named(a, f, r, role_fonts[r][i]);
        for (size_t i = 0; i < sizeof last_fonts / sizeof *last_fonts; i++)
            add(f, r, last_fonts[i], 0);
    }
    for (enum role r = 0; r < ROLES; r++)
        if (f->chain_n[r] == 0) {
            page_fonts_free(&f);
            err_set(e, a, ERR_STATE, "page.no_font", NULL, role_files[r], NULL, NULL);
            return NULL;
        }
    return f;
}

void page_fonts_free(struct page_fonts **f)
{
    if (!*f)
        return;
    for (size_t i = 0; i < (*f)->n; i++) {
        struct face *x = &(*f)->face[i];
        if (x->cairo)
            cairo_font_face_destroy(x->cairo);
        if (x->ft)
            FT_Done_Face(x->ft);
        hb_font_destroy(x->font);
        hb_face_destroy(x->hb);
        hb_blob_destroy(x->blob);
        free(x->path);
    }
    FT_Done_FreeType((*f)->library);
    pthread_mutex_destroy(&(*f)->lock);
    free(*f);
    *f = NULL;
}

size_t page_fonts_count(const struct page_fonts *f)
{
    return f->n;
}

struct page_face page_fonts_face(const struct page_fonts *f, size_t i)
{
    CHECK(i < f->n);
    const struct face *x = &f->face[i];
    return (struct page_face){ x->path, x->index, x->name, x->units, 0.88, 0.12 };
}

struct str page_fonts_bytes(const struct page_fonts *f, size_t i)
{
    CHECK(i < f->n);
    unsigned n = 0;
    const char *p = hb_blob_get_data(f->face[i].blob, &n);
    return (struct str){ p, n };
}

struct pick font_pick(const struct page_fonts *f, enum role role, uint32_t code)
{
    /* Fandol's 仿宋 and 楷 have bold figures without serifs; offices set figures as 宋 does. */
    if (code < 0x250 && (role == ROLE_FANG || role == ROLE_KAI) && !f->is_city[role])
        role = ROLE_SONG;
    for (size_t i = 0; i < f->chain_n[role]; i++) {
        size_t at = f->chain[role][i];
        const struct face *x = &f->face[at];
        hb_codepoint_t g;
        if (hb_font_get_nominal_glyph(x->font, code, &g))
            return (struct pick){ at, g, (double)hb_font_get_glyph_h_advance(x->font, g) / x->units,
                                  false };
    }
    return (struct pick){ f->chain[role][0], 0, 1, true };
}

struct ink font_ink(const struct page_fonts *f, size_t face, uint32_t glyph)
{
    const struct face *x = &f->face[face];
    hb_glyph_extents_t g = { 0 };
    (void)hb_font_get_glyph_extents(x->font, glyph, &g); /* a glyph without ink leaves zeros */
    double u = x->units;
    return (struct ink){ g.x_bearing / u, (g.x_bearing + g.width) / u, g.y_bearing / u,
                         (g.y_bearing + g.height) / u };
}

void font_lock(struct page_fonts *f)
{
    pthread_mutex_lock(&f->lock);
}

void font_unlock(struct page_fonts *f)
{
    pthread_mutex_unlock(&f->lock);
}

cairo_font_face_t *font_cairo(struct page_fonts *f, size_t face)
{
    struct face *x = &f->face[face];
    if (!x->cairo && FT_New_Face(f->library, x->path, (FT_Long)x->index, &x->ft) == 0)
        x->cairo = cairo_ft_font_face_create_for_ft_face(x->ft, FT_LOAD_NO_HINTING | FT_LOAD_NO_BITMAP);
    return x->cairo;
}
