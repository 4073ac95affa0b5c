#include "select/parser.hpp"

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <re2/re2.h>

#include "text/byte_set.hpp"

namespace bulkmarc {
namespace {

constexpr ByteSet kTagCharacter("0-9A-Za-z.");
constexpr ByteSet kSubfieldCode("!-~");
constexpr ByteSet kLowerCase("a-z");
constexpr ByteSet kNameBegin("A-Za-z_");
constexpr ByteSet kNameCharacter("0-9A-Za-z_");
/// What a backslash may stand before in a string; `s` is a blank.
constexpr ByteSet kEscaped("${}!=~?|\\s");
constexpr std::string_view kStringOrNumber = "a string, which begins with \\, or a number";
constexpr std::string_view kStringOrExpression =
    "a string, which begins with \\, or a regular expression between slashes";
constexpr std::size_t kMostDigits = 5;
/// Of a number that values are compared with: less than the largest.
constexpr std::size_t kMostDigitsOfNumber = 18;
/// Of the states of a regular expression.
constexpr std::int64_t kExpressionMemory = std::int64_t{8} << 20;

struct KindName {
  std::string_view name;
  ColumnKind kind;
};
constexpr std::array kKindNames = {
    KindName{"first", ColumnKind::kFirst},  KindName{"count", ColumnKind::kCount},
    KindName{"bool", ColumnKind::kBoolean}, KindName{"int", ColumnKind::kInteger},
    KindName{"date", ColumnKind::kDate},    KindName{"timestamp", ColumnKind::kTimestamp},
};

/// One expression, read from left to right. Blanks may stand between its parts, but not within a spec.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Condition condition() {
    skip_blanks();
    const bool has_braces = peek() == '{';
    Condition condition = record_tests();
    expect_end(has_braces ? "{ or the end" : "an operator, | or the end");
    return condition;
  }

  /// With `may_join`, also one whose subfields stand between parentheses.
  ColumnSpec whole_spec(bool may_join) {
    skip_blanks();
    ColumnSpec spec = column_spec(may_join);
    expect_end("the end");
    return spec;
  }

  std::vector<FieldItem> field_list() {
    std::vector<FieldItem> items;
    do {
      skip_blanks();
      items.push_back(field_item());
      skip_blanks();
    } while (take(','));
    expect_end("$, a comma or the end");
    return items;
  }

  std::vector<ColumnItem> columns(std::string_view taken) {
    comma_ends_string_ = true;
    std::vector<ColumnItem> items;
    do {
      skip_blanks();
      items.push_back(column(items, taken));
      skip_blanks();
    } while (take(','));
    expect_end("a comma or the end");
    return items;
  }

