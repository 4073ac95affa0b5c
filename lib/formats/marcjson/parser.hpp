#pragma once

#include <simdjson.h>

#include <optional>
#include <string_view>

#include "formats/marcjson/quick_parser.hpp"
#include "input/text_reader.hpp"
#include "record/record_builder.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {

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

  QuickParser quick_;
  simdjson::ondemand::parser parser_;
  bool has_escapes_ = false;  // Whether the piece holds a backslash at all.
  bool has_fields_ = false;   // Whether the record has the key.
  // The piece, where it could not be parsed as it stands: with delimiters escaped, then without half surrogate pairs,
  // and then in valid UTF-8.
  Buffer escaped_;
  Buffer mended_;
  Buffer valid_;
};

}  // namespace bulkmarc
