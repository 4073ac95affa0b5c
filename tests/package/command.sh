#!/bin/bash
# The installed programs run where they were moved to, and their manual pages and completions came along.
set -euo pipefail
version=$1
shift

for program in "$@"; do
  "$PREFIX/bin/$program" --version | grep -F "$program $version"
  for file in "man/man1/$program.1" "bash-completion/completions/$program" "zsh/site-functions/_$program" \
              "fish/vendor_completions.d/$program.fish"; do
    test -s "$PREFIX/share/$file" || { echo "$file is missing" >&2; exit 1; }
  done
done
