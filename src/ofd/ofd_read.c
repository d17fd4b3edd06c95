/* Opening a package and finding its parts, leniently (O9): missing MaxUnitID, paths in another letter
 * case or relative to the wrong file, any namespace, old forms of dates. What a damaged file lacks is
 * passed over where the rest can stand without it; what misleads is refused (ofd_zip.c, ofd_xml.c). */
#include "ofd/ofd_in.h"

enum { PAGES_MAX = 10000, RESOURCES_MAX = 4000, OFD_DEPTH = 2 };

/* --- parts ------------------------------------------------------------------------------------------------ */

/* The folder of a file, with its / at the end, or nothing. */
static struct str folder_of(struct str path)
{
    size_t n = path.n;
    while (n && path.p[n - 1] != '/')
        n--;
    return str_sub(path, 0, n);
}

struct str ofd_resolve(struct arena *a, struct str base, struct str loc)
{
    struct buf b = buf_in(a);
    struct str rest, step;
    char *joined;
    loc = str_trim(loc);
    if (!loc.n)
        return STR_NONE;
    joined = loc.p[0] == '/' || loc.p[0] == '\\'
                 ? arena_strndup(a, loc.p, loc.n)
                 : arena_printf(a, "%.*s%.*s", STR_ARG(folder_of(base)), STR_ARG(loc));
    for (char *c = joined; *c; c++)
        *c = *c == '\\' ? '/' : *c;
    rest = str_of(joined);
    while (str_cut(&rest, '/', &step)) {
        if (!step.n || str_is(step, "."))
            continue;
        if (str_is(step, "..")) {
            if (!b.n)
                return STR_NONE;
            while (b.n && b.p[b.n - 1] != '/')
                b.n--;
            b.n -= b.n > 0;
            continue;
        }
        if (b.n)
            buf_char(&b, '/');
        buf_str(&b, step);
    }
    return buf_done(&b);
}

struct ofd_entry *ofd_find(struct ofd *o, struct str base, struct str loc)
{
    const struct str bases[] = { base, o->document_path, STR("") };
    for (size_t i = 0; i < 3; i++) {
        struct str path = bases[i].p ? ofd_resolve(o->a, bases[i], loc) : STR_NONE;
        struct ofd_entry *entry = path.n ? ofd_zip_find(&o->zip, path) : NULL;
        if (entry)
            return entry;
    }
    return NULL;
}

static struct ofd_entry *need(struct ofd *o, struct str base, struct str loc, struct err *e)
{
    struct ofd_entry *entry = ofd_find(o, base, loc);
    if (!entry)
        ofd_fail(e, o->a, ERR_INVALID, "ofd.missing", loc.n ? loc : base, NULL);
    return entry;
}

struct ofd_xml *ofd_tree(struct ofd *o, struct ofd_entry *entry, const char *root, struct err *e)
{
    return ofd_zip_read(&o->zip, entry, e) ? ofd_xml_parse(o->a, entry->name, entry->bytes, root, e)
                                           : NULL;
}

bool ofd_part(struct ofd *o, struct str path, struct str *out, struct err *e)
{
    struct ofd_entry *entry = need(o, STR(""), path, e);
    if (!entry || !ofd_zip_read(&o->zip, entry, e))
        return false;
    *out = entry->bytes;
    return true;
}

size_t ofd_parts(const struct ofd *o, const struct str **paths)
{
    *paths = o->paths;
    return o->zip.n;
}

/* --- dates ---------------------------------------------------------------------------------------------------- */

struct str ofd_moment(struct arena *a, struct str s)
{
    char d[15];
    size_t n = 0;
    for (size_t i = 0; i < s.n && n < 14; i++) {
        if (s.p[i] >= '0' && s.p[i] <= '9')
            d[n++] = s.p[i];
        else if (!strchr("-/:. TZ", s.p[i]) || !s.p[i])
            return s;
    }
    d[n] = 0;
    bool is_utc = s.n && s.p[s.n - 1] == 'Z';
    if (n == 8)
        return str_printf(a, "%.4s-%.2s-%.2s", d, d + 4, d + 6);
    if (n != 14)
        return s;
    return str_printf(a, "%.4s-%.2s-%.2s %.2s:%.2s:%.2s%s", d, d + 4, d + 6, d + 8, d + 10, d + 12,
                      is_utc ? "Z" : "");
}

static struct str day_of(struct arena *a, struct str s)
{
    struct str m = ofd_moment(a, s);
    return m.n >= 10 && m.p[4] == '-' && m.p[7] == '-' ? str_sub(m, 0, 10) : s;
}

/* --- opening ------------------------------------------------------------------------------------------------- */

