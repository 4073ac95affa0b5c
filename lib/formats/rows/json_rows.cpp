#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/marcjson/json_escapes.hpp"
#include "formats/rows/table_emitter.hpp"

namespace bulkmarc {
namespace {

/// A row is an object on a line of its own, with all columns by name, also those that are null.
class JsonRows {
 public:
  static constexpr std::size_t kMostPerByte = 6;

  explicit JsonRows(std::span<const Column> columns) {
    for (const Column& column : columns) {
      keys_.push_back('"' + column.name + "\":");
      names_length_ += keys_.back().size() + 8;
    }
  }

  [[nodiscard]] static std::string_view header() { return ""; }
  [[nodiscard]] std::size_t names_length() const { return names_length_; }

  template <class Sink>
  class Writer {
   public:
    static constexpr SpecialBytes kSpecial = {{'"', '\\', '"', '\\'}};
    static constexpr ByteSet kOdd{"\"\\\x01-\x1F"};
    struct Head {
      typename Sink::Mark row{};
      std::size_t length = 0;
      const std::string* next_key = nullptr;
    };

    Writer(const std::string* keys, Sink sink) : keys_(keys), key_(keys), sink_(sink), row_(sink.mark()) {}

    [[nodiscard]] Sink sink() const { return sink_; }

    void begin_row() {
      row_ = sink_.mark();
      key_ = keys_;
      sink_.put('{');
    }
    void begin_row_with(Head head) {
      row_ = sink_.mark();
      sink_.repeat(head.row, head.length);
      key_ = head.next_key;
    }
    [[nodiscard]] Head head() const { return {row_, sink_.since(row_), key_}; }
    void end_row() {
      sink_.shorten(1);
      sink_.literal("}\n");
    }

    void null() {
      put_key();
      sink_.literal("null,");
    }
    void integer(std::int64_t value) {
      put_key();
      put_integer(sink_, value);
      sink_.put(',');
    }
    void boolean(bool value) {
      put_key();
      sink_.append(value ? "true," : "false,");
    }
    void date(std::int64_t days) {
      put_key();
      sink_.put('"');
      sink_ = put_date(sink_, days);
      sink_.literal("\",");
    }
    void timestamp(std::int64_t seconds) {
      put_key();
      sink_.put('"');
      sink_ = put_timestamp(sink_, seconds);
      sink_.literal("\",");
    }
    void text(std::string_view value) {
      put_key();
      sink_.put('"');
      sink_ = put_json_string(sink_, value);
      sink_.literal("\",");
    }
    void plain(std::string_view value) { plain(value, 0, value.size()); }
    void plain(std::string_view whole, std::size_t from, std::size_t to) {
      put_key();
      sink_.put('"');
      sink_.text(whole, from, to);
      sink_.literal("\",");
    }

    void begin_list() {
      put_key();
      sink_.put('[');
      items_ = 0;
    }
    void item(std::string_view value) {
      if (items_++ != 0) sink_.put(',');
      sink_.put('"');
      sink_ = put_json_string(sink_, value);
      sink_.put('"');
    }
    void end_list() { sink_.literal("],"); }

   private:
    void put_key() { sink_.append(*key_++); }

    const std::string* keys_;
    const std::string* key_;  // Of the next column.
    Sink sink_;
    typename Sink::Mark row_;
    std::size_t items_ = 0;  // Of the current list.
  };

  template <class Sink>
  [[nodiscard]] Writer<Sink> writer(const RecordNotes&, Sink sink) const {
    return {keys_.data(), sink};
  }

 private:
  std::vector<std::string> keys_;  // As they stand before their values.
  std::size_t names_length_ = 0;
};

}  // namespace

std::unique_ptr<BatchWriter> make_json_rows_writer(const Table& table) { return make_row_writer<JsonRows>(table); }

}  // namespace bulkmarc
