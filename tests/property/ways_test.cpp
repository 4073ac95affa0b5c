#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bulkmarc/bulkmarc.hpp>

#include "property/arbitrary_record.hpp"
#include "support/exports.hpp"
#include "support/filled_pipe.hpp"
#include "support/output_form.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

namespace gen = rc::gen;

/// Options whose form and strictness are given, and all else is arbitrary.
rc::Gen<ExportOptions> arbitrary_options(const OutputForm& form, bool strict) {
  return gen::map(gen::tuple(gen::element(1, 2, 3, 8), gen::inRange<std::size_t>(4096, 1 << 20),
                             gen::element(Backend::kAuto, Backend::kStreamed)),
                  [form, strict](const std::tuple<int, std::size_t, Backend>& chosen) {
                    ExportOptions options = form.options();
                    options.strict = strict;
                    std::tie(options.threads, options.batch_bytes, options.backend) = chosen;
                    return options;
                  });
}

Exported export_from(int kind, const std::vector<Record>& records, const ExportOptions& options) {
  if (kind == 0) return export_to_memory(Source::records(records), options);
  if (kind == 1) {
    const auto make = [&](std::uint64_t index, Record& record) { record = records[index]; };
    return export_to_memory(Source::indexed(records.size(), make), options);
  }
  std::size_t next = 0;
  const auto pull = [&](Record& record) {
    if (next == records.size()) return false;
    record = records[next++];
    return true;
  };
  return export_to_memory(Source::pulled(pull), options);
}

RC_GTEST_PROP(WaysPropertyTest, RecordsGiveTheSameBytesAndAccountInEveryWay, ()) {
  const auto records = *arbitrary_records();
  const auto form = *gen::elementOf(all_output_forms());
  const auto strict = *gen::arbitrary<bool>();
  const Exported one = export_from(0, records, *arbitrary_options(form, strict));
  const Exported other = export_from(*gen::inRange(0, 3), records, *arbitrary_options(form, strict));
  RC_ASSERT(one.bytes == other.bytes);
  RC_ASSERT(account_of(one.report) == account_of(other.report));
  RC_ASSERT(one.report.records_read == records.size());
  RC_ASSERT(one.report.records_exported + one.report.records_rejected == records.size());
  RC_ASSERT(one.report.bytes_written == one.bytes.size());
}

RC_GTEST_PROP(WaysPropertyTest, AFileGivesTheSameBytesAndAccountInEveryWay, ()) {
  const std::string bytes = iso2709(*gen::scale(0.7, usual_records())) + iso2709(*usual_records());
  const auto form = *gen::elementOf(all_output_forms());
  const TemporaryFolder folder;
  const auto path = folder.write("in.mrc", bytes);
  const Exported one = export_to_memory(Source::file(path), *arbitrary_options(form, false));
  const Exported other = export_to_memory(Source::file(path), *arbitrary_options(form, false));
  const FilledPipe pipe(bytes);
  const Exported piped = export_to_memory(Source::file(pipe.path()), *arbitrary_options(form, false));
  RC_ASSERT(one.bytes == other.bytes);
  RC_ASSERT(one.bytes == piped.bytes);
  RC_ASSERT(account_of(one.report) == account_of(other.report));
  RC_ASSERT(account_of(one.report) == account_of(piped.report));
}

}  // namespace
}  // namespace bulkmarc
