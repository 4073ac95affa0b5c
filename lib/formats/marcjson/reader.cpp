#include "formats/marcjson/reader.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>

#include "formats/detection.hpp"
#include "formats/marcjson/json_scan.hpp"
#include "formats/marcjson/parser.hpp"
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
TextPiece split_damaged(std::string_view bytes, std::size_t error, bool ended) {
  std::size_t at = error + 1;
  while ((at = bytes.find('{', at)) != std::string_view::npos) {
    const Opening opening = opening_at(bytes, at);
    if (opening == Opening::kRecord) return {TextPiece::Kind::kRecord, at};
    if (opening == Opening::kUnknown && !ended) return {TextPiece::Kind::kMore, 0};
    ++at;
  }
  return {ended ? TextPiece::Kind::kRecord : TextPiece::Kind::kMore, bytes.size()};
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

TextPiece JsonFormat::split(std::string_view bytes, bool ended) {
  if (!other_format_.empty()) return split_other_format(bytes, ended, other_format_);
  if (around_ == Around::kMembers) return pass_members(bytes, ended);
  if (bytes.front() == '{') return split_object(bytes, ended);
  if (!kBetweenTexts.contains(bytes.front())) return split_stray(bytes, ended);
  in_stray_ = false;
  if (around_ == Around::kArray && bytes.front() == ']') {
    around_ = Around::kMembers;
    return {TextPiece::Kind::kBetween, 1};
  }
  return {TextPiece::Kind::kBetween, end_of_run(bytes, around_ == Around::kArray)};
}

TextPiece JsonFormat::split_stray(std::string_view bytes, bool ended) {
  // What was dealt in portions goes on as it began.
  if (!in_stray_ && kBeginOfOther.contains(bytes.front())) {
    if (bytes.size() < kBytesOfSign && !ended) return {TextPiece::Kind::kMore, 0};
    other_format_ = format_that_begins(bytes);
    if (!other_format_.empty()) return split_other_format(bytes, ended, other_format_);
  }
  in_stray_ = true;
  return {TextPiece::Kind::kStray, end_of_run(bytes, around_ == Around::kArray)};
}

TextPiece JsonFormat::split_object(std::string_view bytes, bool ended) {
  in_stray_ = false;
  if (around_ == Around::kNothing) {
    const JsonMembers members = look_at_members(bytes.substr(1), ended);
    if (members.kind == JsonMembers::Kind::kMore && !ended) return {TextPiece::Kind::kMore, 0};
    if (members.kind == JsonMembers::Kind::kRecords) {
      around_ = Around::kArray;
      return {TextPiece::Kind::kBetween, 1 + members.length};
    }
  }
  const JsonEnd end = find_json_end(bytes, ended);
  if (end.kind == JsonEnd::Kind::kError) return split_damaged(bytes, end.length, ended);
  return {end.kind == JsonEnd::Kind::kEnd ? TextPiece::Kind::kRecord : TextPiece::Kind::kMore, end.length};
}

TextPiece JsonFormat::pass_members(std::string_view bytes, bool ended) {
  const JsonMembers members = look_for_records(bytes, ended);
  switch (members.kind) {
    case JsonMembers::Kind::kMore:
      return {TextPiece::Kind::kMore, 0};
    case JsonMembers::Kind::kRecords:
      around_ = Around::kArray;
      return {TextPiece::Kind::kBetween, members.length};
    case JsonMembers::Kind::kEnd:
      around_ = Around::kNothing;
      return {TextPiece::Kind::kBetween, members.length};
    default:
      around_ = Around::kNothing;
      return split(bytes, ended);
  }
}

std::unique_ptr<TextParser> JsonFormat::make_parser() const { return std::make_unique<JsonParser>(); }

}  // namespace bulkmarc
