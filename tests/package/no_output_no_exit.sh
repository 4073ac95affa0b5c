#!/bin/bash
# The library never prints, ends the process or takes signals: its objects do not even refer to what could.
set -euo pipefail

forbidden='^(exit|_exit|_Exit|quick_exit|abort|raise|kill|signal|sigaction|sigprocmask|pthread_sigmask'
forbidden+='|v?f?printf|v?dprintf|__v?f?printf_chk|puts|fputs|putchar|putc|fputc|fwrite|perror|psignal|stdout|stderr'
forbidden+='|std::(cout|cerr|clog|wcout|wcerr|wclog|exit|abort|quick_exit)'
forbidden+='|fmt::v[0-9]+::(v?print|detail::print).*)(\(.*)?$'

referred=$(nm --undefined-only --demangle "$LIBRARY_DIR/libbulkmarc.a" | sed -nE 's/^ *[Uw] //p' | sort -u)
grep -q '^operator new' <<<"$referred"
if grep -E "$forbidden" <<<"$referred" >&2; then
  echo "the library's objects refer to these" >&2
  exit 1
fi
