#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/table.hpp>

#include "formats/rows/table_emitter.hpp"
#include "text/byte_set.hpp"
#include "text/specials.hpp"

namespace bulkmarc {

/// What tells one format of delimited rows from another. The functions take a sink and return it, as they are out of
/// the hot code.
template <class Format>
concept Dialect = requires(CountingSink sink, std::string_view value, const RecordNotes& notes) {
  { Format::kDelimiter } -> std::convertible_to<char>;
  { Format::kLineEnd } -> std::convertible_to<std::string_view>;
  { Format::kHasHeader } -> std::convertible_to<bool>;
  { Format::kMostPerByte } -> std::convertible_to<std::size_t>;  // No byte of text becomes more bytes.
  { Format::kSpecial } -> std::convertible_to<SpecialBytes>;     // With all controls it marks what is in kOdd.
  { Format::kOdd } -> std::convertible_to<ByteSet>;              // What can't stand in a value as it is.
  { Format::kNull } -> std::convertible_to<std::string_view>;
  { Format::kTrue } -> std::convertible_to<std::string_view>;
  { Format::kFalse } -> std::convertible_to<std::string_view>;
  { Format::kEmpty } -> std::convertible_to<std::string_view>;
  { Format::kEmptyList } -> std::convertible_to<std::string_view>;
  { Format::put_odd(sink, value, notes) } -> std::same_as<CountingSink>;  // A value that holds a byte of kOdd.
  { Format::begin_list(sink) } -> std::same_as<CountingSink>;             // These three: a list that is not empty.
  { Format::put_item(sink, value) } -> std::same_as<CountingSink>;
  { Format::end_list(sink) } -> std::same_as<CountingSink>;
};

/// A row a line, and a delimiter between the columns.
template <Dialect Format>
class Delimited {
 public:
  static constexpr std::size_t kMostPerByte = Format::kMostPerByte;

  explicit Delimited(std::span<const Column> columns) : columns_(columns.size()) {
    if (!Format::kHasHeader) return;
    for (const Column& column : columns) {
      if (!header_.empty()) header_ += Format::kDelimiter;
      header_ += column.name;
    }
    header_ += Format::kLineEnd;
  }

  [[nodiscard]] std::string_view header() const { return header_; }
  [[nodiscard]] std::size_t names_length() const { return 4 * columns_; }

  template <class Sink>
  class Writer {
   public:
    static constexpr SpecialBytes kSpecial = Format::kSpecial;
    static constexpr ByteSet kOdd = Format::kOdd;
    /// Repeated from the row that it was taken from, and not from the last one, whose bytes may still be on their way
    /// to the cache.
    struct Head {
      typename Sink::Mark row{};
      std::size_t length = 0;
    };

    Writer(const RecordNotes& notes, Sink sink) : notes_(&notes), sink_(sink), row_(sink.mark()) {}

    [[nodiscard]] Sink sink() const { return sink_; }

    [[gnu::always_inline]] void begin_row() { row_ = sink_.mark(); }
    [[gnu::always_inline]] void begin_row_with(Head head) {
      row_ = sink_.mark();
      sink_.repeat(head.row, head.length);
    }
    [[nodiscard]] Head head() const { return {row_, sink_.since(row_)}; }
    [[gnu::always_inline]] void end_row() {
      sink_.shorten(1);
      sink_.literal(Format::kLineEnd);
    }

    [[gnu::always_inline]] void null() {
      sink_.append(Format::kNull);
      sink_.put(Format::kDelimiter);
    }
    [[gnu::always_inline]] void integer(std::int64_t value) {
      put_integer(sink_, value);
      sink_.put(Format::kDelimiter);
    }
    void boolean(bool value) {
      sink_.append(value ? Format::kTrue : Format::kFalse);
      sink_.put(Format::kDelimiter);
    }
    void date(std::int64_t days) {
      sink_ = put_date(sink_, days);
      sink_.put(Format::kDelimiter);
    }
    void timestamp(std::int64_t seconds) {
      sink_ = put_timestamp(sink_, seconds);
      sink_.put(Format::kDelimiter);
    }
    [[gnu::always_inline]] void text(std::string_view value) {
      sink_ = put_text(sink_, value, *notes_);
      sink_.put(Format::kDelimiter);
    }
    [[gnu::always_inline]] void plain(std::string_view value) {
      sink_.append(value);
      sink_.put(Format::kDelimiter);
    }
    [[gnu::always_inline]] void plain(std::string_view whole, std::size_t from, std::size_t to) {
      if (from == to) {
        sink_.append(Format::kEmpty);
      } else {
        sink_.text(whole, from, to);
      }
      sink_.put(Format::kDelimiter);
    }

    void begin_list() { items_ = 0; }
    void item(std::string_view value) {
      if (items_++ == 0) {
        sink_ = Format::begin_list(sink_);
      } else {
        sink_.put(',');
      }
      sink_ = Format::put_item(sink_, value);
    }
    void end_list() {
      if (items_ == 0) {
        sink_.append(Format::kEmptyList);
      } else {
        sink_ = Format::end_list(sink_);
      }
      sink_.put(Format::kDelimiter);
    }

   private:
    /// As put_odd() of the dialect, for a text in which anything may be.
    [[gnu::noinline]] static Sink put_text(Sink sink, std::string_view value, const RecordNotes& notes) {
      const bool is_odd = std::ranges::any_of(value, [](char byte) { return Format::kOdd.contains(byte); });
      if (is_odd) return Format::put_odd(sink, value, notes);
      sink.append(value.empty() ? Format::kEmpty : value);
      return sink;
    }

    const RecordNotes* notes_;
    Sink sink_;
    typename Sink::Mark row_;
    std::size_t items_ = 0;  // Of the current list.
  };

  template <class Sink>
  [[nodiscard]] Writer<Sink> writer(const RecordNotes& notes, Sink sink) const {
    return {notes, sink};
  }

 private:
  std::string header_;
  std::size_t columns_;
};

}  // namespace bulkmarc
