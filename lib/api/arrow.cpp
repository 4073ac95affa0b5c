#include <bulkmarc/arrow.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <exception>
#include <initializer_list>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <bulkmarc/error.hpp>

#include "record/internals.hpp"
#include "tables/row_batch.hpp"

namespace bulkmarc {
namespace {

/// What stands behind an ArrowSchema or an ArrowArray. A consumer may move a child out of its parent, and release it
/// later; so each child has one of its own.
template <class Node>
struct Parent {
  std::vector<Node> children;
  std::vector<Node*> pointers;

  /// Gives `node` this many children, which are still to be made.
  void add_children(Node& node, std::size_t count) {
    children.resize(count);
    for (Node& child : children) pointers.push_back(&child);
    node.n_children = static_cast<std::int64_t>(count);
    node.children = pointers.data();
  }
  ~Parent() {
    for (Node& child : children) {
      if (child.release != nullptr) child.release(&child);
    }
  }
};

template <class Data, class Node>
void release(Node* node) {
  delete static_cast<Data*>(node->private_data);
  node->release = nullptr;
}

/// Makes `node` own `data`.
template <class Data, class Node>
Data& own(Node& node, std::unique_ptr<Data> data) {
  node.private_data = data.release();
  node.release = release<Data, Node>;
  return *static_cast<Data*>(node.private_data);
}

struct SchemaData : Parent<ArrowSchema> {
  std::string name;
};

SchemaData& make_schema(ArrowSchema& schema, const char* format, const std::string& name, bool nullable) {
  auto owned = std::make_unique<SchemaData>();
  owned->name = name;
  schema = {};
  SchemaData& data = own(schema, std::move(owned));
  schema.format = format;
  schema.name = data.name.c_str();
  schema.flags = nullable ? ARROW_FLAG_NULLABLE : 0;
  return data;
}

void make_schema(ArrowSchema& schema, const Column& column) {
  switch (column.type) {
    case ColumnType::kInteger:
      make_schema(schema, "l", column.name, column.nullable);
      return;
    case ColumnType::kText:
      make_schema(schema, "u", column.name, column.nullable);
      return;
    case ColumnType::kTexts:
      make_schema(schema, "+l", column.name, column.nullable).add_children(schema, 1);
      make_schema(*schema.children[0], "u", "item", false);
      return;
    case ColumnType::kBoolean:
      make_schema(schema, "b", column.name, column.nullable);
      return;
    case ColumnType::kDate:
      make_schema(schema, "tdD", column.name, column.nullable);
      return;
    case ColumnType::kTimestamp:
      make_schema(schema, "tss:", column.name, column.nullable);
      return;
    case ColumnType::kStructs:
      return;
  }
}

void make_schema(ArrowSchema& schema, const Table& table) {
  make_schema(schema, "+s", "", false).add_children(schema, table.columns().size());
  for (std::size_t i = 0; i < table.columns().size(); ++i) make_schema(*schema.children[i], table.columns()[i]);
}

struct ArrayData : Parent<ArrowArray> {
  std::shared_ptr<RowBatch> rows;  // Holds what the buffers point to.
  std::array<const void*, 3> buffers{};
  std::vector<std::uint64_t> converted;  // For Arrow's own types, aligned for all of them.
};

ArrayData& make_array(ArrowArray& array, const std::shared_ptr<RowBatch>& rows, std::size_t length,
                      std::initializer_list<const void*> buffers) {
  auto owned = std::make_unique<ArrayData>();
  owned->rows = rows;
  std::ranges::copy(buffers, owned->buffers.begin());
  array = {};
  ArrayData& data = own(array, std::move(owned));
  array.length = static_cast<std::int64_t>(length);
  array.n_buffers = static_cast<std::int64_t>(buffers.size());
  array.buffers = data.buffers.data();
  return data;
}

/// A bit for each value.
std::vector<std::uint64_t> to_bits(std::span<const std::int64_t> values) {
  constexpr std::size_t kWord = 64;
  std::vector<std::uint64_t> words(values.size() / kWord + 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    // The lowest bit of a byte comes first, whatever the order of the bytes in a word.
    auto& byte = reinterpret_cast<std::uint8_t*>(words.data())[i / 8];
    byte = static_cast<std::uint8_t>(byte | static_cast<unsigned>(values[i]) << i % 8);
  }
  return words;
}

/// 32 bits for each value.
std::vector<std::uint64_t> to_days(std::span<const std::int64_t> values) {
  std::vector<std::uint64_t> words(values.size() / 2 + 1);
  auto* to = reinterpret_cast<std::uint8_t*>(words.data());
  for (const std::int64_t value : values) {
    const auto days = static_cast<std::int32_t>(value);
    std::memcpy(to, &days, sizeof days);
    to += sizeof days;
  }
  return words;
}

/// Values in a buffer of their own.
void make_array(ArrowArray& array, const std::shared_ptr<RowBatch>& rows, const void* validity,
                std::vector<std::uint64_t> converted) {
  ArrayData& data = make_array(array, rows, rows->rows(), {validity, nullptr});
  data.converted = std::move(converted);
  data.buffers[1] = data.converted.data();
}

/// The values of one column.
void make_array(ArrowArray& array, const std::shared_ptr<RowBatch>& rows, std::size_t column) {
  const ColumnValues& values = rows->columns()[column];
  const ColumnBuilder& builder = Internals::of(*rows)->builders[column];
  const void* validity = values.validity.empty() ? nullptr : values.validity.data();
  const void* offsets = values.offsets.data();
  switch (builder.type()) {
    case ColumnType::kInteger:
    case ColumnType::kTimestamp:
      make_array(array, rows, rows->rows(), {validity, values.integers.data()});
      break;
    case ColumnType::kBoolean:
      make_array(array, rows, validity, to_bits(values.integers));
      break;
    case ColumnType::kDate:
      make_array(array, rows, validity, to_days(values.integers));
      break;
    case ColumnType::kText:
      make_array(array, rows, rows->rows(), {validity, offsets, values.characters.data()});
      break;
    case ColumnType::kTexts:
      make_array(array, rows, rows->rows(), {validity, offsets}).add_children(array, 1);
      make_array(*array.children[0], rows, values.item_offsets.size() - 1,
                 {nullptr, values.item_offsets.data(), values.characters.data()});
      break;
    case ColumnType::kStructs:
      break;
  }
  array.null_count = static_cast<std::int64_t>(builder.null_count());
}

void make_array(ArrowArray& array, RowBatch batch) {
  const auto rows = std::make_shared<RowBatch>(std::move(batch));
  make_array(array, rows, rows->rows(), {nullptr}).add_children(array, rows->columns().size());
  for (std::size_t i = 0; i < rows->columns().size(); ++i) make_array(*array.children[i], rows, i);
}

struct StreamData {
  RowStream rows;
  std::string error;

