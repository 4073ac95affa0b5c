#include "formats/marcjson/members.hpp"

#include <algorithm>

#include "formats/marcjson/json_scan.hpp"

namespace bulkmarc {
namespace {

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

}  // namespace

JsonMembers look_at_members(std::string_view text, bool ended) { return MemberWalk(text, ended).run(true, true); }

JsonMembers look_for_records(std::string_view text, bool ended) { return MemberWalk(text, ended).run(false, true); }

}  // namespace bulkmarc
