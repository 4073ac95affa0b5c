#include "formats/marcjson/reader.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "formats/detection.hpp"
#include "formats/marcjson/json_escapes.hpp"
#include "formats/marcjson/json_scan.hpp"
#include "formats/marcjson/quick_parser.hpp"
#include "text/buffer.hpp"
#include "text/byte_set.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

/// The keys that every record of MARC-in-JSON has.
constexpr std::string_view kLeaderKey = "\"leader\"";
constexpr std::string_view kFieldsKey = "\"fields\"";

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

/// Walks over the members of an object.
class MemberWalk {
 public:
  using Kind = JsonMembers::Kind;

  MemberWalk(std::string_view text, bool ended) : text_(text), ended_(ended) {}

  /// Which of the two kinds is looked for, or both.
  JsonMembers run(bool record, bool records) {
    while (true) {
      if (!skip(" \t\n\r,")) return {Kind::kMore, 0};
      if (text_[at_] == '}') return {Kind::kEnd, at_ + 1};
      const std::size_t key = at_;
      if (!pass_string()) return stopped_;
      const std::string_view name = text_.substr(key, at_ - key);
      if (record && (name == kLeaderKey || name == kFieldsKey)) return {Kind::kRecord, 0};
      if (!skip(kJsonWhiteSpace)) return {Kind::kMore, 0};
      if (text_[at_] != ':') return {Kind::kError, 0};
      ++at_;
      if (!skip(kJsonWhiteSpace)) return {Kind::kMore, 0};
      if (records && text_[at_] == '[') {
        const JsonMembers first = first_element();
        if (first.kind == Kind::kRecord) return {Kind::kRecords, at_ + 1};
        if (first.kind == Kind::kMore) return first;
      }
      if (!pass_value()) return stopped_;
    }
  }

 private:
  /// Goes on to the first byte that is none of `bytes`. Returns false where there is none.
  bool skip(std::string_view bytes) {
    at_ = std::min(text_.find_first_not_of(bytes, at_), text_.size());
    return at_ != text_.size();
  }

  bool stop(Kind kind) {
    stopped_ = {kind, 0};
    return false;
  }

  /// What the first element of the array at at_ is, if it is an object.
  [[nodiscard]] JsonMembers first_element() const {
    const std::size_t first = text_.find_first_not_of(kJsonWhiteSpace, at_ + 1);
    if (first == std::string_view::npos) return {Kind::kMore, 0};
    if (text_[first] != '{') return {Kind::kEnd, 0};
    return MemberWalk(text_.substr(first + 1), ended_).run(true, false);
  }

  bool pass_string() {
    if (text_[at_] != '"') return stop(Kind::kError);
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (static_cast<unsigned char>(text_[at_]) < ' ') return stop(Kind::kError);
      if (text_[at_] == '\\') ++at_;
    }
    if (at_ >= text_.size()) return stop(Kind::kMore);
    ++at_;
    return true;
  }

  bool pass_value() {
    const char first = text_[at_];
    if (first == '"') return pass_string();
    if (first == '{' || first == '[') {
      const JsonEnd end = find_json_end(text_.substr(at_), ended_);
      if (end.kind == JsonEnd::Kind::kError) return stop(Kind::kError);
      if (end.kind == JsonEnd::Kind::kMore) return stop(Kind::kMore);
      at_ += end.length;
      return true;
    }
    const std::size_t end = text_.find_first_of(" \t\n\r,}", at_);
    if (end == std::string_view::npos) return stop(Kind::kMore);
    at_ = end;
    return true;
  }

  std::string_view text_;
  bool ended_;
  std::size_t at_ = 0;
  JsonMembers stopped_{};
};

/// Looks at the members of an object, one by one. `text` begins with one of them, or with what stands between them;
/// with `ended` no text follows.
JsonMembers look_at_members(std::string_view text, bool ended) { return MemberWalk(text, ended).run(true, true); }

/// The same of an object that is known to be no record.
JsonMembers look_for_records(std::string_view text, bool ended) { return MemberWalk(text, ended).run(false, true); }

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

/// White space, what arrays put between their elements, and the record separator of JSON text sequences (RFC 7464).
constexpr ByteSet kBetweenTexts(" \t\n\r,[]\x1E");

/// What stands at `position`: a brace that opens a record, one that may if more follows, or something else.
enum class Opening { kRecord, kUnknown, kOther };

Opening opening_at(std::string_view bytes, std::size_t position) {
  const char before = bytes[position - 1];
  if (before == '\n' || before == kJsonRecordSeparator) return Opening::kRecord;
  const std::string_view after = bytes.substr(position + 1);
  const std::size_t key = std::min(after.find_first_not_of(kJsonWhiteSpace), after.size());
  const std::string_view begin = after.substr(key, kLeaderKey.size());
  if (begin == kLeaderKey || begin == kFieldsKey) return Opening::kRecord;
  return kLeaderKey.starts_with(begin) || kFieldsKey.starts_with(begin) ? Opening::kUnknown : Opening::kOther;
}

