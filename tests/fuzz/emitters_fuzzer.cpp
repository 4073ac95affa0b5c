#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/fuzzing.hpp"
#include "fuzz/given_record.hpp"
#include "pipeline/formatter.hpp"
#include "support/output_form.hpp"
#include "support/plain_record.hpp"
#include "support/read_rows.hpp"

// An arbitrary record in every format: what was measured is what is written and what is appended, and another reader
// finds in it what is to be expected. The input is a given_record.

namespace {

using namespace bulkmarc;

bool can_be_read_back(const OutputForm& form) { return form.format != Format::kIso2709 && form.is_lossless(); }

/// Emits the record in the three ways. Returns it, or nothing where it was rejected.
std::optional<std::string> emit(const Formatter& formatter, const Batch& batch) {
  Workspace workspace;
  BatchResult measured;
  const std::uint64_t length = formatter.measure(batch, workspace, measured);
  require(measured.read == 1 && measured.exported + measured.rejects.size() == 1, "the account does not add up");
  BatchResult result;
  Buffer appended;
  formatter.append(batch, workspace, appended, result);
  require(appended.size() == length, "another length was measured than appended");
  require(result.exported == measured.exported && result.repairs.size() == measured.repairs.size(),
          "something else was measured than appended");
  std::string written(length, '\0');
  require(formatter.write(batch, workspace, written, false), "another length was measured than written");
  require(written == appended.view(), "something else was written than appended");
  if (result.exported == 0) return std::nullopt;
  return written.substr(formatter.separator().size());
}

void require_expected(const OutputForm& form, const Formatter& formatter, const RecordView& record,
                      const std::string& text) {
  const std::string file = std::string(formatter.prologue()) + text + std::string(formatter.epilogue());
  const std::vector<PlainRecord> read = read_back(form, file);
  require(read.size() == 1 && read.front() == expected_in(form, record), "another record is read back");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Record record = record_of(bytes_of(data, size));
  Batch batch;
  BatchRecord item;
  item.view = record.view();
  batch.add(item);
  for (const OutputForm& form : all_output_forms()) {
    for (const bool strict : {false, true}) {
      const auto formatter = make_formatter(form.format, {strict, false, 1000}, form.table);
      const std::optional<std::string> text = emit(*formatter, batch);
      const bool is_utf8 = record.view().leader()[9] == 'a';
      if (text && is_utf8 && can_be_read_back(form)) require_expected(form, *formatter, record.view(), *text);
    }
  }
  return 0;
}
