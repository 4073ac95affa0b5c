#include "pipeline/encoded_files.hpp"

#include <cstddef>
#include <string_view>
#include <utility>

namespace bulkmarc {

EncodedFiles::EncodedFiles(const RowEncoderFactory& make_encoder, EncoderContext context, FileLimits limits,
                           std::vector<FileContent> kept, FileSink& sink)
    : make_encoder_(make_encoder), context_(std::move(context)), files_(limits, std::move(kept), sink) {
  context_.write = [this, &sink](std::string_view bytes) {
    sink.append(bytes);
    bytes_written_ += bytes.size();
  };
}

void EncodedFiles::add(const std::shared_ptr<const RowBatch>& rows, std::span<const ExportedRecord> records,
                       std::uint64_t numbers_from) {
  RowRange range;  // Of the rows that go to the current file.
  for (const ExportedRecord& record : records) {
    if (!files_.has_room(files_.counts_bytes() ? rows->bytes({range.begin, record.end}) : 0)) {
      write(rows, range);
      range.begin = range.end;
      end_file();
    }
    if (files_.is_empty()) begin_file();
    files_.add_record(numbers_from + record.index);
    range.end = record.end;
  }
  write(rows, range);
}

void EncodedFiles::finish() {
  if (files_.is_empty()) begin_file();
  end_file();
  files_.finish();
}

void EncodedFiles::begin_file() {
  if (!files_.is_kept()) encoder_ = make_encoder_(context_);
}

void EncodedFiles::end_file() {
  if (encoder_) encoder_->finish();
  encoder_.reset();
  files_.end_file();
}

void EncodedFiles::write(const std::shared_ptr<const RowBatch>& rows, RowRange range) {
  if (range.begin == range.end) return;
  files_.add_bytes(rows->bytes(range));
  if (encoder_) encoder_->write(rows, range);
}

}  // namespace bulkmarc