  static StreamData& of(ArrowArrayStream* stream) { return *static_cast<StreamData*>(stream->private_data); }

  /// Returns what `body` throws as the stream's functions return it.
  template <class Body>
  int guarded(const Body& body) noexcept {
    try {
      error.clear();
      try {
        body();
        return 0;
      } catch (const Error& failure) {
        error = failure.what();
        return failure.code() == ErrorCode::kCancelled ? ECANCELED : EIO;
      } catch (const std::bad_alloc&) {
        return ENOMEM;
      } catch (const std::exception& failure) {
        error = failure.what();
        return EIO;
      }
    } catch (...) {
      return EIO;
    }
  }
};

/// Lets `fill` make a node, and gives it to `out` when it is whole.
template <class Node, class Fill>
void give(Node* out, const Fill& fill) {
  Parent<Node> owner;
  owner.children.resize(1);
  fill(owner.children[0]);
  *out = std::exchange(owner.children[0], {});
}

int get_schema(ArrowArrayStream* stream, ArrowSchema* out) {
  StreamData& data = StreamData::of(stream);
  return data.guarded([&] { give(out, [&](ArrowSchema& schema) { make_schema(schema, data.rows.table()); }); });
}

int get_next(ArrowArrayStream* stream, ArrowArray* out) {
  StreamData& data = StreamData::of(stream);
  return data.guarded([&] {
    RowBatch batch;
    give(out, [&](ArrowArray& array) {
      if (data.rows.next(batch)) make_array(array, std::move(batch));  // The end is an array that is released already.
    });
  });
}

const char* get_last_error(ArrowArrayStream* stream) {
  const std::string& error = StreamData::of(stream).error;
  return error.empty() ? nullptr : error.c_str();
}

void release_stream(ArrowArrayStream* stream) {
  delete &StreamData::of(stream);
  stream->release = nullptr;
}

}  // namespace

void export_arrow(RowStream rows, ArrowArrayStream* out) {
  auto data = std::make_unique<StreamData>(StreamData{std::move(rows), {}});
  *out = {get_schema, get_next, get_last_error, release_stream, data.release()};
}

}  // namespace bulkmarc
