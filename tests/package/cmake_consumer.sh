#!/bin/bash
# Builds and runs a CMake project that uses the installed package's shared or static library, or its component arrow.
set -euo pipefail
kind=$1
source_dir=$(cd "$(dirname "$0")/consumer" && pwd)
build_dir=$(mktemp -d)
trap 'rm -rf "$build_dir"' EXIT

options=(-DCMAKE_PREFIX_PATH="$PREFIX" -DCMAKE_CXX_COMPILER="$CXX" -DLIBRARY="$kind")
if [[ $kind != static ]]; then
  for package in TBB Boost fmt simdjson hwy ICU Arrow Parquet; do
    options+=("-DCMAKE_DISABLE_FIND_PACKAGE_$package=ON")
  done
fi
"$CMAKE" -S "$source_dir" -B "$build_dir" "${options[@]}"
"$CMAKE" --build "$build_dir"
"$build_dir/consumer"
