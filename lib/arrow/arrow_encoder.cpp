#include <cstdint>
#include <memory>

#include <arrow/ipc/writer.h>
#include <arrow/record_batch.h>

#include <bulkmarc/arrow_encoders.hpp>

#include "arrow/encoded_stream.hpp"
#include "arrow/row_blocks.hpp"

namespace bulkmarc {
namespace {

/// Large enough that readers work by the column, and small enough that they can begin early.
constexpr std::size_t kRowsOfMessage = 65536;

class ArrowEncoder final : public RowEncoder {
 public:
  ArrowEncoder(const EncoderContext& context, ArrowLayout layout)
      : stream_(context.write),
        blocks_(context, kRowsOfMessage, stream_, [this](const arrow::RecordBatch& block, std::uint64_t) {
          stream_.check(writer_->WriteRecordBatch(block));
        }) {
    writer_ = stream_.take(layout == ArrowLayout::kFile ? arrow::ipc::MakeFileWriter(&stream_, blocks_.schema())
                                                        : arrow::ipc::MakeStreamWriter(&stream_, blocks_.schema()));
  }
  ~ArrowEncoder() override { static_cast<void>(stream_.Close()); }

  void write(const std::shared_ptr<const RowBatch>& rows, RowRange range) override { blocks_.add(*rows, range); }
  void finish() override {
    blocks_.finish();
    stream_.check(writer_->Close());
  }

 private:
  EncodedStream stream_;
  std::shared_ptr<arrow::ipc::RecordBatchWriter> writer_;
  RowBlocks blocks_;  // Destroyed first, as it may still write.
};

}  // namespace

RowEncoderFactory arrow_encoder(ArrowLayout layout) {
  return [layout](const EncoderContext& context) { return std::make_unique<ArrowEncoder>(context, layout); };
}

}  // namespace bulkmarc
