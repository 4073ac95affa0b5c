#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "output/output.hpp"
#include "pipeline/batch_result.hpp"
#include "pipeline/formatter.hpp"

namespace bulkmarc {

/// The most that a file holds; 0 stands for any number. A record that is longer than `bytes` has a file of its own.
struct FileLimits {
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;  ///< Of the file as a whole, before it is compressed.

  [[nodiscard]] bool are_set() const { return records != 0 || bytes != 0; }
};

/// Makes whole files of serialized records: prologue, records with separators between them, epilogue. Where the limits
/// are met it begins another one; that depends on the records alone. Not thread-safe.
class PartSplitter {
 public:
  /// The first files, which are `kept`, are passed over. Borrows `formatter` and `sink`.
  PartSplitter(const Formatter& formatter, FileLimits limits, std::vector<FileContent> kept, FileSink& sink)
      : formatter_(formatter), limits_(limits), kept_(std::move(kept)), sink_(sink) {}

  /// Adds records in their order. Throws Error (kNotResumable) where a file that was kept would be another one now, and
  /// what the sink throws. `bytes` has a separator before each; `numbers_from` is the number in the whole run of
  /// the batch's first record.
  void add(std::string_view bytes, std::span<const ExportedRecord> records, std::uint64_t numbers_from);
  /// Ends the last file. There is one at least. Throws as add() does.
  void finish();

  [[nodiscard]] std::uint64_t files() const { return files_; }
  /// Of all files, before they are compressed.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  /// True when one more record fits, before which and with which there are this many bytes to append.
  [[nodiscard]] bool has_room(std::uint64_t bytes) const;
  void begin_file();
  void end_file();
  void append(std::string_view bytes);

  const Formatter& formatter_;
  FileLimits limits_;
  std::vector<FileContent> kept_;
  FileSink& sink_;
  FileContent content_;  // Of the current file.
  std::uint64_t files_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace bulkmarc
