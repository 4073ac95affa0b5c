#!/bin/bash
# Builds and runs a program with one compiler line that pkg-config completes.
set -euo pipefail
kind=$1
source_dir=$(cd "$(dirname "$0")/consumer" && pwd)
build_dir=$(mktemp -d)
trap 'rm -rf "$build_dir"' EXIT
export PKG_CONFIG_PATH=$LIBRARY_DIR/pkgconfig
export LD_LIBRARY_PATH=$LIBRARY_DIR

read -ra flags <<<"$(pkg-config --cflags bulkmarc)"
if [[ $kind == static ]]; then
  libraries=$(pkg-config --static --libs bulkmarc)
  read -ra libraries <<<"${libraries/-lbulkmarc/-l:libbulkmarc.a}"
else
  read -ra libraries <<<"$(pkg-config --libs bulkmarc)"
fi
"$CXX" -std=c++20 "${flags[@]}" "$source_dir/main.cpp" -o "$build_dir/consumer" "${libraries[@]}"
"$build_dir/consumer"

needs_shared=$(readelf --dynamic "$build_dir/consumer" | grep -c 'NEEDED.*libbulkmarc' || true)
if [[ $kind == static && $needs_shared != 0 ]] || [[ $kind == shared && $needs_shared == 0 ]]; then
  echo "linked with the other library" >&2
  exit 1
fi
