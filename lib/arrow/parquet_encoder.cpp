#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/util/thread_pool.h>
#include <parquet/arrow/schema.h>
#include <parquet/arrow/writer.h>
#include <parquet/properties.h>
#include <parquet/schema.h>

#include <bulkmarc/arrow_encoders.hpp>

#include "arrow/encoded_stream.hpp"
#include "arrow/row_blocks.hpp"

namespace bulkmarc {
namespace {

/// Row groups of as many rows as DuckDB has in one, each read by one thread; of the much shorter ones of subfields,
/// more.
constexpr std::size_t kRowsOfGroup = 122'880;
constexpr std::size_t kSubfieldsOfGroup = 1'048'576;
constexpr std::uint64_t kMostBytesOfGroup = std::uint64_t{256} << 20;
/// A row group is encoded in blocks of rows, which therefore need not all be in memory.
constexpr std::size_t kRowsOfBlock = 15'360;
constexpr std::size_t kSubfieldsOfBlock = 65'536;
static_assert(kRowsOfGroup % kRowsOfBlock == 0 && kSubfieldsOfGroup % kSubfieldsOfBlock == 0);

constexpr std::int64_t kRowsOfSample = 4096;
constexpr int kUsualLevel = 1;
constexpr const char* kSortedColumn = "record_number";
constexpr const char* kColumnOfKeys = "control_number";

/// The columns of an array that hold values: an array of lists has that of its items, and one of structs those of its
/// members.
void add_leaves(const std::shared_ptr<arrow::Array>& array, std::vector<std::shared_ptr<arrow::Array>>& leaves) {
  if (array->type_id() == arrow::Type::LIST) {
    const auto& lists = static_cast<const arrow::ListArray&>(*array);
    const std::int32_t begin = lists.value_offset(0);
    add_leaves(lists.values()->Slice(begin, lists.value_offset(lists.length()) - begin), leaves);
  } else if (array->type_id() == arrow::Type::STRUCT) {
    const auto& structs = static_cast<const arrow::StructArray&>(*array);
    for (int i = 0; i < structs.num_fields(); ++i) add_leaves(structs.field(i), leaves);
  } else {
    leaves.push_back(array);
  }
}

/// The bytes of a value: a text, or an integer of any kind.
std::string_view value_of(const arrow::Array& leaf, std::int64_t index) {
  if (leaf.type_id() == arrow::Type::STRING) return static_cast<const arrow::StringArray&>(leaf).GetView(index);
  const auto width = static_cast<std::size_t>(leaf.type()->byte_width());
  const auto* values = reinterpret_cast<const char*>(leaf.data()->buffers[1]->data());
  return {values + static_cast<std::size_t>(leaf.offset() + index) * width, width};
}

/// True when a dictionary of the values and their numbers there take less than the values themselves.
bool dictionary_pays(const arrow::Array& leaf) {
  std::unordered_set<std::string_view> distinct;
  std::size_t bytes = 0;
  std::size_t bytes_of_distinct = 0;
  for (std::int64_t i = 0; i < leaf.length(); ++i) {
    if (leaf.IsNull(i)) continue;
    const std::string_view value = value_of(leaf, i);
    const std::size_t size = sizeof(std::uint32_t) + value.size();
    bytes += size;
    if (distinct.insert(value).second) bytes_of_distinct += size;
  }
  return 2 * bytes_of_distinct <= bytes;
}

/// True when no value is less than one before it.
bool is_in_order(const arrow::Array& leaf) {
  std::string_view last;
  for (std::int64_t i = 0; i < leaf.length(); ++i) {
    if (leaf.IsNull(i)) continue;
    const std::string_view value = value_of(leaf, i);
    if (value < last) return false;
    last = value;
  }
  return true;
}

class ParquetEncoder final : public RowEncoder {
 public:
  explicit ParquetEncoder(const EncoderContext& context)
      : level_(context.compression_level.value_or(kUsualLevel)),
        rows_of_group_(context.definition == "subfields" ? kSubfieldsOfGroup : kRowsOfGroup),
        rows_of_block_(context.definition == "subfields" ? kSubfieldsOfBlock : kRowsOfBlock),
        stream_(std::make_shared<EncodedStream>(context.write)),
        blocks_(context, rows_of_block_, *stream_,
                [this](const arrow::RecordBatch& block, std::uint64_t bytes) { take(block, bytes); }) {
    if (context.threads > 1) threads_ = stream_->take(arrow::internal::ThreadPool::Make(context.threads));
  }
  ~ParquetEncoder() override { static_cast<void>(stream_->Close()); }

