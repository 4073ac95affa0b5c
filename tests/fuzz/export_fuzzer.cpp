#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <bulkmarc/bulkmarc.hpp>

#include "fuzz/fuzzing.hpp"
#include "support/export_case.hpp"
#include "support/plain_record.hpp"
#include "support/read_rows.hpp"

// A whole export, drawn by the generator of the matrix test, in two ways and against its reference; and what was
// written can be read. The first bytes are the choices, and the rest, if there is any, the first file.

namespace {

using namespace bulkmarc;

constexpr std::size_t kChoices = 96;

/// The number of records in an output.
std::size_t count_records(const OutputForm& form, const std::string& bytes) {
  if (!form.table) return read_back(form.format, bytes).size();
  const std::vector<Row> rows = read_rows(form.format, *form.table, bytes);
  return form.is_lossless() ? records_of_rows(*form.table, rows).size() : rows.size();
}

/// ISO 2709 is read by the library itself, and must come out as it went in.
void require_stable(const std::string& bytes, std::uint64_t records) {
  ExportCase again;
  again.form = {"mrc", Format::kIso2709, {}};
  again.options = again.form.options();
  again.from = Format::kIso2709;
  again.inputs = {bytes};
  const CaseResult result = run_case(again, {});
  require(!result.error, "what was written is not MARC");
  require(result.files.front() == bytes, "what was written is not stable");
  require(result.report.records_read == records, "not all records can be read back");
}

void require_readable(const ExportCase& example, const CaseResult& result) {
  std::size_t records = 0;
  for (const std::string& file : result.files) {
    if (example.form.format == Format::kIso2709) {
      if (result.files.size() == 1 && !file.empty()) require_stable(file, result.report.records_exported);
      return;
    }
    records += count_records(example.form, file);
  }
  if (!result.files.empty()) require(records == result.report.records_exported, "not all records can be read back");
}

void require_same(const CaseResult& result, const CaseResult& expected) {
  const std::string differs = difference(result, expected);
  require(differs.empty(), differs.c_str());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = bytes_of(data, size);
  const std::string_view choices = bytes.substr(0, kChoices);
  std::size_t at = 0;
  const Draw draw = [&](std::size_t end) {
    std::size_t number = 0;
    for (int i = 0; i < 2 && at < choices.size(); ++i) number = number << 8 | static_cast<unsigned char>(choices[at++]);
    return number % end;
  };
  ExportCase example = draw_export_case(draw);
  if (size > kChoices && !example.inputs.empty()) example.inputs.front() = bytes.substr(kChoices);

  const CaseResult expected = expected_result(example);
  const CaseResult result = run_case(example, draw_way(example, draw));
  require_same(result, expected);
  require_same(run_case(example, {1, 4096, Backend::kStreamed}), expected);
  if (!result.error && example.output != ExportCase::Output::kRecords) require_readable(example, result);
  return 0;
}