static void read_info(struct ofd *o)
{
    const struct ofd_xml *x = ofd_xml_child(o->body, "DocInfo"),
                         *d = ofd_xml_child(x, "CustomDatas");
    struct ofd_data *data;
    size_t n = 0;
#define INFO(name) ofd_xml_text(ofd_xml_child(x, name))
    o->info = (struct ofd_info){ .doc_id = INFO("DocID"),
                                 .title = INFO("Title"),
                                 .author = INFO("Author"),
                                 .subject = INFO("Subject"),
                                 .summary = INFO("Abstract"),
                                 .creator = INFO("Creator"),
                                 .creator_version = INFO("CreatorVersion"),
                                 .created_on = day_of(o->a, INFO("CreationDate")),
                                 .changed_on = day_of(o->a, INFO("ModDate")) };
#undef INFO
    for (struct ofd_xml *c = ofd_xml_child(d, "CustomData"); c; c = ofd_xml_next(c, "CustomData"))
        n++;
    data = arena_array_of(o->a, struct ofd_data, n + 1);
    n = 0;
    for (struct ofd_xml *c = ofd_xml_child(d, "CustomData"); c; c = ofd_xml_next(c, "CustomData"))
        data[n++] = (struct ofd_data){ ofd_xml_attr(c, "Name"), ofd_xml_text(c) };
    o->info.data = data;
    o->info.n_data = n;
}

/* The box of a PageArea: CropBox is what one sees, where it is given. */
static bool area_box(const struct ofd_xml *area, struct ofd_box *out)
{
    struct ofd_box b;
    if (!area || !ofd_box_of(ofd_xml_text(ofd_xml_child(area, "PhysicalBox")), &b) || b.w < 1 ||
        b.h < 1 || b.w > 20000 || b.h > 20000)
        return false;
    *out = b;
    return true;
}

static bool read_pages(struct ofd *o, struct err *e)
{
    const struct ofd_xml *pages = ofd_xml_child(o->document, "Pages");
    size_t n = 0;
    for (struct ofd_xml *c = ofd_xml_child(pages, "Page"); c; c = ofd_xml_next(c, "Page"))
        n++;
    if (!n)
        return ofd_fail(e, o->a, ERR_INVALID, "ofd.no_pages", o->document_path, NULL);
    if (n > PAGES_MAX)
        return ofd_fail(e, o->a, ERR_TOO_LARGE, "ofd.too_large", o->document_path, NULL);
    o->pages = arena_array_of(o->a, struct ofd_page, n);
    for (struct ofd_xml *c = ofd_xml_child(pages, "Page"); c; c = ofd_xml_next(c, "Page"))
        o->pages[o->n_pages++] =
            (struct ofd_page){ .id = (int64_t)ofd_number_of(ofd_xml_attr(c, "ID"), 0),
                               .path = ofd_xml_attr(c, "BaseLoc") };
    return true;
}

static void read_templates(struct ofd *o)
{
    const struct ofd_xml *common = ofd_xml_child(o->document, "CommonData");
    size_t n = 0;
    for (struct ofd_xml *c = ofd_xml_child(common, "TemplatePage"); c;
         c = ofd_xml_next(c, "TemplatePage"))
        n++;
    o->templates = arena_array_of(o->a, struct ofd_template, n + 1);
    for (struct ofd_xml *c = ofd_xml_child(common, "TemplatePage"); c;
         c = ofd_xml_next(c, "TemplatePage"))
        o->templates[o->n_templates++] =
            (struct ofd_template){ .id = (int64_t)ofd_number_of(ofd_xml_attr(c, "ID"), 0),
                                   .path = ofd_xml_attr(c, "BaseLoc"),
                                   .is_foreground =
                                       str_is(ofd_xml_attr(c, "ZOrder"), "Foreground") };
}

/* A list that cannot be read is an empty one: the pages can be shown without it. */
static void read_attachments(struct ofd *o)
{
    struct err aside = { 0 };
    struct str loc = ofd_xml_text(ofd_xml_child(o->document, "Attachments"));
    struct ofd_entry *entry = loc.n ? ofd_find(o, o->document_path, loc) : NULL;
    struct ofd_xml *list = entry ? ofd_tree(o, entry, "Attachments", &aside) : NULL;
    size_t n = 0;
    for (struct ofd_xml *c = ofd_xml_child(list, "Attachment"); c;
         c = ofd_xml_next(c, "Attachment"))
        n++;
    o->attachments = arena_array_of(o->a, struct ofd_attachment, n + 1);
    for (struct ofd_xml *c = ofd_xml_child(list, "Attachment"); c;
         c = ofd_xml_next(c, "Attachment")) {
        struct ofd_entry *file =
            ofd_find(o, entry->name, ofd_xml_text(ofd_xml_child(c, "FileLoc")));
        if (file)
            o->attachments[o->n_attachments++] =
                (struct ofd_attachment){ ofd_xml_attr(c, "Name"), ofd_xml_attr(c, "Format"),
                                         file->name, !str_is(ofd_xml_attr(c, "Visible"), "false") };
    }
}

