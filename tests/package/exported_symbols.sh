#!/bin/bash
# The shared library exports what the public headers name, and nothing else.
set -euo pipefail
failed=0
count=0

# A template of the standard library that returns something of ours: a function only where nothing is optimised.
of_the_standard_library='^bulkmarc::[A-Za-z_:]+[ &*]* std::'

while read -r symbol; do
  [[ ! $symbol =~ $of_the_standard_library ]] || continue
  count=$((count + 1))
  entity=${symbol#typeinfo for }
  entity=${entity#typeinfo name for }
  entity=${entity#vtable for }
  qualified=${entity%%(*}
  qualified=${qualified%%\[abi:*}
  name=${qualified##*::}
  if [[ $entity != bulkmarc::* ]] || ! grep -qrwF -- "$name" "$PREFIX/include/bulkmarc"; then
    echo "exported, but not public: $symbol" >&2
    failed=1
  fi
done < <(nm --dynamic --defined-only --demangle --format=posix "$LIBRARY_DIR/libbulkmarc.so" | sed -E 's/ [A-Za-z] [0-9a-f]+ [0-9a-f]*$//')

if [[ $count -lt 20 ]]; then
  echo "only $count symbols are exported" >&2
  failed=1
fi
exit $failed
