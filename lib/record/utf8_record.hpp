#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <bulkmarc/record_view.hpp>

#include "record/outcome.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {

/// The place of the character coding scheme in the leader: `a` is UTF-8, a blank is MARC-8.
inline constexpr std::size_t kCodingScheme = 9;

/// Sees to it that records are UTF-8, whatever their leader says, and holds the memory of the last one that
/// had to be changed.
class Utf8Converter {
 public:
  /// Points `view` to the record in valid UTF-8: the same bytes, or a copy that lives until the next call. What
  /// was wrong is added to `repairs`. Returns why the record can't be converted, if so. Leader/09 stays as it is.
  std::optional<Problem> convert(RecordView& view, std::vector<Problem>& repairs);

 private:
  /// Makes a copy in which U+FFFD stands for all that is not UTF-8.
  RecordView replace_invalid(const RecordView& view);

  Buffer text_;
  std::vector<DirectoryEntry> directory_;
};

}  // namespace bulkmarc
