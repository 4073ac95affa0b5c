#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <bulkmarc/record_view.hpp>
#include <bulkmarc/statistics.hpp>

#include "record/field_location.hpp"
#include "record/leader.hpp"
#include "record/record_copy.hpp"
#include "text/charset.hpp"

namespace bulkmarc {

/// What the record's text is, as a whole: of one in MARC-8 some fields may be UTF-8, as Utf8Converter finds out. kAscii
/// is only told apart from MARC-8, not from UTF-8.
[[nodiscard]] Encoding encoding_of(const RecordView& record);

/// Sees to it that records are UTF-8, whatever their leader says, and holds the memory of the last one that
/// had to be changed.
class Utf8Converter {
 public:
  /// Points `view` to the record in valid UTF-8: the same bytes, or a copy that lives until the next call. What
  /// was wrong is added to `repairs`. Returns why the record can't be converted, if so. Leader/09 stays as it is.
  std::optional<Problem> convert(RecordView& view, std::vector<Problem>& repairs);

  /// The same for a record whose text is in a character set, whatever its leader says.
  void decode(const Charset& charset, RecordView& view, std::vector<Problem>& repairs);

  /// The same for a record that is meant to be UTF-8, whatever its leader says.
  void make_valid(RecordView& view, std::vector<Problem>& repairs);

  /// Points `view`, as convert() left it, to the record with composed characters: the same bytes, or a copy that lives
  /// until the next call. What was put in for that is added to `repairs`.
  void compose(RecordView& view, std::vector<Problem>& repairs);

 private:
  void replace_invalid(RecordView& view, std::vector<Problem>& repairs);
  std::optional<Problem> decode_marc8(RecordView& view, std::vector<Problem>& repairs);

  RecordCopy converted_;
  RecordCopy composed_;
};

}  // namespace bulkmarc
