#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <bulkmarc/bulkmarc.hpp>

#include "fuzz/fuzzing.hpp"
#include "support/exports.hpp"
#include "support/output_form.hpp"
#include "support/plain_record.hpp"
#include "support/read_rows.hpp"

// A whole export of arbitrary bytes, presized and appended: the same bytes, the same account, and what was written can
// be read. The first byte chooses the format and whether to be strict, the rest is the file.

namespace {

using namespace bulkmarc;

/// A file in memory, which has a name as long as this lives.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : fd_(memfd_create("input", MFD_CLOEXEC)) {
    require(fd_ >= 0, "no file in memory");
    require(write(fd_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()), "a short write");
  }
  ~MemoryFile() { close(fd_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

 private:
  int fd_;
};

/// What the export gives, or nothing where the bytes are refused as a whole.
std::optional<Exported> export_bytes(std::string_view bytes, ExportOptions options, Backend backend) {
  const MemoryFile file(bytes);
  options.backend = backend;
  try {
    return export_to_memory(Source::file(file.path()), options);
  } catch (const Error& error) {
    const ErrorCode code = error.code();
    require(code == ErrorCode::kNotMarc || code == ErrorCode::kInputDamaged || code == ErrorCode::kInputEncoding ||
                code == ErrorCode::kInputRefused,
            error.what());
    return std::nullopt;
  }
}

void require_stable(const Exported& exported, const ExportOptions& options) {
  if (exported.bytes.empty()) return;
  const auto again = export_bytes(exported.bytes, options, Backend::kStreamed);
  require(again.has_value(), "what was written is not MARC");
  require(again->bytes == exported.bytes, "what was written is not stable");
  require(again->report.records_read == exported.report.records_exported, "not all records can be read back");
}

/// The number of records in the output.
std::size_t count_records(const OutputForm& form, const std::string& bytes) {
  if (!form.table) return read_back(form.format, bytes).size();
  const std::vector<Row> rows = read_rows(form.format, *form.table, bytes);
  return form.is_lossless() ? records_of_rows(rows).size() : rows.size();
}

void require_readable(const Exported& exported, const OutputForm& form, const ExportOptions& options) {
  if (form.format == Format::kIso2709) return require_stable(exported, options);
  require(count_records(form, exported.bytes) == exported.report.records_exported, "not all records can be read back");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t choice = data[0];
  static const std::vector<OutputForm> kForms = all_output_forms();
  const OutputForm& form = kForms[choice % kForms.size()];
  ExportOptions options = form.options();
  options.strict = choice >= 128;
  options.batch_bytes = 4096;
  options.threads = 1;
  const std::string_view bytes = bytes_of(data + 1, size - 1);

  const auto presized = export_bytes(bytes, options, Backend::kAuto);
  const auto appended = export_bytes(bytes, options, Backend::kStreamed);
  require(presized.has_value() == appended.has_value(), "one way refuses what the other takes");
  if (!presized) return 0;
  require(presized->bytes == appended->bytes, "the two ways write different bytes");
  require(account_of(presized->report) == account_of(appended->report), "the two ways give different accounts");
  const Report& report = presized->report;
  require(report.records_read == report.records_exported + report.records_rejected, "the account does not add up");
  require(report.bytes_written == presized->bytes.size(), "the report says another size");
  require_readable(*presized, form, options);
  return 0;
}