struct ofd *ofd_open_in(struct arena *a, struct str bytes, int depth, struct err *e)
{
    struct ofd *o = arena_new_of(a, struct ofd);
    struct ofd_entry *entry;
    *o = (struct ofd){ .a = a, .bytes = bytes, .box = { 0, 0, 210, 297 }, .depth = depth };
    if (depth > OFD_DEPTH) {
        ofd_fail(e, a, ERR_INVALID, "ofd.too_deep", STR("OFD.xml"), "");
        return NULL;
    }
    if (!ofd_zip_open(&o->zip, a, bytes, e))
        return NULL;
    o->paths = arena_array_of(a, struct str, o->zip.n + 1);
    for (size_t i = 0; i < o->zip.n; i++)
        o->paths[i] = o->zip.entries[i].name;
    entry = ofd_zip_find(&o->zip, STR("OFD.xml"));
    if (!entry) {
        ofd_fail(e, a, ERR_INVALID, "ofd.not_ofd", STR(""), NULL);
        return NULL;
    }
    o->main_path = entry->name;
    o->main = ofd_tree(o, entry, "OFD", e);
    o->body = ofd_xml_child(o->main, "DocBody");
    if (!o->main)
        return NULL;
    entry = need(o, o->main_path, ofd_xml_text(ofd_xml_child(o->body, "DocRoot")), e);
    o->document = entry ? ofd_tree(o, entry, "Document", e) : NULL;
    if (!o->document)
        return NULL;
    o->document_path = entry->name;
    read_info(o);
    (void)area_box(ofd_xml_child(ofd_xml_child(o->document, "CommonData"), "PageArea"), &o->box);
    if (!read_pages(o, e))
        return NULL;
    read_templates(o);
    read_attachments(o);
    return o;
}

struct ofd *ofd_open(struct arena *a, struct str bytes, struct err *e)
{
    return ofd_open_in(a, bytes, 0, e);
}

bool ofd_is(struct str bytes)
{
    struct arena *a = arena_new();
    struct err aside = { 0 };
    struct ofd_zip z;
    bool is = bytes.n > 4 && memcmp(bytes.p, "PK", 2) == 0 && ofd_zip_open(&z, a, bytes, &aside) &&
              ofd_zip_find(&z, STR("OFD.xml"));
    arena_free(&a);
    return is;
}

const struct ofd_info *ofd_info(const struct ofd *o)
{
    return &o->info;
}

size_t ofd_pages(const struct ofd *o)
{
    return o->n_pages;
}

size_t ofd_attachments(const struct ofd *o, const struct ofd_attachment **out)
{
    *out = o->attachments;
    return o->n_attachments;
}

/* --- pages -------------------------------------------------------------------------------------------------------- */

struct ofd_xml *ofd_page_tree(struct ofd *o, size_t page, struct err *e)
{
    struct ofd_entry *entry;
    if (page >= o->n_pages) {
        ofd_fail(e, o->a, ERR_NOT_FOUND, "ofd.page", STR(""), NULL);
        return NULL;
    }
    struct ofd_page *p = &o->pages[page];
    if (!p->root && (entry = need(o, o->document_path, p->path, e)) != NULL) {
        p->root = ofd_tree(o, entry, "Page", e);
        p->path = entry->name;
    }
    return p->root;
}

struct ofd_template *ofd_template_find(struct ofd *o, struct str id)
{
    int64_t wanted = (int64_t)ofd_number_of(id, -1);
    for (size_t i = 0; i < o->n_templates; i++)
        if (o->templates[i].id == wanted)
            return &o->templates[i];
    return NULL;
}

struct ofd_xml *ofd_template_tree(struct ofd *o, struct ofd_template *t)
{
    struct err aside = { 0 };
    struct ofd_entry *entry = t->root ? NULL : ofd_find(o, o->document_path, t->path);
    if (entry) {
        t->root = ofd_tree(o, entry, "Page", &aside);
        t->path = entry->name;
    }
    return t->root;
}

