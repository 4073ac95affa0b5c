#include "support/where_case.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

using namespace bulkmarc;

namespace {

using Values = std::vector<std::string>;
using IsMet = std::function<bool(const std::string& value)>;

/// Which fields and which values of them are meant.
struct SpecCase {
  std::string text;
  std::string tag;
  std::string codes;                                 // Of subfields; empty for all of a field.
  std::optional<std::size_t> indicator = {};         // Or this.
  std::size_t first = 0;                             // And these characters of a value.
  std::size_t characters = std::string::npos;        // How many.
  std::function<bool(const FieldView&)> takes = {};  // What stands in braces behind it.

  [[nodiscard]] bool is_of_whole_fields() const {
    return codes.empty() && !indicator && characters == std::string::npos && tag != "LDR";
  }
  [[nodiscard]] bool means(const FieldView& field) const {
    for (std::size_t i = 0; i < tag.size(); ++i) {
      if (tag[i] != '.' && tag[i] != field.tag()[i]) return false;
    }
    return !takes || takes(field);
  }
};

/// Bytes of UTF-8 that continue a character belong to it.
Values characters_of(std::string_view value) {
  Values characters;
  for (const char byte : value) {
    const bool continues = (static_cast<unsigned char>(byte) & 0xC0) == 0x80 && !characters.empty();
    if (continues) {
      characters.back() += byte;
    } else {
      characters.emplace_back(1, byte);
    }
  }
  return characters;
}

void add_characters(const SpecCase& spec, std::string_view value, Values& values) {
  if (spec.characters == std::string::npos) {
    values.emplace_back(value);
    return;
  }
  const Values characters = characters_of(value);
  if (spec.first >= characters.size()) return;
  std::string& part = values.emplace_back();
  for (std::size_t i = spec.first; i < characters.size() && i < spec.first + spec.characters; ++i)
    part += characters[i];
}

Values values_of(const SpecCase& spec, const RecordView& record) {
  Values values;
  if (spec.tag == "LDR") add_characters(spec, record.leader(), values);
  for (const FieldView field : record.fields()) {
    if (!spec.means(field)) continue;
    if (spec.indicator) {
      if (!field.is_control()) values.emplace_back(1, field.indicator(*spec.indicator));
    } else if (field.is_control()) {
      if (spec.codes.empty()) add_characters(spec, field.bytes(), values);
    } else {
      bool has_subfields = false;
      for (const SubfieldView subfield : field.subfields()) {
        has_subfields = true;
        const bool is_meant = spec.codes.empty() || spec.codes.find(subfield.code) != std::string::npos;
        if (is_meant) add_characters(spec, subfield.value, values);
      }
      if (!has_subfields && spec.codes.empty()) add_characters(spec, "", values);
    }
  }
  return values;
}

std::uint64_t count_of(const SpecCase& spec, const RecordView& record) {
  if (!spec.is_of_whole_fields()) return values_of(spec, record).size();
  std::uint64_t count = 0;
  for (const FieldView field : record.fields()) count += spec.means(field) ? 1 : 0;
  return count;
}

std::size_t count_of(const FieldView& field, char code) {
  std::size_t count = 0;
  for (const SubfieldView subfield : field.subfields()) count += subfield.code == code ? 1 : 0;
  return count;
}

SpecCase draw_spec(const Draw& draw) {
  static const std::vector<SpecCase> kSpecs = {{"LDR/6", "LDR", "", {}, 6, 1, {}},
                                               {"LDR/5-7", "LDR", "", {}, 5, 3, {}},
                                               {"001", "001", "", {}},
                                               {"001/5-7", "001", "", {}, 5, 3, {}},
                                               {"008/35-37", "008", "", {}, 35, 3, {}},
                                               {"008/7-10", "008", "", {}, 7, 4, {}},
                                               {"008/0-5", "008", "", {}, 0, 6, {}},
                                               {"00.", "00.", "", {}},
                                               {"245", "245", "", {}},
                                               {"245$a", "245", "a", {}},
                                               {"245$a/0-3", "245", "a", {}, 0, 4, {}},
                                               {"245^1", "245", "", 0},
                                               {"245^2", "245", "", 1},
                                               {"650", "650", "", {}},
                                               {"650$a$x", "650", "ax", {}},
                                               {"650$a-c", "650", "abc", {}},
                                               {"6..$x/1-9", "6..", "x", {}, 1, 9, {}},
                                               {"500", "500", "", {}},
                                               {"500$?", "500", "?", {}},
                                               {"CAT", "CAT", "", {}},
                                               {"...$a", "...", "a", {}},
                                               {"...", "...", "", {}}};
  SpecCase spec = pick(draw, kSpecs);
  const bool takes_tests = spec.tag.front() != '0' && spec.tag != "LDR" && spec.tag != "..." && spec.codes.size() < 2;
  if (!takes_tests || !one_in(draw, 4)) return spec;
  switch (draw(4)) {
    case 0:
      spec.text += "{$b}";
      spec.takes = [](const FieldView& field) { return count_of(field, 'b') > 0; };
      break;
    case 1:
      spec.text += "{!$x|^1=\\1}";
      spec.takes = [](const FieldView& field) { return count_of(field, 'x') == 0 || field.indicator(0) == '1'; };
      break;
    case 2:
      spec.text += "{#$a>1}";
      spec.takes = [](const FieldView& field) { return count_of(field, 'a') > 1; };
      break;
    default:
      spec.text += "{^2=\\0}{#$a=1-3}";
      spec.takes = [](const FieldView& field) {
        return field.indicator(1) == '0' && count_of(field, 'a') >= 1 && count_of(field, 'a') <= 3;
      };
      break;
  }
  return spec;
}

/// A string as the grammar has it.
std::string escaped(std::string_view text) {
  std::string escaped = "\\";
  for (const char byte : text) {
    if (byte == ' ') {
      escaped += "\\s";
    } else {
      if (std::string_view("${}!=~?|\\").find(byte) != std::string_view::npos) escaped += '\\';
      escaped += byte;
    }
  }
  return escaped;
}

/// Without the difference between small and capital letters, as far as the tests have both.
std::string folded(std::string text) {
  for (std::size_t at = 0; (at = text.find("\u00C9", at)) != std::string::npos;) text.replace(at, 2, "\u00E9");
  std::ranges::transform(text, text.begin(), [](char byte) {
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
  });
  return text;
}

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

/// A number of few digits, which is all that the tests have.
std::optional<std::uint64_t> number_of(std::string text) {
  text.erase(0, text.find_first_not_of(' '));
  text.erase(text.find_last_not_of(' ') + 1);
  if (text.empty() || !std::ranges::all_of(text, is_digit)) return std::nullopt;
  std::uint64_t number = 0;
  for (const char digit : text) {
    number = std::min<std::uint64_t>(number * 10 + static_cast<std::uint64_t>(digit - '0'), 1'000'000'000'000);
  }
  return number;
}

/// Part of a test: as text, and what it asks.
struct Asked {
  std::string text;
  IsMet is_met;
};

struct AskedOfNumber {
  std::string text;
  std::function<bool(std::uint64_t)> is_met;
};

AskedOfNumber draw_number(const Draw& draw, std::uint64_t limit) {
  switch (draw(6)) {
    case 0:
      return {fmt::format("<{}", limit), [limit](std::uint64_t number) { return number < limit; }};
    case 1:
      return {fmt::format("<= {}", limit), [limit](std::uint64_t number) { return number <= limit; }};
    case 2:
      return {fmt::format(" >{}", limit), [limit](std::uint64_t number) { return number > limit; }};
    case 3:
      return {fmt::format(">={}", limit), [limit](std::uint64_t number) { return number >= limit; }};
    case 4:
      return {fmt::format("={}", limit), [limit](std::uint64_t number) { return number == limit; }};
    default:
      return {fmt::format("={}-{}", limit, limit + limit / 2),
              [limit](std::uint64_t number) { return number >= limit && number <= limit + limit / 2; }};
  }
}

Asked draw_order(const Draw& draw) {
  static const std::vector<std::string> kLimits = {"", "7", "a", "fre", "nr000200", "240101", "x", "\u00C9t\u00E9"};
  const std::string limit = pick(draw, kLimits);
  switch (draw(4)) {
    case 0:
      return {"<" + escaped(limit), [limit](const std::string& value) { return value < limit; }};
    case 1:
      return {"<=" + escaped(limit), [limit](const std::string& value) { return value <= limit; }};
    case 2:
      return {">" + escaped(limit), [limit](const std::string& value) { return value > limit; }};
    default:
      return {">=" + escaped(limit), [limit](const std::string& value) { return value >= limit; }};
  }
}

/// What may stand behind ~.
Asked draw_pattern(const Draw& draw) {
  static const std::vector<std::string> kParts = {"7", "fr", "x", "b <", "t\u00E9", "&", ""};
  static const std::vector<std::string> kPartsInAnyCase = {"NR0", "Fr", "XX", "\u00E9T\u00C9", "ab"};
  static const std::vector<Asked> kExpressions = {
      {"/^nr0/", [](const std::string& value) { return value.starts_with("nr0"); }},
      {"/7$/", [](const std::string& value) { return value.ends_with("7"); }},
      {"/x{3}|fre/",
       [](const std::string& value) {
         return value.find("xxx") != std::string::npos || value.find("fre") != std::string::npos;
       }},
      {"/^$/", [](const std::string& value) { return value.empty(); }},
      {"/^\\d+$/", [](const std::string& value) { return !value.empty() && std::ranges::all_of(value, is_digit); }},
      {"*/^NR\\d/",
       [](const std::string& value) {
         return value.size() > 2 && folded(value).starts_with("nr") && is_digit(value[2]);
       }},
      {"/\\/|</", [](const std::string& value) { return value.find_first_of("/<") != std::string::npos; }}};
  switch (draw(3)) {
    case 0: {
      const std::string part = pick(draw, kParts);
      return {escaped(part), [part](const std::string& value) { return value.find(part) != std::string::npos; }};
    }
    case 1: {
      const std::string part = pick(draw, kPartsInAnyCase);
      return {"*" + escaped(part),
              [part](const std::string& value) { return folded(value).find(folded(part)) != std::string::npos; }};
    }
    default:
      return pick(draw, kExpressions);
  }
}

WhereCase draw_count(const Draw& draw, const SpecCase& spec) {
  const AskedOfNumber asked = draw_number(draw, draw(18));
  const bool is_negated = asked.text.front() == '=' && draw(2) == 0;
  return {"#" + spec.text + (is_negated ? "!" : "") + asked.text,
          [=](const RecordView& record) { return asked.is_met(count_of(spec, record)) != is_negated; }};
}

/// A test of the values that a spec finds.
WhereCase ask(const SpecCase& spec, const std::string& text, const IsMet& is_met, bool is_negated) {
  return {spec.text + (is_negated ? "!" : "") + text, [=](const RecordView& record) {
            const Values values = values_of(spec, record);
            const bool is_any_met = std::ranges::any_of(values, is_met);
            return is_negated ? !values.empty() && !is_any_met : is_any_met;
          }};
}

WhereCase draw_test(const Draw& draw) {
  static const std::vector<std::string> kTexts = {"a", "m", "fre", "0",   "nr000007",          "x", "", "cam",
                                                  "1", " ", "FR",  "007", "\u56F3\u66F8\u9928"};
  const SpecCase spec = draw_spec(draw);
  const bool is_negated = draw(2) == 0;
  switch (draw(6)) {
    case 0:
      return {(is_negated ? "!" : pick(draw, Values{"", "?"})) + spec.text,
              [=](const RecordView& record) { return values_of(spec, record).empty() == is_negated; }};
    case 1: {
      const std::string text = pick(draw, kTexts);
      return ask(
          spec, "=" + escaped(text), [text](const std::string& value) { return value == text; }, is_negated);
    }
    case 2: {
      const Asked pattern = draw_pattern(draw);
      return ask(spec, "~" + pattern.text, pattern.is_met, is_negated);
    }
    case 3: {
      const Asked order = draw_order(draw);
      return ask(spec, order.text, order.is_met, false);
    }
    case 4: {
      const AskedOfNumber asked = draw_number(draw, pick(draw, std::vector<std::uint64_t>{0, 7, 200, 2000, 240'000}));
      const auto is_met = [asked](const std::string& value) {
        const std::optional<std::uint64_t> number = number_of(value);
        return number && asked.is_met(*number);
      };
      return ask(spec, asked.text, is_met, is_negated && asked.text.front() == '=');
    }
    default:
      return draw_count(draw, spec);
  }
}

/// One of these tests must hold.
WhereCase draw_alternatives(const Draw& draw) {
  WhereCase either = draw_test(draw);
  for (std::size_t i = draw(3); i > 1; --i) {
    const WhereCase other = draw_test(draw);
    either = {either.text + "|" + other.text,
              [either, other](const RecordView& record) { return either.holds(record) || other.holds(record); }};
  }
  return either;
}

}  // namespace

WhereCase draw_where(const Draw& draw) {
  WhereCase all = draw_alternatives(draw);
  if (one_in(draw, 2)) return all;
  all.text = "{" + all.text + "}";
  for (std::size_t i = draw(3); i > 0; --i) {
    const WhereCase other = draw_alternatives(draw);
    all = {all.text + "{" + other.text + "}",
           [all, other](const RecordView& record) { return all.holds(record) && other.holds(record); }};
  }
  return all;
}
