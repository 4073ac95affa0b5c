#!/bin/bash
# Builds the example of docs/library.md against an installation: with its CMakeLists.txt, and with the compiler line that
# the page shows.
set -euo pipefail
checkout=$1
examples=$checkout/docs/examples
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PKG_CONFIG_PATH=$LIBRARY_DIR/pkgconfig
export LD_LIBRARY_PATH=$LIBRARY_DIR

"$CMAKE" -S "$examples" -B "$work/cmake" -DCMAKE_PREFIX_PATH="$PREFIX" -DCMAKE_CXX_COMPILER="$CXX"
"$CMAKE" --build "$work/cmake"

line=$(grep '^c++ ' "$checkout/docs/library.md")
cp "$examples/export_file.cpp" "$work"
cd "$work"
eval "${line/#c++/\"\$CXX\"}"

"$PREFIX/bin/bulkmarc" generate --records 10 -o catalogue.mrc --no-sync -q
for program in ./cmake/export_file ./export_file; do
  test "$("$program")" = "10 of 10 records exported"
done
