#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <bulkmarc/encoder.hpp>

#include "output/output.hpp"
#include "pipeline/batch_result.hpp"
#include "pipeline/file_sequence.hpp"

namespace bulkmarc {

/// Makes whole files of rows, each by an encoder of its own. Where the limits are met it begins another one; that
/// depends on the records alone. Not thread-safe.
class EncodedFiles {
 public:
  /// The first files, which are `kept`, are passed over. Borrows `make_encoder` and `sink`, to which the encoders
  /// write, whatever `context` has.
  EncodedFiles(const RowEncoderFactory& make_encoder, EncoderContext context, FileLimits limits,
               std::vector<FileContent> kept, FileSink& sink);

  /// Adds the rows of records in their order; they end where `records` says. Throws Error (kNotResumable) where a file
  /// that was kept would be another one now, and what encoder and sink throw. `numbers_from` is the number in the whole
  /// run of the batch's first record.
  void add(const std::shared_ptr<const RowBatch>& rows, std::span<const ExportedRecord> records,
           std::uint64_t numbers_from);
  /// Ends the last file. There is one at least. Throws as add() does.
  void finish();

  [[nodiscard]] std::uint64_t files() const { return files_.files(); }
  /// Of the values in all files: RowBatch::bytes().
  [[nodiscard]] std::uint64_t bytes() const { return files_.bytes(); }
  /// That were written to the sink.
  [[nodiscard]] std::uint64_t bytes_written() const { return bytes_written_; }

 private:
  void begin_file();
  void end_file();
  void write(const std::shared_ptr<const RowBatch>& rows, RowRange range);

  const RowEncoderFactory& make_encoder_;
  EncoderContext context_;
  FileSequence files_;
  std::uint64_t bytes_written_ = 0;
  std::unique_ptr<RowEncoder> encoder_;  // Of the current file; none where that is passed over.
};

}  // namespace bulkmarc
