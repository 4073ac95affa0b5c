#!/bin/bash
# The installed command runs where it was moved to, and its manual page and completions came along.
set -euo pipefail
version=$1

"$PREFIX/bin/bulkmarc" --version | grep -F "$version"
for file in share/man/man1/bulkmarc.1 share/bash-completion/completions/bulkmarc \
            share/zsh/site-functions/_bulkmarc share/fish/vendor_completions.d/bulkmarc.fish; do
  test -s "$PREFIX/$file" || { echo "$file is missing" >&2; exit 1; }
done
