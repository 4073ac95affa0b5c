#!/bin/bash
# Each component of the installation can be installed alone, and together they are the whole.
set -euo pipefail
build=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0

files_of() {
  (cd "$1" && find . ! -type d | sort)
}

# check_component NAME PATTERN: every file that it installs matches, and there is one at least.
check_component() {
  local name=$1 pattern=$2
  "$CMAKE" --install "$build" --component "$name" --prefix "$folder/$name" >/dev/null
  if [[ -z $(files_of "$folder/$name") ]] || files_of "$folder/$name" | grep -vE "^\./($pattern)$"; then
    echo "the component $name is empty, or has these files of another" >&2
    failed=1
  fi
}

library=${LIBRARY_DIR#"$PREFIX/"}
check_component runtime "$library/libbulkmarc\.so\.[0-9.]+"
names=(runtime development tools)
if [[ -e $LIBRARY_DIR/libbulkmarc_arrow.so ]]; then
  names+=(arrow)
  check_component arrow "$library/libbulkmarc_arrow\.so\.[0-9.]+"
fi
check_component development "include/bulkmarc/.*|$library/(libbulkmarc(_arrow)?\.(so|a)|cmake/.*|pkgconfig/.*)"
check_component tools "bin/.*|share/(man|bash-completion|zsh|fish)/.*"

for name in "${names[@]}"; do files_of "$folder/$name"; done | sort >"$folder/components"
diff <(files_of "$PREFIX") "$folder/components" || {
  echo "the components are not the whole installation" >&2
  failed=1
}
exit $failed
