#!/bin/bash
# Installs the build, then moves the installation: nothing in it may depend on where it was.
set -euo pipefail
build=$1

rm -rf "$PREFIX" "$PREFIX.before"
"$CMAKE" --install "$build" --prefix "$PREFIX.before" >/dev/null
mv "$PREFIX.before" "$PREFIX"

if grep -rlI --include='*.cmake' --include='*.pc' -e "$build" -e "$PREFIX.before" "$PREFIX"; then
  echo "these installed files name a folder of the build" >&2
  exit 1
fi
