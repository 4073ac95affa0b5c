#pragma once

#include <concepts>
#include <cstddef>
#include <string_view>

#include <bulkmarc/table.hpp>

#include "formats/marcjson/json_escapes.hpp"
#include "formats/sink.hpp"
#include "text/byte_set.hpp"
#include "text/scan_kernels.hpp"

namespace bulkmarc {

/// How JSON stands in a format of rows, where a quote or a backslash may be special once more.
template <class Dialect>
concept JsonDialect = requires(CountingSink sink) {
  sink.literal(Dialect::kJsonQuote);
  sink.literal(Dialect::kJsonBackslash);
};

/// A list of structs as a JSON array of objects, with all columns by name, also those that are null: the StructWriter
/// (tables/table_impl.hpp) of formats that are bytes.
template <class Sink, JsonDialect Dialect>
class JsonStructs {
 public:
  static constexpr SpecialBytes kSpecial = {{'"', '\\', '"', '\\'}};
  static constexpr ByteSet kOdd{"\"\\\x01-\x1F"};
  static constexpr std::string_view kEmpty = "[]";

  /// Begins the array. Borrows `list`.
  JsonStructs(const Column& list, Sink sink) : list_(&list), column_(list.children.data()), sink_(sink) {
    sink_.put('[');
  }

  [[gnu::always_inline]] void begin_struct() {
    sink_.put(is_empty_ ? '{' : ',');
    if (!is_empty_) sink_.put('{');
    is_empty_ = false;
    column_ = list_->children.data();
  }
  [[gnu::always_inline]] void end_struct() {
    sink_.shorten(1);
    sink_.put('}');
  }

  [[gnu::always_inline]] void null() {
    put_key();
    sink_.literal("null,");
  }
  void text(std::string_view value) {
    begin_string();
    sink_ = put_json_string<Dialect>(sink_, value);
    end_string();
  }
  [[gnu::always_inline]] void plain(std::string_view value) {
    begin_string();
    sink_.append(value);
    end_string();
  }
  [[gnu::always_inline]] void plain(std::string_view whole, std::size_t from, std::size_t to) {
    begin_string();
    sink_.text(whole, from, to);
    end_string();
  }
  [[nodiscard]] JsonStructs begin_structs() {
    put_key();
    return {column_[-1], sink_};
  }
  [[gnu::always_inline]] void end_structs(const JsonStructs& structs) {
    sink_ = structs.end();
    sink_.put(',');
  }

  [[nodiscard]] bool is_empty() const { return is_empty_; }
  /// What took all of it, with the end of the array.
  [[nodiscard]] Sink end() const {
    Sink sink = sink_;
    sink.put(']');
    return sink;
  }

 private:
  [[gnu::always_inline]] void put_key() {
    sink_.literal(Dialect::kJsonQuote);
    sink_.append((column_++)->name);
    sink_.literal(Dialect::kJsonQuote);
    sink_.put(':');
  }
  [[gnu::always_inline]] void begin_string() {
    put_key();
    sink_.literal(Dialect::kJsonQuote);
  }
  [[gnu::always_inline]] void end_string() {
    sink_.literal(Dialect::kJsonQuote);
    sink_.put(',');
  }

  const Column* list_;
  const Column* column_;  // Of the next value.
  Sink sink_;
  bool is_empty_ = true;
};

}  // namespace bulkmarc
