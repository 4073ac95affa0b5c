#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "output/output.hpp"
#include "pipeline/batch_result.hpp"
#include "pipeline/file_sequence.hpp"
#include "pipeline/formatter.hpp"

namespace bulkmarc {

/// Makes whole files of serialized records: prologue, records with separators between them, epilogue. Where the limits
/// are met it begins another one; that depends on the records alone. Not thread-safe.
class PartSplitter {
 public:
  /// The first files, which are `kept`, are passed over. Borrows `formatter` and `sink`.
  PartSplitter(const Formatter& formatter, FileLimits limits, std::vector<FileContent> kept, FileSink& sink)
      : formatter_(formatter), sink_(sink), files_(limits, std::move(kept), sink) {}

  /// Adds records in their order. Throws Error (kNotResumable) where a file that was kept would be another one now, and
  /// what the sink throws. `bytes` has a separator before each; `numbers_from` is the number in the whole run of
  /// the batch's first record.
  void add(std::string_view bytes, std::span<const ExportedRecord> records, std::uint64_t numbers_from);
  /// Ends the last file. There is one at least. Throws as add() does.
  void finish();

  [[nodiscard]] std::uint64_t files() const { return files_.files(); }
  /// Of all files, before they are compressed.
  [[nodiscard]] std::uint64_t bytes() const { return files_.bytes(); }

 private:
  void begin_file();
  void end_file();
  void append(std::string_view bytes);

  const Formatter& formatter_;
  FileSink& sink_;
  FileSequence files_;
};

}  // namespace bulkmarc
