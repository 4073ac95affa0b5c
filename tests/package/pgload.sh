#!/bin/bash
# Builds bulkmarc-pgload as a project of its own, which has nothing of bulkmarc but the installed package.
set -euo pipefail
source_dir=$1
build_dir=$(mktemp -d)
trap 'rm -rf "$build_dir"' EXIT

"$CMAKE" -S "$source_dir" -B "$build_dir/build" -DCMAKE_PREFIX_PATH="$PREFIX" -DCMAKE_CXX_COMPILER="$CXX" \
  -DCMAKE_BUILD_TYPE=Debug -DCMAKE_UNITY_BUILD=ON
"$CMAKE" --build "$build_dir/build"
"$CMAKE" --install "$build_dir/build" --prefix "$build_dir/installed" >/dev/null
readelf --dynamic "$build_dir/build/bulkmarc-pgload" | grep -q 'NEEDED.*libbulkmarc'
LD_LIBRARY_PATH=$LIBRARY_DIR "$build_dir/installed/bin/bulkmarc-pgload" --version | grep '^bulkmarc-pgload '
