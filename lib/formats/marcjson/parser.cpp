#include "formats/marcjson/parser.hpp"

#include <array>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include "formats/marcjson/json_escapes.hpp"
#include "formats/marcjson/json_scan.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

namespace ondemand = simdjson::ondemand;

static_assert(kReadableBeyondPiece >= simdjson::SIMDJSON_PADDING);

constexpr std::array<char, kReadableBeyondPiece> kZeros = {};

/// What stands between the quotes of a string that holds no escapes; `token` may be followed by white space.
std::string_view unquoted(std::string_view token) {
  while (token.back() != '"') token.remove_suffix(1);
  return token.substr(1, token.size() - 2);
}

/// The control number of a record that can't be parsed, where it stands as everybody writes it.
std::string_view find_control_number(std::string_view piece) {
  constexpr std::string_view kKey = "\"001\":";
  const std::size_t key = piece.find(kKey);
  if (key == std::string_view::npos) return {};
  piece.remove_prefix(key + kKey.size());
  const std::size_t quote = piece.find_first_not_of(' ');
  if (quote == std::string_view::npos || piece[quote] != '"') return {};
  piece = piece.substr(quote + 1, 64);
  const std::size_t end = piece.find_first_of("\"\\\n");
  return end == std::string_view::npos || piece[end] != '"' ? std::string_view{} : piece.substr(0, end);
}

/// The object that a piece holds, where no more follows it than what stands between records.
std::string_view without_rest_of_array(std::string_view piece) {
  const JsonEnd end = find_json_end(piece, true);
  const bool ends = end.kind == JsonEnd::Kind::kEnd &&
                    piece.find_first_not_of(" \t\n\r,[]\x1E", end.length) == std::string_view::npos;
  return ends ? piece.substr(0, end.length) : piece;
}

}  // namespace

std::optional<Problem> JsonParser::parse(std::string_view piece, RecordBuilder& builder) {
  const Error error = take_document(piece, builder);
  if (error == simdjson::SUCCESS && has_fields_) return std::nullopt;
  if (const auto number = find_control_number(piece); !number.empty()) builder.control_field("001", number);
  if (error == simdjson::SUCCESS) return Problem{Reason::kSyntax, "an object without \"fields\" is not a record"};
  if (error == simdjson::NO_SUCH_FIELD) {
    return Problem{Reason::kSyntax, "the object of a field has other keys than \"subfields\", but not that one"};
  }
  return Problem{Reason::kSyntax, fmt::format("not a record in JSON: {}", simdjson::error_message(error))};
}

JsonParser::Error JsonParser::take_document(std::string_view piece, RecordBuilder& builder) {
  has_escapes_ = piece.find('\\') != std::string_view::npos;
  const bool has_lone_surrogates = has_escapes_ && holds_lone_surrogates(piece);
  if (!has_lone_surrogates) {
    if (quick_.parse(piece, builder)) {
      has_fields_ = true;
      return simdjson::SUCCESS;
    }
    builder.begin_again();
    if (take_record(piece, builder) == simdjson::SUCCESS) return simdjson::SUCCESS;
  }
  builder.begin_again();
  if (holds_delimiters(piece)) {
    escaped_.clear();
    append_with_escaped_delimiters(piece, escaped_);
    has_escapes_ = true;
    piece = without_rest_of_array(escaped_.view());
  }
  if (has_lone_surrogates) {
    mended_.clear();
    append_without_lone_surrogates(piece, mended_);
    piece = mended_.view();
    builder.repair(Reason::kCharacter, "half of a surrogate pair became U+FFFD");
  }
  if (!is_utf8(piece)) builder.repair(Reason::kInvalidUtf8, "invalid bytes became U+FFFD");
  valid_.clear();
  append_valid_utf8(piece, valid_);
  const std::size_t length = valid_.size();
  // What simdjson says of a piece that is not JSON may depend on the bytes behind it.
  valid_.append(std::string_view(kZeros.data(), kZeros.size()));
  return take_record(valid_.view().substr(0, length), builder);
}

JsonParser::Error JsonParser::take_record(std::string_view text, RecordBuilder& builder) {
  ondemand::document document;
  Error error = parser_.iterate(text.data(), text.size(), text.size() + kReadableBeyondPiece).get(document);
  ondemand::object record;
  if (!error) error = document.get_object().get(record);
  has_fields_ = false;
  if (error) return error;
  for (auto member : record) {
    ondemand::field field;
    std::string_view key;
    if ((error = std::move(member).get(field)) || (error = key_of(field, key))) return error;
    if (key == "leader") {
      std::string_view leader;
      if ((error = text_of(field.value(), leader, builder))) return error;
      builder.leader(leader);
    } else if (key == "fields") {
      if (std::exchange(has_fields_, true)) builder.repair(Reason::kSyntax, "\"fields\" stands twice; both were taken");
      if ((error = take_fields(field.value(), builder))) return error;
    }
  }
  // What simdjson passes over may have too many brackets.
  return document.current_location().error() == simdjson::OUT_OF_BOUNDS ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
}

