#!/bin/bash
# Each public header compiles alone, without a warning, and shows nothing but this library and the standard one.
set -euo pipefail
failed=0
seen=$(mktemp)
trap 'rm -f "$seen"' EXIT

for path in "$PREFIX"/include/bulkmarc/*.hpp; do
  header=bulkmarc/$(basename "$path")
  if others=$(grep '^ *# *include' "$path" | grep -vE '<(bulkmarc/[a-z_]+\.(hpp|h)|[a-z_]+)>'); then
    echo "$header includes neither its own nor the standard library: $others" >&2
    failed=1
  fi
  compile=("$CXX" -std=c++20 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -I "$PREFIX/include" -x c++ -)
  if ! echo "#include <$header>" | "${compile[@]}" -fsyntax-only -MD -MF "$seen"; then
    echo "$header does not compile alone" >&2
    failed=1
  elif grep -oE '[^ ]*/((tbb|oneapi|boost|fmt|hwy|nlohmann|unicode|yaz)/[^ ]*|simdjson\.h)' "$seen"; then
    echo "$header shows these" >&2
    failed=1
  fi
done

# What C may include is C, and C++ of any standard.
for language in "c -std=c99" "c++ -std=c++98" "c++ -std=c++17"; do
  for path in "$PREFIX"/include/bulkmarc/*.h; do
    read -ra options <<<"$language"
    if ! "$CXX" -x "${options[@]}" -Wall -Wextra -Wpedantic -Werror -Wno-long-long -fsyntax-only "$path"; then
      echo "$path is not $language" >&2
      failed=1
    fi
  done
done
exit $failed
