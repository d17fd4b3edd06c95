/* page/page_ofd: the same pages as an OFD file (GB/T 33190), by the room ofd/. Glyphs, rules and pictures
 * stand where the PDF has them; the elements of the document are tagged (标题, 发文字号 …). */
#ifndef TB_PAGE_PAGE_OFD_H
#define TB_PAGE_PAGE_OFD_H

#include "ofd/ofd.h"
#include "page/page.h"

/* The same set, fonts and info give the same bytes. info: doc_id is the caller's, 32 hex digits. */
bool page_ofd(struct arena *a, struct page_fonts *f, const struct page_set *set,
              const struct ofd_info *info, struct str *out, struct err *e);

#endif
