#include "copy_rows.hpp"

#include <atomic>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

using namespace std::string_view_literals;
using bulkmarc::Column;
using bulkmarc::ColumnType;
using bulkmarc::ColumnValues;

namespace {

constexpr std::string_view kSignature = "PGCOPY\n\377\r\n\0"sv;
constexpr std::int32_t kNull = -1;
constexpr std::int32_t kTextType = 25;  // The OID of text, the same in every database.
constexpr std::size_t kBooleanBytes = sizeof(std::int32_t) + 1;
constexpr std::size_t kArrayHead = 5 * sizeof(std::int32_t);
/// Dates and timestamps count from 2000-01-01, timestamps in microseconds.
constexpr std::int64_t kEpochDays = 10'957;
constexpr std::int64_t kEpochSeconds = kEpochDays * 24 * 60 * 60;

/// Writes in network byte order. REQUIRES: memory that is large enough.
class Writer {
 public:
  explicit Writer(char* at) : at_(at) {}

  template <class Integer>
  void integer(std::type_identity_t<Integer> value) {
    auto bits = static_cast<std::make_unsigned_t<Integer>>(value);
    for (std::size_t i = sizeof(Integer); i-- > 0; bits = static_cast<decltype(bits)>(bits >> 8)) {
      at_[i] = static_cast<char>(bits & 0xFF);
    }
    at_ += sizeof(Integer);
  }
  void boolean(bool value) {
    integer<std::int32_t>(1);
    *at_++ = value ? '\1' : '\0';
  }
  /// The length of the text, and the text.
  void text(std::string_view text) {
    integer<std::int32_t>(static_cast<std::int32_t>(text.size()));
    if (!text.empty()) std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }

  [[nodiscard]] const char* at() const { return at_; }

 private:
  char* at_;
};

/// The bytes of an array's items, each with its length.
std::int32_t items_size(const ColumnValues& values, std::size_t first, std::size_t last) {
  const std::int32_t characters = values.item_offsets[last] - values.item_offsets[first];
  return characters + static_cast<std::int32_t>((last - first) * sizeof(std::int32_t));
}

void write_list(const ColumnValues& values, std::size_t row, Writer& writer) {
  const auto first = static_cast<std::size_t>(values.offsets[row]);
  const auto last = static_cast<std::size_t>(values.offsets[row + 1]);
  const bool is_empty = first == last;
  const auto head = static_cast<std::int32_t>(is_empty ? 3 * sizeof(std::int32_t) : kArrayHead);
  writer.integer<std::int32_t>(is_empty ? head : head + items_size(values, first, last));
  writer.integer<std::int32_t>(is_empty ? 0 : 1);  // Dimensions.
  writer.integer<std::int32_t>(0);                 // No item is null.
  writer.integer<std::int32_t>(kTextType);
  if (is_empty) return;
  writer.integer<std::int32_t>(static_cast<std::int32_t>(last - first));
  writer.integer<std::int32_t>(1);  // The index of the first item.
  for (std::size_t item = first; item < last; ++item) writer.text(values.item(item));
}

void write_value(const Column& column, const ColumnValues& values, std::size_t row, Writer& writer) {
  if (values.is_null(row)) return writer.integer<std::int32_t>(kNull);
  switch (column.type) {
    case ColumnType::kInteger:
      writer.integer<std::int32_t>(sizeof(std::int64_t));
      return writer.integer<std::int64_t>(values.integers[row]);
    case ColumnType::kText:
      return writer.text(values.text(row));
    case ColumnType::kTexts:
      return write_list(values, row, writer);
    case ColumnType::kBoolean:
      return writer.boolean(values.integers[row] != 0);
    case ColumnType::kDate:
      writer.integer<std::int32_t>(sizeof(std::int32_t));
      return writer.integer<std::int32_t>(static_cast<std::int32_t>(values.integers[row] - kEpochDays));
    case ColumnType::kTimestamp:
      writer.integer<std::int32_t>(sizeof(std::int64_t));
      return writer.integer<std::int64_t>((values.integers[row] - kEpochSeconds) * 1'000'000);
    case ColumnType::kStructs:
      return writer.integer<std::int32_t>(kNull);  // No table that is loaded has one.
  }
}

/// An upper bound of the bytes that a column's values take.
std::size_t most_bytes(const Column& column, const ColumnValues& values, std::size_t rows) {
  switch (column.type) {
    case ColumnType::kInteger:
    case ColumnType::kBoolean:
    case ColumnType::kDate:
    case ColumnType::kTimestamp:
    case ColumnType::kStructs:
      return rows * (sizeof(std::int32_t) + sizeof(std::int64_t));
    case ColumnType::kText:
      return rows * sizeof(std::int32_t) + values.characters.size();
    case ColumnType::kTexts:
      return rows * (sizeof(std::int32_t) + kArrayHead) + values.item_offsets.size() * sizeof(std::int32_t) +
             values.characters.size();
  }
  return 0;
}

// PostgreSQL's binary COPY format, which its manual describes under COPY: a header, rows, a trailer.

std::string binary_copy_header() { return std::string(kSignature) + std::string(2 * sizeof(std::int32_t), '\0'); }

std::string binary_copy_trailer() { return "\377\377"; }

/// Replaces `bytes` by the rows of `batch`, whose columns are `columns`: each value in the type that
/// bulkmarc::sql_type() has for its column. With `has_marks`, each row ends with a boolean.
void write_binary_copy(const bulkmarc::RowBatch& batch, std::span<const Column> columns, bool has_marks,
                       std::string& bytes) {
  const std::span<const ColumnValues> values = batch.columns();
  std::size_t size = batch.rows() * (sizeof(std::int16_t) + (has_marks ? kBooleanBytes : 0));
  for (std::size_t column = 0; column < columns.size(); ++column) {
    size += most_bytes(columns[column], values[column], batch.rows());
  }
  bytes.resize(size);
  Writer writer(bytes.data());
  auto marked = batch.marked().begin();
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    writer.integer<std::int16_t>(static_cast<std::int16_t>(columns.size() + (has_marks ? 1 : 0)));
    for (std::size_t column = 0; column < columns.size(); ++column) {
      write_value(columns[column], values[column], row, writer);
    }
    if (!has_marks) continue;
    while (marked != batch.marked().end() && marked->end <= row) ++marked;
    writer.boolean(marked != batch.marked().end() && marked->begin <= row);
  }
  bytes.resize(static_cast<std::size_t>(writer.at() - bytes.data()));
}

std::uint64_t copy_share(bulkmarc::RowStream& rows, const std::string& statement, bool has_marks,
                         Connection& connection) {
  std::uint64_t sent = 0;
  const auto send = [&connection, &sent](const std::string& bytes) {
    connection.put(bytes);
    sent += bytes.size();
  };
  connection.begin_copy(statement);
  send(binary_copy_header());
  bulkmarc::RowBatch batch;
  std::string bytes;
  while (rows.next(batch)) {
    write_binary_copy(batch, rows.table().columns(), has_marks, bytes);
    send(bytes);
  }
  send(binary_copy_trailer());
  connection.end_copy();
  return sent;
}

}  // namespace

std::uint64_t copy_rows(bulkmarc::RowStream& rows, const std::string& statement, bool has_marks,
                        std::vector<Connection>& connections, std::stop_source& stop) {
  std::atomic<std::uint64_t> bytes = 0;
  on_each(connections, stop,
          [&](Connection& connection) { bytes += copy_share(rows, statement, has_marks, connection); });
  return bytes;
}
