#!/usr/bin/env bash
# Writes the lock files from requirements*.in: versions and hashes, no address of any server.
# A version already locked stays as it is; to raise one, delete its lines first. Called by `make lock`.
set -euo pipefail
cd "$(dirname "$0")"
[ -x .venv-lock/bin/pip-compile ] || {
    python3 -m venv .venv-lock
    .venv-lock/bin/python -m pip install --quiet pip-tools
}

lock() {
    .venv-lock/bin/pip-compile --quiet --no-config --generate-hashes --allow-unsafe --strip-extras \
        --no-header --no-annotate --no-emit-options --no-emit-index-url --no-emit-trusted-host \
        --no-emit-find-links --output-file "$1.txt" "$1.in"
    { echo "# Locked from $(basename "$1").in by \`make lock\`."; grep -v '^#\|^$' "$1.txt" || true; } > "$1.new"
    mv "$1.new" "$1.txt"
}

for name in requirements requirements-test benchmarks/requirements; do lock "$name"; done
