#pragma once

#include <algorithm>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <bulkmarc/table.hpp>

#include "formats/registry.hpp"
#include "record/internals.hpp"
#include "tables/table_impl.hpp"
#include "tables/typed_values.hpp"

namespace bulkmarc {

/// Cold, so that the hot code around it stays in registers: sinks go in and out by value.
template <class Sink>
[[gnu::cold, gnu::noinline]] Sink put_long_integer(Sink sink, std::int64_t value) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  sink.append({digits, static_cast<std::size_t>(end - digits)});
  return sink;
}

/// An integer in decimal digits. Nearly all of those in rows count subfields and fields.
template <class Sink>
[[gnu::always_inline]] inline void put_integer(Sink& sink, std::int64_t value) {
  if (value >= 0 && value < 10) {
    sink.put(static_cast<char>('0' + value));
  } else if (value >= 10 && value < 100) {
    const auto number = static_cast<unsigned>(value);
    sink.put(static_cast<char>('0' + number / 10));
    sink.put(static_cast<char>('0' + number % 10));
  } else {
    sink = put_long_integer(sink, value);
  }
}

/// A date or a timestamp in the form of ISO 8601. Few tables have one.
template <class Sink>
[[gnu::noinline]] Sink put_date(Sink sink, std::int64_t days) {
  const auto text = date_text(days);
  sink.append({text.data(), text.size()});
  return sink;
}
template <class Sink>
[[gnu::noinline]] Sink put_timestamp(Sink sink, std::int64_t seconds) {
  const auto text = timestamp_text(seconds);
  sink.append({text.data(), text.size()});
  return sink;
}

/// How rows become bytes.
template <class Format>
concept RowFormat = std::constructible_from<Format, std::span<const Column>> &&
    RowWriter<typename Format::template Writer<CountingSink>> &&
    RowWriter<typename Format::template Writer<WritingSink>> &&
    requires(const Format& format, const RecordNotes& notes, CountingSink sink) {
  { Format::kMostPerByte } -> std::convertible_to<std::size_t>;  // No byte of text becomes more bytes.
  { format.header() } -> std::convertible_to<std::string_view>;  // What a file begins with.
  { format.names_length() } -> std::same_as<std::size_t>;        // Of what a row says besides values.
  { format.writer(notes, sink).sink() } -> std::same_as<CountingSink>;
};

/// Rows as bytes: the RecordWriter for a format of rows.
template <RowFormat Format>
class TableEmitter {
 public:
  static constexpr std::string_view kSeparator = "";
  static constexpr bool kUtf8 = true;
  static constexpr std::size_t kMostRowBytes = std::size_t{1} << 27;

  explicit TableEmitter(const Table& table) : table_(table), format_(table.columns()) {
    for (const RecordColumn& column : Internals::of(table)->made_of) {
      longest_separator_ = std::max(
          {longest_separator_, column.separator ? column.separator->size() : 0, column.joint.separator.size()});
    }
  }

  [[nodiscard]] std::string_view prologue() const { return format_.header(); }
  [[nodiscard]] static std::string_view epilogue() { return ""; }

  [[nodiscard]] std::size_t most_bytes(const RecordView& view, const BatchRecord&) const {
    constexpr std::size_t kMostPerByte = Format::kMostPerByte;
    constexpr std::size_t kNumbers = 64;  // And what stands around a value.
    const std::size_t text = view.bytes().size() * kMostPerByte;
    const std::size_t most_values = view.directory().size() + view.bytes().size() / 2 + 1;
    if (Internals::of(table_)->rows == Table::Impl::Rows::kOfRecords) {
      const std::size_t column = text + most_values * (longest_separator_ * kMostPerByte + 8);
      return format_.names_length() + table_.columns().size() * (kNumbers + column);
    }
    const std::size_t head = (view.control_number().size() + 16) * kMostPerByte;
    return text + most_values * (format_.names_length() + kNumbers + head);
  }

  template <class Sink>
  std::optional<Problem> emit(const RecordView& view, const BatchRecord&, WriterMemory& memory, Sink& sink) const {
    RecordNotes notes(view, memory.repairs);
    auto writer = format_.writer(notes, sink);
    Internals::of(table_)->emit_rows(notes, memory.number, memory.rows, writer);
    sink = writer.sink();
    return std::nullopt;
  }

 private:
  Table table_;
  Format format_;
  std::size_t longest_separator_ = 0;
};

template <RowFormat Format>
std::unique_ptr<BatchWriter> make_row_writer(const Table& table) {
  return std::make_unique<BatchWriterOf<TableEmitter<Format>>>(TableEmitter<Format>(table));
}

}  // namespace bulkmarc