template <class Take>
JsonParser::Error JsonParser::each_member(Value list, const Take& take) {
  ondemand::array array;
  Error error = list.get_array().get(array);
  if (error) return error;
  for (auto element : array) {
    ondemand::object object;
    if ((error = element.get_object().get(object))) return error;
    for (auto member : object) {
      ondemand::field field;
      std::string_view key;
      if ((error = std::move(member).get(field)) || (error = key_of(field, key))) return error;
      if ((error = take(key, field.value()))) return error;
    }
  }
  return simdjson::SUCCESS;
}

JsonParser::Error JsonParser::take_fields(Value fields, RecordBuilder& builder) {
  return each_member(fields, [&](std::string_view tag, Value value) { return take_field(tag, value, builder); });
}

JsonParser::Error JsonParser::take_field(std::string_view tag, Value value, RecordBuilder& builder) {
  ondemand::object content;
  Error error = value.get_object().get(content);
  if (error == simdjson::INCORRECT_TYPE) return take_text_field(tag, value, builder);
  if (error) return error;
  builder.begin_data_field(tag);
  bool has_indicator[kIndicatorCount] = {};
  bool has_subfields = false;
  bool has_others = false;
  for (auto member : content) {
    ondemand::field field;
    std::string_view key;
    if ((error = std::move(member).get(field)) || (error = key_of(field, key))) return error;
    if (key == "ind1" || key == "ind2") {
      const std::size_t index = key == "ind1" ? 0 : 1;
      std::string_view indicator;
      if ((error = text_of(field.value(), indicator, builder))) return error;
      if (std::exchange(has_indicator[index], true)) {
        builder.repair(Reason::kSyntax, "an indicator stands twice; the first one counts");
      } else {
        builder.indicator(index, indicator);
      }
    } else if (key == "subfields") {
      if (std::exchange(has_subfields, true)) {
        builder.repair(Reason::kSyntax, "\"subfields\" stands twice; both were taken");
      }
      if ((error = take_subfields(field.value(), builder))) return error;
    } else {
      has_others = true;
    }
  }
  // Its data may stand under a key that is misspelt.
  if (!has_subfields && has_others) return simdjson::NO_SUCH_FIELD;
  if (!has_indicator[0] || !has_indicator[1]) builder.repair_missing_indicators();
  builder.end_data_field_with_indicators();
  return simdjson::SUCCESS;
}

JsonParser::Error JsonParser::take_text_field(std::string_view tag, Value value, RecordBuilder& builder) {
  std::string_view data;
  const bool is_control = tag.starts_with("00");
  if (!is_control) builder.begin_data_field(tag);
  if (const Error error = text_of(value, data, builder)) return error;
  if (is_control) {
    builder.control_field(tag, data);
  } else {
    builder.stray_data(data);
    builder.end_data_field();
  }
  return simdjson::SUCCESS;
}

JsonParser::Error JsonParser::take_subfields(Value subfields, RecordBuilder& builder) {
  return each_member(subfields, [&](std::string_view code, Value value) {
    std::string_view text;
    const Error error = text_of(value, text, builder);
    if (!error) builder.subfield(code, text);
    return error;
  });
}

JsonParser::Error JsonParser::key_of(ondemand::field& field, std::string_view& text) {
  // The parser has made sure that every string is closed.
  const char* begin = field.key().raw();
  const char* end = begin;
  while (*end != '"' && *end != '\\') ++end;
  if (*end == '\\') return field.unescaped_key().get(text);
  text = {begin, end};
  return simdjson::SUCCESS;
}

JsonParser::Error JsonParser::text_of(Value& value, std::string_view& text, RecordBuilder& builder) const {
  const std::string_view token = value.raw_json_token();
  if (token.starts_with('"')) {
    if (has_escapes_ && token.find('\\') != std::string_view::npos) return value.get_string().get(text);
    text = unquoted(token);
    return simdjson::SUCCESS;
  }
  builder.repair(Reason::kSyntax, "a value that is not a string was taken as text");
  const Error error = simdjson::to_json_string(value).get(text);
  if (text == "null") text = {};
  return error;
}

}  // namespace bulkmarc
