#include <bulkmarc/records.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <bulkmarc/error.hpp>

#include "api/batch_stream.hpp"
#include "api/validation.hpp"
#include "pipeline/record_maker.hpp"
#include "record/record_batch.hpp"

namespace bulkmarc {

struct [[gnu::visibility("hidden")]] RecordStream::Impl {
  Impl(Source source, RunOptions options, const RecordOptions& record_options)
      : records(std::move(source), std::move(options), Format::kIso2709, "records", [&](const Run& run) {
          const bool to_utf8 = record_options.to_utf8;
          if (run.options().nfc && !to_utf8)
            refuse("only UTF-8 can be composed (NFC), and these records keep their encodings");
          return std::make_unique<const RecordMaker>(run.policy(to_utf8));
        }) {}

  BatchStream<RecordBatch> records;
};

RecordStream::RecordStream(Source source, RunOptions options, const RecordOptions& record_options)
    : impl_(std::make_unique<Impl>(std::move(source), std::move(options), record_options)) {}
RecordStream::~RecordStream() = default;
RecordStream::RecordStream(RecordStream&& other) noexcept = default;
RecordStream& RecordStream::operator=(RecordStream&& other) noexcept = default;

bool RecordStream::next(RecordBatch& batch) { return impl().records.next(batch); }

const Report& RecordStream::report() const { return impl().records.report(); }

const std::vector<std::string>& RecordStream::inputs() const { return report().inputs; }

RecordStream::Impl& RecordStream::impl() const {
  if (!impl_) throw Error(ErrorCode::kInvalidOptions, {}, "the stream was moved from");
  return *impl_;
}

}  // namespace bulkmarc
