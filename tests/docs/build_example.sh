#!/bin/bash
# Builds examples against an installation: with the CMakeLists.txt of docs/library.md, and with every compiler line that
# the documents show.
set -euo pipefail
checkout=$1
examples=$checkout/docs/examples
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PKG_CONFIG_PATH=$LIBRARY_DIR/pkgconfig
export LD_LIBRARY_PATH=$LIBRARY_DIR

"$CMAKE" -S "$examples" -B "$work/cmake" -DCMAKE_PREFIX_PATH="$PREFIX" -DCMAKE_CXX_COMPILER="$CXX"
"$CMAKE" --build "$work/cmake"

cp "$examples"/*.cpp "$examples"/cpp17/* "$work"
cd "$work"
while read -r line; do
  eval "${line/#c++/\"\$CXX\"}"
done < <(grep -h '^c++ ' "$checkout"/docs/library.md "$checkout"/docs/linking.md)

"$PREFIX/bin/bulkmarc" generate --records 10 -o catalogue.mrc --no-sync -q
for program in ./cmake/export_file ./export_file; do
  test "$("$program")" = "10 of 10 records exported"
done
test "$(./load_rows)" = "10 of 10 records loaded"
test "$(./print_titles catalogue.mrc | wc -l)" = 10
