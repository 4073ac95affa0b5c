#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/formatter.hpp"
#include "fuzz/fuzzing.hpp"
#include "fuzz/given_record.hpp"
#include "support/plain_record.hpp"

// An arbitrary record in every format: what was measured is what is written and what is appended, and another reader
// finds in it what is to be expected. The input is a given_record.

namespace {

using namespace bulkmarc;

bool can_be_read_back(Format format) {
  return format == Format::kMarcXml || format == Format::kJson || format == Format::kNdjson || format == Format::kMrk;
}

/// Emits the record in the three ways. Returns it, or nothing where it was rejected.
std::optional<std::string> emit(const Formatter& formatter, const Batch& batch) {
  Workspace workspace;
  Outcome measured;
  const std::uint64_t length = formatter.measure(batch, workspace, measured);
  require(measured.read == 1 && measured.exported + measured.rejects.size() == 1, "the account does not add up");
  Outcome outcome;
  Buffer appended;
  formatter.append(batch, workspace, appended, outcome);
  require(appended.size() == length, "another length was measured than appended");
  require(outcome.exported == measured.exported && outcome.repairs.size() == measured.repairs.size(),
          "something else was measured than appended");
  std::string written(length, '\0');
  require(formatter.write(batch, workspace, written, false), "another length was measured than written");
  require(written == appended.view(), "something else was written than appended");
  if (outcome.exported == 0) return std::nullopt;
  return written.substr(formatter.separator().size());
}

void require_expected(Format format, const Formatter& formatter, const RecordView& record, const std::string& text) {
  const std::string file = std::string(formatter.prologue()) + text + std::string(formatter.epilogue());
  const std::vector<PlainRecord> read = read_back(format, file);
  require(read.size() == 1 && read.front() == expected_in(format, record), "another record is read back");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Record record = record_of(bytes_of(data, size));
  Batch batch;
  BatchRecord item;
  item.view = record.view();
  batch.add(item);
  for (const Format format : all_formats()) {
    for (const bool strict : {false, true}) {
      const auto formatter = make_formatter(format, {strict, false, 1000});
      const std::optional<std::string> text = emit(*formatter, batch);
      const bool is_utf8 = record.view().leader()[9] == 'a';
      if (text && is_utf8 && can_be_read_back(format)) require_expected(format, *formatter, record.view(), *text);
    }
  }
  return 0;
}
