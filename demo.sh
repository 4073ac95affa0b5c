#!/bin/bash
# Installs what is missing, builds the command, and exports a generated catalogue in both ways.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
exec </dev/null

demo=build/demo
bulkmarc=build/release/bin/bulkmarc

say() {
  if [[ -t 1 ]]; then printf '\n\033[1m%s\033[0m\n' "$*"; else printf '\n%s\n' "$*"; fi
}
run() {
  echo "\$ $*"
  "$@"
}
same() {
  run cmp "$@"
  echo "the same"
}

say "1. Install what is missing and build the command"
.ci/install_packages build arrow
.ci/install_arrow
mkdir -p "$demo"
{
  cmake --preset release -DBULKMARC_BUILD_TESTS=OFF -DBULKMARC_BUILD_PERF=OFF
  cmake --build --preset release --parallel "$(nproc)" --target bulkmarc_command
} >build/demo-build.log 2>&1 || {
  cat build/demo-build.log
  exit 1
}
run "$bulkmarc" --version

say "2. Generate a catalogue of 200,000 records"
run "$bulkmarc" generate --records 200000 --seed 1 -o "$demo/catalogue.mrc"

say "3. Export it to MARCXML mapped, and again streamed"
for backend in mapped stream; do
  run "$bulkmarc" export "$demo/catalogue.mrc" -o "$demo/$backend.xml" --backend "$backend" --report "$demo/$backend.json"
done

say "4. Compare: the same bytes from both, and a copy in ISO 2709 is the catalogue itself"
same "$demo/mapped.xml" "$demo/stream.xml"
run "$bulkmarc" export "$demo/catalogue.mrc" -o "$demo/copy.mrc" -q
same "$demo/catalogue.mrc" "$demo/copy.mrc"
rm "$demo/stream.xml" "$demo/copy.mrc"

say "5. The first record"
sed '/<\/record>/q' "$demo/mapped.xml"

say "6. The same as Parquet, and a question to it in SQL"
run "$bulkmarc" export "$demo/catalogue.mrc" -o "$demo/catalogue.parquet"
build/arrow/bin/python - <<END
import duckdb

query = "SELECT language, count(*) AS records FROM '$demo/catalogue.parquet' GROUP BY ALL ORDER BY records DESC LIMIT 5"
print(query, duckdb.sql(query), sep="\n")
END

say "Done: $demo holds the catalogue, its MARCXML and the reports as JSON"
