#pragma once

#include <simdjson.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "input/text_reader.hpp"
#include "text/buffer.hpp"

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

/// Parses records of MARC-in-JSON. Keys come in any order; those that the format does not know are passed over.
class JsonParser final : public TextParser {
 public:
  std::optional<Problem> parse(std::string_view piece, RecordBuilder& builder) override;

 private:
  using Error = simdjson::error_code;
  using Value = simdjson::ondemand::value;

  Error take_document(std::string_view piece, RecordBuilder& builder);
  Error take_record(std::string_view text, RecordBuilder& builder);
  /// Hands every member of every object of an array, which has one each as a rule, to take(key, value).
  template <class Take>
  static Error each_member(Value list, const Take& take);
  Error take_fields(Value fields, RecordBuilder& builder);
  Error take_field(std::string_view tag, Value value, RecordBuilder& builder);
  /// A field whose value is not an object.
  Error take_text_field(std::string_view tag, Value value, RecordBuilder& builder);
  Error take_subfields(Value subfields, RecordBuilder& builder);
  /// The text of a key. Valid as long as the piece.
  static Error key_of(simdjson::ondemand::field& field, std::string_view& text);
  /// The text of a value, which ought to be a string. Valid as long as the piece.
  Error text_of(Value& value, std::string_view& text, RecordBuilder& builder) const;

  simdjson::ondemand::parser parser_;
  bool has_escapes_ = false;  // Whether the piece holds a backslash at all.
  bool has_fields_ = false;   // Whether the record has the key.
  // The piece, where it could not be parsed as it stands: with delimiters escaped, then without half surrogate pairs,
  // and then in valid UTF-8.
  Buffer escaped_;
  Buffer mended_;
  Buffer valid_;
};

/// MARC-in-JSON: an array of records, or records one after the other, a line each or not; or an object with an array of
/// records among its members, as servers answer.
class JsonFormat final : public TextFormat {
 public:
  [[nodiscard]] bool recognizes(std::string_view first_bytes) const override;
  Piece split(std::string_view bytes, bool ended) override;
  [[nodiscard]] std::unique_ptr<TextParser> make_parser() const override;

 private:
  /// What stands between records, and does not belong there.
  Piece split_stray(std::string_view bytes, bool ended);
  Piece split_object(std::string_view bytes, bool ended);
  /// Passes over members of an object that follow its array of records.
  Piece pass_members(std::string_view bytes, bool ended);

  /// What stands around the current text: the array in an object, or the object itself.
  enum class Around { kNothing, kArray, kMembers } around_ = Around::kNothing;
  bool in_stray_ = false;          // The piece before was a stray one.
  std::string_view other_format_;  // Its name, once one has begun.
};

}  // namespace bulkmarc
