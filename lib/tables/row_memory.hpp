#pragma once

#include <array>
#include <string_view>

#include <bulkmarc/record_view.hpp>

#include "record/field_location.hpp"
#include "record/record_copy.hpp"
#include "text/buffer.hpp"
#include "text/specials.hpp"

namespace bulkmarc {

/// What the rows of one record need; used again for the next.
class RowMemory {
 public:
  Specials specials;
  Buffer joined;            ///< The text of several values.
  Buffer joined_subfields;  ///< That of several subfields of one field.

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