  void write(const std::shared_ptr<const RowBatch>& rows, RowRange range) override { blocks_.add(*rows, range); }
  void finish() override {
    blocks_.finish();
    if (!writer_) open(*stream_->take(arrow::RecordBatch::MakeEmpty(blocks_.schema())));
    stream_->check(writer_->Close());
  }

 private:
  void take(const arrow::RecordBatch& block, std::uint64_t bytes) {
    const auto rows = static_cast<std::size_t>(block.num_rows());
    if (!writer_) open(block);
    if (group_rows_ + rows > rows_of_group_ || group_bytes_ + bytes > kMostBytesOfGroup) {
      stream_->check(writer_->NewBufferedRowGroup());
      group_rows_ = 0;
      group_bytes_ = 0;
    }
    stream_->check(writer_->WriteRecordBatch(block));
    group_rows_ += rows;
    group_bytes_ += bytes;
  }

  void open(const arrow::RecordBatch& first) {
    parquet::ArrowWriterProperties::Builder of_arrow;
    of_arrow.store_schema();
    if (threads_) of_arrow.set_use_threads(true)->set_executor(threads_.get());
    const auto properties_of_arrow = of_arrow.build();
    writer_ =
        stream_->take(parquet::arrow::FileWriter::Open(*blocks_.schema(), arrow::default_memory_pool(), stream_,
                                                       properties(first, *properties_of_arrow), properties_of_arrow));
  }

  [[nodiscard]] std::shared_ptr<parquet::WriterProperties> properties(
      const arrow::RecordBatch& first, const parquet::ArrowWriterProperties& of_arrow) const {
    parquet::WriterProperties::Builder builder;
    builder.compression(parquet::Compression::ZSTD)->compression_level(level_);
    builder.max_row_group_length(static_cast<std::int64_t>(rows_of_group_));
    builder.enable_write_page_index();
    std::shared_ptr<parquet::SchemaDescriptor> schema;
    stream_->check(parquet::arrow::ToParquetSchema(blocks_.schema().get(), *parquet::default_writer_properties(),
                                                   of_arrow, &schema));
    std::vector<std::shared_ptr<arrow::Array>> leaves;
    const std::shared_ptr<arrow::RecordBatch> sample = first.Slice(0, kRowsOfSample);
    for (const auto& column : sample->columns()) add_leaves(column, leaves);
    for (int i = 0; i < schema->num_columns(); ++i) {
      choose_encoding(builder, *leaves[static_cast<std::size_t>(i)], i, schema->Column(i)->path());
    }
    return builder.build();
  }

  void choose_encoding(parquet::WriterProperties::Builder& builder, const arrow::Array& leaf, int column,
                       const std::shared_ptr<parquet::schema::ColumnPath>& path) const {
    const bool is_sorted = path->ToDotString() == kSortedColumn && leaf.type_id() == arrow::Type::INT64;
    if (is_sorted) builder.set_sorting_columns({{column, false, false}});
    const bool is_key = path->ToDotString() == kColumnOfKeys;
    if (is_key) builder.enable_bloom_filter(path, {});
    if (leaf.type_id() == arrow::Type::BOOL) return;
    const bool has_dictionary = !is_sorted && dictionary_pays(leaf);
    // The least and the greatest of many texts say nothing of a group of rows, and take long to find. Every group of
    // subfields has all tags and codes, too.
    const bool are_many = !has_dictionary || rows_of_group_ == kSubfieldsOfGroup;
    if (leaf.type_id() == arrow::Type::STRING && are_many && !is_key && !is_in_order(leaf)) {
      builder.disable_statistics(path);
    }
    if (has_dictionary) return;
    builder.disable_dictionary(path);
    if (leaf.type_id() != arrow::Type::STRING) builder.encoding(path, parquet::Encoding::DELTA_BINARY_PACKED);
  }

  int level_;
  std::size_t rows_of_group_;
  std::size_t rows_of_block_;
  std::shared_ptr<EncodedStream> stream_;
  std::shared_ptr<arrow::internal::ThreadPool> threads_;
  std::unique_ptr<parquet::arrow::FileWriter> writer_;  // From the first block on.
  std::size_t group_rows_ = 0;
  std::uint64_t group_bytes_ = 0;
  RowBlocks blocks_;  // Destroyed first, as it may still write.
};

}  // namespace

RowEncoderFactory parquet_encoder() {
  return [](const EncoderContext& context) { return std::make_unique<ParquetEncoder>(context); };
}

}  // namespace bulkmarc

// NOLINTNEXTLINE(readability-identifier-naming): a name of C.
const bulkmarc::ArrowEncoders bulkmarc_arrow_encoders = {bulkmarc::parquet_encoder, bulkmarc::arrow_encoder};