bool ofd_page_box(struct ofd *o, size_t page, struct ofd_box *out, struct err *e)
{
    const struct ofd_xml *root = ofd_page_tree(o, page, e), *c;
    if (!root)
        return false;
    *out = o->box;
    if (area_box(ofd_xml_child(root, "Area"), out))
        return true;
    for (c = ofd_xml_child(root, "Template"); c; c = ofd_xml_next(c, "Template")) {
        struct ofd_template *t = ofd_template_find(o, ofd_xml_attr(c, "TemplateID"));
        if (t && area_box(ofd_xml_child(ofd_template_tree(o, t), "Area"), out))
            return true;
    }
    return true;
}

size_t ofd_page_of(const struct ofd *o, struct str id)
{
    int64_t wanted = (int64_t)ofd_number_of(id, -1);
    size_t i = 0;
    while (i < o->n_pages && o->pages[i].id != wanted)
        i++;
    return i;
}

struct ofd_xml *ofd_page_annotations(struct ofd *o, size_t page, struct str *path)
{
    struct err aside = { 0 };
    struct str loc = ofd_xml_text(ofd_xml_child(o->document, "Annotations"));
    struct ofd_entry *entry = loc.n ? ofd_find(o, o->document_path, loc) : NULL;
    struct ofd_xml *list = entry ? ofd_tree(o, entry, "Annotations", &aside) : NULL;
    for (struct ofd_xml *c = ofd_xml_child(list, "Page"); c; c = ofd_xml_next(c, "Page")) {
        if (ofd_page_of(o, ofd_xml_attr(c, "PageID")) != page)
            continue;
        struct ofd_entry *file =
            ofd_find(o, entry->name, ofd_xml_text(ofd_xml_child(c, "FileLoc")));
        *path = file ? file->name : STR_NONE;
        return file ? ofd_tree(o, file, "PageAnnot", &aside) : NULL;
    }
    return NULL;
}

/* --- resources ------------------------------------------------------------------------------------------------------- */

static void take_resources(struct ofd *o, const struct ofd_xml *res, struct str folder)
{
    for (const struct ofd_xml *list = res->first; list; list = list->next)
        for (const struct ofd_xml *x = list->first; x; x = x->next) {
            if (o->n_resources >= RESOURCES_MAX)
                return;
            if (o->n_resources == o->room_resources) {
                size_t room = o->room_resources ? o->room_resources * 2 : 64;
                o->resources =
                    arena_grow(o->a, o->resources, o->room_resources * sizeof *o->resources,
                               room * sizeof *o->resources);
                o->room_resources = room;
            }
            o->resources[o->n_resources++] =
                (struct ofd_resource){ (int64_t)ofd_number_of(ofd_xml_attr(x, "ID"), -1), x,
                                       folder };
        }
}

/* Each part of resources once, whoever names it. */
static bool is_new_part(struct ofd *o, struct str name)
{
    for (size_t i = 0; i < o->n_resource_parts; i++)
        if (str_eq(o->resource_parts[i], name))
            return false;
    o->resource_parts =
        arena_grow(o->a, o->resource_parts, o->n_resource_parts * sizeof(struct str),
                   (o->n_resource_parts + 1) * sizeof(struct str));
    o->resource_parts[o->n_resource_parts++] = name;
    return true;
}

void ofd_resources_add(struct ofd *o, struct str base, const struct ofd_xml *res)
{
    struct err aside = { 0 };
    struct ofd_entry *entry = ofd_find(o, base, ofd_xml_text(res));
    struct ofd_xml *root =
        entry && is_new_part(o, entry->name) ? ofd_tree(o, entry, "Res", &aside) : NULL;
    if (!root)
        return;
    struct str loc = ofd_xml_attr(root, "BaseLoc");
    struct str folder = loc.n ? ofd_resolve(o->a, entry->name, loc) : STR_NONE;
    take_resources(o, root, folder.n ? str_printf(o->a, "%.*s/", STR_ARG(folder)) : entry->name);
}

void ofd_resources_read(struct ofd *o)
{
    static const char *const kinds[] = { "PublicRes", "DocumentRes" };
    const struct ofd_xml *common = ofd_xml_child(o->document, "CommonData");
    if (o->has_resources)
        return;
    o->has_resources = true;
    for (size_t i = 0; i < 2; i++)
        for (struct ofd_xml *c = ofd_xml_child(common, kinds[i]); c; c = ofd_xml_next(c, kinds[i]))
            ofd_resources_add(o, o->document_path, c);
}

const struct ofd_resource *ofd_resource(const struct ofd *o, struct str id, const char *kind)
{
    int64_t wanted = (int64_t)ofd_number_of(id, -2);
    for (size_t i = 0; i < o->n_resources; i++)
        if (o->resources[i].id == wanted && ofd_xml_is(o->resources[i].x, kind))
            return &o->resources[i];
    return NULL;
}
