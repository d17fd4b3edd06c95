#!/bin/sh
# The README's pictures, taken by the story's own test (tests/browser/story.test.mjs) in the size they are
# shown in, then cut to sixteen colours. Needs pngquant.
set -eu
command -v pngquant >/dev/null || { echo "pngquant is missing (apt-get install pngquant)" >&2; exit 1; }
to=build/test/pictures
rm -rf "$to" && mkdir -p "$to"
SHOTS=$to SHOTS_SMALL=1 node --test tests/browser/story.test.mjs
for p in workbench=workbench board=board phone=sign-for-phone; do
    pngquant --force --strip --speed 1 16 --output "docs/pictures/${p%%=*}.png" "$to/${p#*=}.png"
done
ls -l docs/pictures
