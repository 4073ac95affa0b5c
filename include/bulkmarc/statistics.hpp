#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/export_macro.hpp>

namespace bulkmarc {

/// What a record's text is, whatever its leader says.
enum class Encoding : std::uint8_t {
  kAscii,            ///< ASCII without escape sequences and character references, under any label.
  kUtf8,             ///< Says UTF-8, and is.
  kInvalidUtf8,      ///< Says UTF-8, and is not.
  kMislabelledUtf8,  ///< Does not say UTF-8, and is.
  kMarc8,            ///< MARC-8 beyond ASCII; some of its fields may be UTF-8.
};

/// `ascii`, `utf8`, `invalid_utf8`, `mislabelled_utf8` or `marc8`.
[[nodiscard]] BULKMARC_API std::string_view encoding_name(Encoding encoding);

/// What the records of a run are made of. Counts all that can be decoded, the rejected ones among them, as they are in
/// the input. Lists begin with what most records have; what as many have is in the order of its name.
struct Statistics {
  std::uint64_t records = 0;  ///< That were counted.

  struct Type {
    char type = 0;   ///< Leader/06.
    char level = 0;  ///< Leader/07, the bibliographic level.
    std::uint64_t records = 0;
  };
  std::vector<Type> types;

  struct EncodingCount {
    Encoding encoding{};
    std::uint64_t records = 0;
  };
  std::vector<EncodingCount> encodings;

  /// The longest record, the first one of several.
  struct Longest {
    std::uint64_t bytes = 0;   ///< In its input; for a record from memory, of its leader and fields.
    std::uint64_t record = 0;  ///< Its number in the whole run, from 1; 0 where there is no record.
    std::size_t input = 0;     ///< The index of its input in the Source.
    std::uint64_t offset = 0;  ///< Of its first byte in its input; for records in memory, its index.
    std::string control_number;
  } longest;

  struct Subfield {
    char code = 0;
    std::uint64_t records = 0;      ///< That have it in a field with this tag.
    std::uint64_t occurrences = 0;  ///< In all fields with this tag.
  };
  struct Field {
    std::string tag;
    std::uint64_t records = 0;      ///< That have it.
    std::uint64_t occurrences = 0;  ///< In all records.
    std::vector<Subfield> subfields;
  };
  std::vector<Field> fields;
  /// Occurrences that `fields` leaves out, because damaged or hostile records have more kinds of fields and subfields
  /// than are told apart: the first 100,000.
  std::uint64_t left_out = 0;
};

}  // namespace bulkmarc
