#pragma once

#include <cstddef>
#include <string_view>

namespace bulkmarc {

/// The keys that every record of MARC-in-JSON has.
inline constexpr std::string_view kLeaderKey = "\"leader\"";
inline constexpr std::string_view kFieldsKey = "\"fields\"";

/// What the members of an object tell of it.
struct JsonMembers {
  enum class Kind {
    kRecord,   ///< One of them is a record's.
    kRecords,  ///< One of them is an array of records, the first of which follows after `length` bytes.
    kEnd,      ///< None of them is; the object ends after `length` bytes.
    kMore,     ///< The text ends before that can be told.
    kError,    ///< The text is not JSON.
  } kind;
  std::size_t length;
};

/// Looks at the members of an object, one by one. `text` begins with one of them, or with what stands between them;
/// with `ended` no text follows.
[[nodiscard]] JsonMembers look_at_members(std::string_view text, bool ended);

/// The same of an object that is known to be no record.
[[nodiscard]] JsonMembers look_for_records(std::string_view text, bool ended);

}  // namespace bulkmarc
