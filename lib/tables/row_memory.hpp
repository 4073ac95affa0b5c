#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <bulkmarc/record_view.hpp>

#include "record/field_location.hpp"
#include "record/record_copy.hpp"
#include "select/field_index.hpp"
#include "text/buffer.hpp"
#include "text/specials.hpp"

namespace bulkmarc {

/// Where a record comes from.
struct RecordOrigin {
  std::uint64_t number = 0;  ///< In the whole run.
  std::size_t input = 0;     ///< The index of the input.
  std::uint64_t offset = 0;  ///< As BatchRecord has it.
};

/// What the rows of one record need; used again for the next.
class RowMemory {
 public:
  Specials specials;
  FieldIndex fields;
  Buffer joined;            ///< The text of several values.
  Buffer joined_subfields;  ///< That of several subfields of one field.
  Buffer document;          ///< The record in another format, where a column has that.
  Buffer cell;              ///< Of a spreadsheet, where it is not the value itself.

  /// The leader as tables have it: it says UTF-8. Valid until the next call.
  std::string_view leader_of(const RecordView& view);

  /// Sets the record of `notes` to one without NUL, which no target can hold: the same bytes, or a copy that lives
  /// until the next call. Each NUL becomes U+FFFD, which is noted.
  void replace_nuls(RecordNotes& notes);

 private:
  std::array<char, kLeaderLength> leader_{};
  RecordCopy without_nuls_;
};

}  // namespace bulkmarc
