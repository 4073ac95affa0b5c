#!/bin/bash
# Each public header compiles alone, without a warning, and shows nothing but this library and the standard one.
set -euo pipefail
failed=0
seen=$(mktemp)
trap 'rm -f "$seen"' EXIT

for path in "$PREFIX"/include/bulkmarc/*.hpp; do
  header=bulkmarc/$(basename "$path")
  if others=$(grep '^ *# *include' "$path" | grep -vE '<(bulkmarc/[a-z_]+\.hpp|[a-z_]+)>'); then
    echo "$header includes neither its own nor the standard library: $others" >&2
    failed=1
  fi
  compile=("$CXX" -std=c++20 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -I "$PREFIX/include" -x c++ -)
  if ! echo "#include <$header>" | "${compile[@]}" -fsyntax-only -MD -MF "$seen"; then
    echo "$header does not compile alone" >&2
    failed=1
  elif grep -oE '[^ ]*/(tbb|oneapi|boost|fmt|hwy|simdjson|nlohmann|unicode|yaz)[/.][^ ]*' "$seen"; then
    echo "$header shows these" >&2
    failed=1
  fi
done
exit $failed
