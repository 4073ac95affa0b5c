#!/bin/bash
# Runs the tools of perf/ on small catalogues, so that they go on working. What they measure here means nothing.
#
#     smoke_test.sh BUILD WORK
set -euo pipefail
build=$1
work=$2
perf=$(dirname "${BASH_SOURCE[0]}")

rm -rf "$work"
mkdir -p "$work"
"$build/bin/bulkmarc" generate --records 100 -o "$work/few.mrc" -q
"$perf/repeat_records" --megabytes 1 -o "$work/repeated.mrc" "$work/few.mrc"
"$perf/compare" "$work/results" --quick --records 1000 --catalogue "$work/repeated.mrc" --build "$build" --work "$work"

expect() {
  grep -q -- "$2" "$work/results/$1" || {
    echo "no '$2' in $work/results/$1"
    exit 1
  }
}
"$perf/inputs" "$work/results" --quick --records 1000 --build "$build" --work "$work"
for section in "Targets" "Inputs" "Compressed inputs" "Compressed outputs"; do
  expect inputs.md "^## $section"
done
for row in "ndjson | simdjson alone" "marcxml | expat alone" "marcxml | check | 2" "[.]xz | export | 2" \
  "marcxml.zst, level 3 | zstd | 2"; do
  expect inputs.md "^| $row |"
done
for section in "Targets" "By format, target and size" "Memory" "The study's table" "Model" "One core, one batch"; do
  expect results.md "^## $section"
done
for case in generated-1000,1000,ndjson,mapped,2,disk generated-1000,1000,mrc,stream,1,null repeated,[0-9]*,marcxml,cp; do
  expect results.csv "^$case"
done
rm -r "$work"
