/* seal/seal_picture: the red picture of a seal, drawn (STANDARDS L10) or taken from a file and checked. Pure;
 * any thread; drawing takes a few milliseconds.
 *
 * Drawn is a ring with the body's name along its upper arc and a five-pointed star, and for seals of one
 * purpose its words below. Seals of governments bear the national emblem: that is not drawn here, since it
 * may not be imitated; a city uploads the picture that it was given. */
#ifndef TB_SEAL_SEAL_PICTURE_H
#define TB_SEAL_SEAL_PICTURE_H

#include "base/err.h"
#include "base/str.h"

struct seal_shape {
    struct str name;  /* along the arc */
    struct str words; /* below the star: 合同专用章, or absent */
    int mm;           /* diameter */
};
/* PNG, transparent, 12 points a millimetre. */
bool seal_picture_draw(struct arena *a, const struct seal_shape *shape, struct str *png);

/* L10: the diameter for a body of this level (province, city, county, town, village). is_body: a committee,
 * congress or government itself, not one of its departments. */
int seal_diameter(struct str level, bool is_body);

#define SEAL_PICTURE_MOST 1048576
/* Is it a PNG that can be drawn, or an SVG that is a drawing and nothing else? *type: "PNG" or "SVG". Errors
 * seal.picture_type, seal.picture_size, seal.picture_svg (what was found). */
bool seal_picture_check(struct arena *a, struct str bytes, const char **type, struct err *e);

#endif
