#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tables/row_memory.hpp"

namespace bulkmarc {

/// With what each row begins: the number of its record, and what else was asked for of where that comes from.
struct Provenance {
  bool has_number = true;                             ///< A column for the number. Of `subfields` always.
  bool has_input = false;                             ///< Columns for the input and the offset.
  std::optional<std::string> load_id = std::nullopt;  ///< A column with this text.
  std::vector<std::string> inputs = {};               ///< Of a run, the names of its inputs, where a column has them.

  [[nodiscard]] bool is_wanted() const { return has_input || load_id; }
  /// The most bytes that the values of these columns have together.
  [[nodiscard]] std::size_t most_bytes() const {
    constexpr std::size_t kLongestNumber = 20;
    std::size_t longest = 0;
    for (const std::string& input : inputs) longest = std::max(longest, input.size());
    return kLongestNumber + longest + (load_id ? load_id->size() : 0);
  }

  /// Begins a row. `Out` is a RowWriter (table_impl.hpp).
  template <class Out>
  [[gnu::always_inline]] void begin_row(const RecordOrigin& origin, Out& out) const {
    out.begin_row();
    if (has_number) [[likely]]
      out.integer(static_cast<std::int64_t>(origin.number));
    if (is_wanted()) [[unlikely]]
      out = put(origin, out);
  }

 private:
  /// Cold, so that the hot code around it stays in registers: `out` goes in and out by value.
  template <class Out>
  [[nodiscard, gnu::cold, gnu::noinline]] Out put(const RecordOrigin& origin, Out out) const {
    if (has_input) {
      origin.input < inputs.size() ? out.text(inputs[origin.input]) : out.text("");
      out.integer(static_cast<std::int64_t>(origin.offset));
    }
    if (load_id) out.text(*load_id);
    return out;
  }
};

}  // namespace bulkmarc
