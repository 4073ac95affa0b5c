#pragma once

#include <algorithm>
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

/// A row a line, and a delimiter between the columns. A `Dialect` has
///
///     static constexpr char kDelimiter;
///     static constexpr char kLineEnd[];
///     static constexpr bool kHasHeader;
///     static constexpr std::size_t kMostPerByte;
///     static constexpr SpecialBytes kSpecial;      // with all controls it marks what is in kOdd
///     static constexpr ByteSet kOdd;               // what can't stand in a value as it is
///     static constexpr std::string_view kNull, kEmpty, kEmptyList;
///     // Take a sink, and return it: they are out of the hot code.
///     Sink put_odd(Sink, std::string_view value, const RecordNotes& notes);       // holds odd bytes
///     Sink begin_list(Sink); Sink put_item(Sink, value); Sink end_list(Sink);     // of a list that is not empty
template <class Dialect>
class Delimited {
 public:
  static constexpr std::size_t kMostPerByte = Dialect::kMostPerByte;

  explicit Delimited(std::span<const Column> columns) : columns_(columns.size()) {
    if (!Dialect::kHasHeader) return;
    for (const Column& column : columns) {
      if (!header_.empty()) header_ += Dialect::kDelimiter;
      header_ += column.name;
    }
    header_ += Dialect::kLineEnd;
  }

  [[nodiscard]] std::string_view header() const { return header_; }
  [[nodiscard]] std::size_t names_length() const { return 4 * columns_; }

  template <class Sink>
  class Writer {
   public:
    static constexpr SpecialBytes kSpecial = Dialect::kSpecial;
    static constexpr ByteSet kOdd = Dialect::kOdd;
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
      sink_.literal(Dialect::kLineEnd);
    }

    [[gnu::always_inline]] void null() {
      sink_.append(Dialect::kNull);
      sink_.put(Dialect::kDelimiter);
    }
    [[gnu::always_inline]] void integer(std::int64_t value) {
      put_integer(sink_, value);
      sink_.put(Dialect::kDelimiter);
    }
    [[gnu::always_inline]] void text(std::string_view value) {
      sink_ = put_text(sink_, value, *notes_);
      sink_.put(Dialect::kDelimiter);
    }
    [[gnu::always_inline]] void plain(std::string_view value) {
      sink_.append(value);
      sink_.put(Dialect::kDelimiter);
    }
    [[gnu::always_inline]] void plain(std::string_view whole, std::size_t from, std::size_t to) {
      if (from == to) {
        sink_.append(Dialect::kEmpty);
      } else {
        sink_.text(whole, from, to);
      }
      sink_.put(Dialect::kDelimiter);
    }

    void begin_list() { items_ = 0; }
    void item(std::string_view value) {
      if (items_++ == 0) {
        sink_ = Dialect::begin_list(sink_);
      } else {
        sink_.put(',');
      }
      sink_ = Dialect::put_item(sink_, value);
    }
    void end_list() {
      if (items_ == 0) {
        sink_.append(Dialect::kEmptyList);
      } else {
        sink_ = Dialect::end_list(sink_);
      }
      sink_.put(Dialect::kDelimiter);
    }

   private:
    /// As Dialect::put_odd(), for a text in which anything may be.
    [[gnu::noinline]] static Sink put_text(Sink sink, std::string_view value, const RecordNotes& notes) {
      const bool is_odd = std::ranges::any_of(value, [](char byte) { return Dialect::kOdd.contains(byte); });
      if (is_odd) return Dialect::put_odd(sink, value, notes);
      sink.append(value.empty() ? Dialect::kEmpty : value);
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