 private:
  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  /// The next character, or 0 at the end.
  [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[at_]; }
  bool take(char wanted) {
    if (at_end() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  void skip_blanks() {
    while (take(' ')) {
    }
  }

  [[noreturn]] void fail(std::string_view expected) const {
    std::string found = "the end";
    if (!at_end()) {
      std::size_t end = at_ + 1;
      while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0) == 0x80) ++end;
      found = fmt::format("\"{}\"", text_.substr(at_, end - at_));
    }
    throw_error(fmt::format("expected {}, found {}", expected, found));
  }
  [[noreturn]] void throw_error(const std::string& message) const {
    const auto begins_character = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; };
    const auto before = std::ranges::count_if(text_.substr(0, at_), begins_character);
    throw SpecError(static_cast<std::size_t>(before) + 1, message);
  }
  void expect_end(std::string_view expected) {
    skip_blanks();
    if (!at_end()) fail(expected);
  }

  /// {a|b}{c}
  template <class Parse, class Test = std::invoke_result_t<Parse>>
  std::vector<std::vector<Test>> groups(const Parse& parse) {
    std::vector<std::vector<Test>> groups;
    const bool comma_ends_string = std::exchange(comma_ends_string_, false);
    while (take('{')) {
      groups.push_back(alternatives(parse));
      if (!take('}')) fail("an operator, | or }");
      skip_blanks();
    }
    comma_ends_string_ = comma_ends_string;
    return groups;
  }

  /// a|b
  template <class Parse, class Test = std::invoke_result_t<Parse>>
  std::vector<Test> alternatives(const Parse& parse) {
    std::vector<Test> tests;
    do {
      skip_blanks();
      tests.push_back(parse());
      skip_blanks();
    } while (take('|'));
    return tests;
  }

  /// {a|b}{c}, or a|b
  Condition record_tests() {
    const auto parse = [this] { return record_test(); };
    Condition condition;
    if (peek() == '{') {
      condition.groups = groups(parse);
    } else {
      condition.groups.push_back(alternatives(parse));
    }
    return condition;
  }

  RecordTest record_test() {
    RecordTest test;
    const bool unary = take_unary(test.comparison);
    test.spec = field_spec();
    if (!unary) take_binary(test.comparison);
    return test;
  }

  FieldTest field_test(bool control) {
    FieldTest test;
    const bool unary = take_unary(test.comparison);
    const std::size_t begin = at_;
    take_part(test.part, control, !control);
    if (at_ == begin) {
      fail(control ? "/ and a character position of the same field" : "$ or ^, a part of the same field");
    }
    if (!unary) take_binary(test.comparison);
    return test;
  }

  /// Takes ?, ! or #. Returns whether that is all that the test asks.
  bool take_unary(Comparison& comparison) {
    if (take('#')) {
      comparison.op = Comparison::Operator::kCounts;
      return false;
    }
    if (take('?')) return true;
    comparison.negated = take('!');
    return comparison.negated;
  }

  /// Takes an operator and what follows it.
  void take_binary(Comparison& comparison) {
    skip_blanks();
    const bool counts = comparison.op == Comparison::Operator::kCounts;
    comparison.negated = take('!');
    if (peek() == '<' || peek() == '>') {
      if (comparison.negated) fail("= or ~");
      take_order(comparison);
    } else if (take('=')) {
      skip_blanks();
      if (kDigits.contains(peek()) || counts) {
        take_numbers(comparison);
      } else {
        comparison.op = Comparison::Operator::kEquals;
        comparison.text = string(kStringOrNumber);
      }
    } else if (!counts && take('~')) {
      take_pattern(comparison);
    } else if (comparison.negated || counts) {
      fail(counts ? "=, !=, <, <=, > or >= and a number" : "= or ~");
    }
  }

  /// <, <=, > or >=, and a string or a number.
  void take_order(Comparison& comparison) {
    using Operator = Comparison::Operator;
    const bool less = text_[at_++] == '<';
    const bool or_equal = take('=');
    skip_blanks();
    if (comparison.op != Operator::kCounts && !kDigits.contains(peek())) {
      comparison.text = string(kStringOrNumber);
      comparison.op = less ? (or_equal ? Operator::kLessOrEqual : Operator::kLess)
                           : (or_equal ? Operator::kGreaterOrEqual : Operator::kGreater);
      return;
    }
    if (comparison.op != Operator::kCounts) comparison.op = Operator::kIsNumber;
    const std::uint64_t limit = number("a number", kMostDigitsOfNumber);
    if (!less) {
      comparison.numbers.first = or_equal ? limit : limit + 1;
    } else if (limit == 0 && !or_equal) {
      comparison.numbers = {1, 0};
    } else {
      comparison.numbers.last = or_equal ? limit : limit - 1;
    }
  }

  /// 12, or a range: 12-20.
  void take_numbers(Comparison& comparison) {
    if (comparison.op != Comparison::Operator::kCounts) comparison.op = Comparison::Operator::kIsNumber;
    NumberRange& numbers = comparison.numbers;
    numbers.first = number("a number", kMostDigitsOfNumber);
    numbers.last = numbers.first;
    if (!take('-')) return;
    const std::size_t begin = at_;
    numbers.last = number("a number", kMostDigitsOfNumber);
    if (numbers.last < numbers.first) {
      at_ = begin;
      fail(fmt::format("a number from {} on", numbers.first));
    }
  }

  /// What follows ~: a string, or a regular expression between slashes; behind * case does not count.
  void take_pattern(Comparison& comparison) {
    const bool any_case = take('*');
    skip_blanks();
    const bool is_expression = take('/');
    if (!is_expression && !any_case) {
      comparison.op = Comparison::Operator::kIncludes;
      comparison.text = string(kStringOrExpression);
      return;
    }
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kExpressionMemory);
    options.set_case_sensitive(!any_case);
    options.set_literal(!is_expression);
    comparison.op = Comparison::Operator::kMatches;
    const std::size_t begin = at_;
    const std::string pattern = is_expression ? expression() : string(kStringOrExpression);
    const auto compiled = std::make_shared<const re2::RE2>(pattern, options);
    if (!compiled->ok()) fail_expression(begin, pattern, *compiled);
    comparison.expression = compiled;
  }

  /// What stands before the next slash. RE2 takes \/ for a slash.
  std::string expression() {
    const std::size_t begin = at_;
    while (!at_end() && peek() != '/') at_ += peek() == '\\' && at_ + 1 < text_.size() ? 2 : 1;
    std::string pattern(text_.substr(begin, at_ - begin));
    if (!take('/')) fail("/ at the end of a regular expression");
    return pattern;
  }

  /// RE2 tells which piece is wrong, but not where it stands: it is taken to be the first one like it.
  [[noreturn]] void fail_expression(std::size_t begin, const std::string& pattern, const re2::RE2& compiled) {
    const std::size_t piece = pattern.find(compiled.error_arg());
    at_ = begin + (piece == std::string::npos ? 0 : piece);
    throw_error(fmt::format("invalid regular expression: {}", compiled.error()));
  }

  std::string string(std::string_view expected) {
    if (!take('\\')) fail(expected);
    std::string value;
    while (!at_end() && peek() != '|' && peek() != '}' && !(comma_ends_string_ && peek() == ',')) {
      if (peek() == '{') fail("\\{ for a brace in a string");
      if (take('\\')) {
        if (at_end() || !kEscaped.contains(peek())) fail("one of ${}!=~?|\\ or s after \\");
        value += peek() == 's' ? ' ' : peek();
      } else {
        value += peek();
      }
      ++at_;
    }
    if (text_[at_ - 1] == ' ') {
      --at_;
      fail("\\s for a blank at the end of a string");
    }
    return value;
  }

  FieldSpec field_spec() { return column_spec(false).spec; }

  ColumnSpec column_spec(bool may_join) {
    ColumnSpec column;
    FieldSpec& spec = column.spec;
    spec.tag = tag();
    const bool leader = spec.tag.is_leader();
    const auto may_be_zero = [&](std::size_t i) { return spec.tag.tag[i] == '0' || spec.tag.tag[i] == '.'; };
    const bool may_be_control = leader || (may_be_zero(0) && may_be_zero(1));
    const bool may_be_data = !leader && (spec.tag.tag[0] != '0' || spec.tag.tag[1] != '0');
    column.joins_subfields = may_join && may_be_data && take('(');
    const std::size_t codes =
        column.joins_subfields ? take_joined(spec.part) : take_part(spec.part, may_be_control, may_be_data);
    if (peek() == '/' && !column.joins_subfields) {
      fail("$ or ^, as only control fields and subfields have character positions");
    }
    if (!may_be_data && (peek() == '$' || peek() == '^' || (may_join && peek() == '('))) {
      fail("/, as a control field has no subfields or indicators");
    }
    skip_blanks();
    if (peek() != '{') return column;
    if (codes > 1) fail("no context after several subfield codes");
    const bool of_control = !may_be_data || (may_be_control && spec.part.characters && codes == 0);
    spec.context.groups = groups([&] { return field_test(of_control); });
    return column;
  }

  /// Takes the codes and the parenthesis after them. Returns 1, as they find one value.
  std::size_t take_joined(FieldPart& part) {
    part.kind = FieldPart::Kind::kSubfields;
    do {
      if (!take('$')) fail("$ and a subfield code");
      part.codes |= subfield_codes();
    } while (peek() == '$');
    if (!take(')')) fail("$ or )");
    return 1;
  }

  TagPattern tag() {
    TagPattern pattern{};
    for (char& character : pattern.tag) {
      if (!kTagCharacter.contains(peek())) fail("a tag of three letters, digits or dots");
      character = peek();
      ++at_;
    }
    return pattern;
  }

  /// Takes an indicator, or subfield codes and character positions, as far as they stand here. Returns the number of
  /// subfield codes; a range is one.
  std::size_t take_part(FieldPart& part, bool control, bool data) {
    if (data && take('^')) {
      if (peek() != '1' && peek() != '2') fail("indicator 1 or 2");
      part.kind = FieldPart::Kind::kIndicator;
      part.indicator = text_[at_++] == '1' ? 0 : 1;
      return 0;
    }
    std::size_t codes = 0;
    for (; data && take('$'); ++codes) {
      part.kind = FieldPart::Kind::kSubfields;
      part.codes |= subfield_codes();
    }
    if (peek() == '/' && (control || codes != 0)) {
      if (codes > 1) fail("no character positions after several subfield codes");
      take('/');
      part.characters = character_range();
      if (peek() == '$') fail("no more subfield codes after character positions");
    }
    return codes;
  }

  /// What follows $: one code, or a range of letters or digits.
  SubfieldCodes subfield_codes() {
    const char first = subfield_code();
    char last = first;
    if (take('-')) {
      last = subfield_code();
      const bool one_kind = (kLowerCase.contains(first) && kLowerCase.contains(last)) ||
                            (kDigits.contains(first) && kDigits.contains(last));
      if (!one_kind || last < first) {
        --at_;
        fail("a range of small letters or of digits");
      }
    }
    SubfieldCodes codes;
    const auto end = static_cast<unsigned char>(last);
    for (auto code = static_cast<unsigned char>(first); code <= end; ++code) codes.set(code);
    return codes;
  }

  char subfield_code() {
    if (!kSubfieldCode.contains(peek())) fail("a subfield code");
    return text_[at_++];
  }

  /// 0, 0-2, 1-#, #, #-1
  CharacterRange character_range() {
    CharacterRange range;
    range.from_end = take('#');
    range.first = range.from_end ? 0 : position();
    range.last = range.first;
    if (!take('-')) return range;
    if (take('#')) {
      range.last = range.from_end ? 0 : CharacterRange::kEnd;
      return range;
    }
    const std::size_t begin = at_;
    range.last = position();
    if (range.last < range.first) {
      at_ = begin;
      fail(fmt::format("a position from {} on", range.first));
    }
    return range;
  }

  std::size_t position() { return number("a character position or #", kMostDigits); }

  std::size_t number(std::string_view expected, std::size_t most_digits) {
    std::size_t value = 0;
    std::size_t digits = 0;
    for (; kDigits.contains(peek()) && digits < most_digits; ++digits, ++at_) {
      value = value * 10 + static_cast<std::size_t>(peek() - '0');
    }
    if (digits == 0) fail(expected);
    return value;
  }

  FieldItem field_item() {
    FieldItem item{};
    const std::size_t begin = at_;
    item.tag = tag();
    if (item.tag.is_leader()) {
      at_ = begin;
      fail("a field, as the leader is always kept");
    }
    const bool control = item.tag.tag[0] == '0' && item.tag.tag[1] == '0';
    while (!control && take('$')) item.codes |= subfield_codes();
    if (item.codes.none()) item.codes.set();
    return item;
  }

  ColumnItem column(const std::vector<ColumnItem>& others, std::string_view taken) {
    ColumnItem item;
    const std::size_t begin = at_;
    if (!kNameBegin.contains(peek())) fail("the name of a column, which begins with a letter");
    while (kNameCharacter.contains(peek())) item.name += text_[at_++];
    if (item.name == taken || std::ranges::count(others, item.name, &ColumnItem::name) != 0) {
      at_ = begin;
      fail("a name that no other column has");
    }
    item.kind = column_kind();
    skip_blanks();
    if (!take('=')) fail(item.kind == ColumnKind::kText ? "[], : or =" : "=");
    skip_blanks();
    if (item.kind == ColumnKind::kBoolean) {
      item.condition = record_tests();
    } else {
      item.alternatives = alternatives([this] { return column_spec(true); });
    }
    return item;
  }

  /// [], or a colon and a name, or nothing
  ColumnKind column_kind() {
    if (take('[')) {
      if (!take(']')) fail("]");
      return ColumnKind::kList;
    }
    if (!take(':')) return ColumnKind::kText;
    const std::size_t begin = at_;
    while (kLowerCase.contains(peek())) ++at_;
    const auto* const known = std::ranges::find(kKindNames, text_.substr(begin, at_ - begin), &KindName::name);
    if (known == kKindNames.end()) {
      at_ = begin;
      fail("first, count, bool, int, date or timestamp");
    }
    return known->kind;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool comma_ends_string_ = false;
};

}  // namespace

SpecError::SpecError(std::size_t position, const std::string& message)
    : std::runtime_error(fmt::format("at character {}: {}", position, message)), position_(position) {}

Condition parse_condition(std::string_view text) { return Parser(text).condition(); }
FieldSpec parse_field_spec(std::string_view text) { return Parser(text).whole_spec(false).spec; }
ColumnSpec parse_column_spec(std::string_view text) { return Parser(text).whole_spec(true); }
std::vector<FieldItem> parse_field_list(std::string_view text) { return Parser(text).field_list(); }
std::vector<ColumnItem> parse_columns(std::string_view text, std::string_view taken) {
  return Parser(text).columns(taken);
}

}  // namespace bulkmarc