/// The damaged record that `bytes` begin with, whose grammar fails at `error`. It ends where another record begins: at
/// a brace in the first column of a line or after a record separator, or before a key that only records have.
Piece split_damaged(std::string_view bytes, std::size_t error, bool ended) {
  std::size_t at = error + 1;
  while ((at = bytes.find('{', at)) != std::string_view::npos) {
    const Opening opening = opening_at(bytes, at);
    if (opening == Opening::kRecord) return {Piece::Kind::kRecord, at};
    if (opening == Opening::kUnknown && !ended) return {Piece::Kind::kMore, 0};
    ++at;
  }
  return {ended ? Piece::Kind::kRecord : Piece::Kind::kMore, bytes.size()};
}

/// How records of other formats begin.
constexpr ByteSet kBeginOfOther("<=0-9");

/// How many bytes stand between records, or belong to none, as the first one does.
std::size_t end_of_run(std::string_view bytes, bool in_array) {
  const bool between = kBetweenTexts.contains(bytes.front());
  const auto ends = [between, in_array](char byte) {
    return byte == '{' || byte == kUtf8Mark.front() || kBetweenTexts.contains(byte) != between ||
           (byte == ']' && in_array);
  };
  return static_cast<std::size_t>(std::find_if(bytes.begin() + 1, bytes.end(), ends) - bytes.begin());
}

}  // namespace

bool JsonFormat::recognizes(std::string_view first_bytes) const {
  const auto* other = std::ranges::find_if_not(first_bytes, [](char byte) { return kBetweenTexts.contains(byte); });
  return other == first_bytes.end() || first_bytes.find(kFieldsKey) != std::string_view::npos ||
         first_bytes.find(kLeaderKey) != std::string_view::npos;
}

Piece JsonFormat::split(std::string_view bytes, bool ended) {
  if (!other_format_.empty()) return split_other_format(bytes, ended, other_format_);
  if (around_ == Around::kMembers) return pass_members(bytes, ended);
  if (bytes.front() == '{') return split_object(bytes, ended);
  if (!kBetweenTexts.contains(bytes.front())) return split_stray(bytes, ended);
  in_stray_ = false;
  if (around_ == Around::kArray && bytes.front() == ']') {
    around_ = Around::kMembers;
    return {Piece::Kind::kBetween, 1};
  }
  return {Piece::Kind::kBetween, end_of_run(bytes, around_ == Around::kArray)};
}

Piece JsonFormat::split_stray(std::string_view bytes, bool ended) {
  // What was dealt in portions goes on as it began.
  if (!in_stray_ && kBeginOfOther.contains(bytes.front())) {
    if (bytes.size() < kBytesOfSign && !ended) return {Piece::Kind::kMore, 0};
    other_format_ = format_that_begins(bytes);
    if (!other_format_.empty()) return split_other_format(bytes, ended, other_format_);
  }
  in_stray_ = true;
  return {Piece::Kind::kStray, end_of_run(bytes, around_ == Around::kArray)};
}

Piece JsonFormat::split_object(std::string_view bytes, bool ended) {
  in_stray_ = false;
  if (around_ == Around::kNothing) {
    const JsonMembers members = look_at_members(bytes.substr(1), ended);
    if (members.kind == JsonMembers::Kind::kMore && !ended) return {Piece::Kind::kMore, 0};
    if (members.kind == JsonMembers::Kind::kRecords) {
      around_ = Around::kArray;
      return {Piece::Kind::kBetween, 1 + members.length};
    }
  }
  const JsonEnd end = find_json_end(bytes, ended);
  if (end.kind == JsonEnd::Kind::kError) return split_damaged(bytes, end.length, ended);
  return {end.kind == JsonEnd::Kind::kEnd ? Piece::Kind::kRecord : Piece::Kind::kMore, end.length};
}

Piece JsonFormat::pass_members(std::string_view bytes, bool ended) {
  const JsonMembers members = look_for_records(bytes, ended);
  switch (members.kind) {
    case JsonMembers::Kind::kMore:
      return {Piece::Kind::kMore, 0};
    case JsonMembers::Kind::kRecords:
      around_ = Around::kArray;
      return {Piece::Kind::kBetween, members.length};
    case JsonMembers::Kind::kEnd:
      around_ = Around::kNothing;
      return {Piece::Kind::kBetween, members.length};
    default:
      around_ = Around::kNothing;
      return split(bytes, ended);
  }
}

std::unique_ptr<TextParser> JsonFormat::make_parser() const { return std::make_unique<JsonParser>(); }

}  // namespace bulkmarc
