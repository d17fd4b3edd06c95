#!/bin/sh
# Installs what a fresh Debian machine lacks for building, running and testing. Silent when nothing
# is missing; says plainly what it lacks when it may not install.
set -eu
need="gcc make pkg-config python3 libmicrohttpd-dev libsqlite3-dev libsodium-dev libjansson-dev
 libexpat1-dev libintelrdfpmath-dev libpq-dev libssl-dev libcmocka-dev libxlsxwriter-dev
 libcurl4-openssl-dev libarchive-dev libmagic-dev zlib1g-dev libicu-dev poppler-utils"
[ "${1:-}" = test ] && need="$need chromium-headless-shell postgresql fonts-noto-cjk strace openssl
 tesseract-ocr tesseract-ocr-chi-sim"
lack=""
for p in $need; do
    dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || lack="$lack $p"
done
if [ -n "$lack" ]; then
    as=""
    [ "$(id -u)" = 0 ] || as="sudo"
    if [ -n "$as" ] && ! command -v sudo >/dev/null; then
        echo "missing Debian packages, and no right to install them:$lack" >&2
        exit 1
    fi
    echo "installing:$lack"
    $as apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $as apt-get install -y -qq --no-install-recommends $lack >/dev/null
fi
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    echo "Node.js 20 or newer with npm is needed for the pages (Debian: apt-get install nodejs npm)." >&2
    exit 1
fi
