#!/bin/sh
# Installs what a fresh Debian machine lacks for building, running and testing. Silent when nothing
# is missing; says plainly what it lacks when it may not install.
set -eu
need="gcc make pkg-config python3 libmicrohttpd-dev libsqlite3-dev libsodium-dev libjansson-dev
 libexpat1-dev libintelrdfpmath-dev libpq-dev libssl-dev libcmocka-dev libxlsxwriter-dev
 libcurl4-openssl-dev libarchive-dev libmagic-dev zlib1g-dev libicu-dev poppler-utils
 libcairo2-dev libp11-kit-dev libharfbuzz-dev libfreetype-dev fonts-noto-cjk fonts-babelstone-han"
[ "${1:-}" = test ] && need="$need chromium-headless-shell postgresql strace openssl softhsm2
 tesseract-ocr tesseract-ocr-chi-sim"
# Fandol (仿宋, 楷, 黑, 宋): 30 MB of fonts that Debian has only inside a package of TeX. They are taken out
# of it, since the package with all it wants would be 105 MB and set TeX up.
fandol=/usr/local/share/fonts/fandol
no_fandol=""
[ -f $fandol/FandolFang-Regular.otf ] ||
    [ -f /usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/FandolFang-Regular.otf ] || no_fandol=yes
lack=""
for p in $need; do
    dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || lack="$lack $p"
done
if [ -n "$lack$no_fandol" ]; then
    as=""
    [ "$(id -u)" = 0 ] || as="sudo"
    if [ -n "$as" ] && ! command -v sudo >/dev/null; then
        echo "missing Debian packages, and no right to install them:$lack${no_fandol:+ fandol}" >&2
        exit 1
    fi
    echo "installing:$lack${no_fandol:+ fandol}"
    $as apt-get update -qq
    [ -z "$lack" ] ||
        DEBIAN_FRONTEND=noninteractive $as apt-get install -y -qq --no-install-recommends $lack >/dev/null
fi
if [ -n "$no_fandol" ]; then
    here=$(mktemp -d)
    (cd "$here" && apt-get download -qq texlive-lang-chinese 2>/dev/null &&
        dpkg-deb --fsys-tarfile texlive-lang-chinese_*.deb |
        tar -x --wildcards '*/opentype/public/fandol/Fandol[FHKS]*' '*/texlive-doc/fonts/fandol/*')
    $as mkdir -p $fandol
    $as cp "$here"/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/*.otf \
        "$here"/usr/share/doc/texlive-doc/fonts/fandol/* $fandol
    $as chmod -R a+rX $fandol
    rm -rf "$here"
fi
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    echo "Node.js 20 or newer with npm is needed for the pages (Debian: apt-get install nodejs npm)." >&2
    exit 1
fi
