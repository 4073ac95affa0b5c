#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "output/output.hpp"

namespace bulkmarc {

/// The most that a file holds; 0 stands for any number. A record that is longer than `bytes` has a file of its own.
struct FileLimits {
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;  ///< Of the file as a whole, before it is compressed.

  [[nodiscard]] bool are_set() const { return records != 0 || bytes != 0; }
};

/// Keeps account of the files of an output, one after the other: what the current one holds, whether there is room for
/// more, and whether it is one of those that stand already. Not thread-safe.
class FileSequence {
 public:
  /// The first files, which are `kept`, are passed over. Borrows `sink`.
  FileSequence(FileLimits limits, std::vector<FileContent> kept, FileSink& sink)
      : limits_(limits), kept_(std::move(kept)), sink_(sink) {}

  /// True when one more record fits into the current file, which then has this many bytes more, its end included. The
  /// first one always does.
  [[nodiscard]] bool has_room(std::uint64_t bytes) const;
  /// False where the bytes don't matter to has_room().
  [[nodiscard]] bool counts_bytes() const { return limits_.bytes != 0; }
  [[nodiscard]] bool is_empty() const { return content_.records == 0; }
  /// The current file stands already: nothing of it goes to the sink.
  [[nodiscard]] bool is_kept() const { return files_ < kept_.size(); }

  /// `number` is that of the record in the whole run.
  void add_record(std::uint64_t number) {
    if (content_.records++ == 0) content_.first_record = number;
  }
  void add_bytes(std::uint64_t bytes) { content_.bytes += bytes; }
  /// Throws Error (kNotResumable) where a file that was kept would be another one now, and what the sink throws.
  void end_file();
  /// REQUIRES: end_file() was called for the last one. Throws Error (kNotResumable) where more were kept.
  void finish() const;

  [[nodiscard]] std::uint64_t files() const { return files_; }
  /// Of all files that have ended.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  FileLimits limits_;
  std::vector<FileContent> kept_;
  FileSink& sink_;
  FileContent content_;  // Of the current file.
  std::uint64_t files_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace bulkmarc
