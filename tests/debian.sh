#!/usr/bin/env bash
# What the tests need from Debian: a browser, Chinese fonts and PostgreSQL's programs.
# Installs what is missing where it can (root and apt-get), else says what to install.
# The tests start their own PostgreSQL; the service of the package is neither needed nor used.
set -euo pipefail

missing=()
command -v chromium > /dev/null || missing+=(chromium)
compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*' > /dev/null || missing+=(fonts-noto-cjk)
compgen -G '/usr/lib/postgresql/*/bin/initdb' > /dev/null || missing+=(postgresql)
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
    echo "The tests also need: ${missing[*]}"
    echo "On Debian:  sudo apt install ${missing[*]}"
    exit 1
fi
echo "Installing from Debian: ${missing[*]} …"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
{ apt-get update && apt-get install -y --no-install-recommends "${missing[@]}"; } > "$log" 2>&1 ||
    { tail -n 30 "$log"; echo "apt-get could not install: ${missing[*]}"; exit 1; }
