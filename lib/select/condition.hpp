#pragma once

#include <algorithm>
#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/record_view.hpp>

namespace re2 {
class RE2;
}

namespace bulkmarc {

/// A tag in which `.` stands for any character. `LDR` is the leader.
struct TagPattern {
  std::array<char, kTagLength> tag;

  [[nodiscard]] std::string_view text() const { return {tag.data(), tag.size()}; }
  [[nodiscard]] bool is_leader() const { return text() == "LDR"; }
  [[nodiscard]] bool is_of_many() const { return tag[0] == '.' || tag[1] == '.' || tag[2] == '.'; }
  [[nodiscard]] bool matches(std::string_view other) const {
    const auto fits = [&](std::size_t i) { return tag[i] == '.' || tag[i] == other[i]; };
    return fits(0) && fits(1) && fits(2);
  }
};

/// Calls `take(field)` for each field whose tag matches, in their order, until it returns false; returns false then.
template <class Take>
[[nodiscard]] bool each_with_tag(const TagPattern& tag, const FieldRange& fields, const Take& take) {
  for (const FieldView field : fields) {
    if (tag.matches(field.tag()) && !take(field)) return false;
  }
  return true;
}

/// A range of the characters of a value, both ends included; characters are those of UTF-8.
struct CharacterRange {
  static constexpr std::size_t kEnd = std::numeric_limits<std::uint32_t>::max();
  std::size_t first = 0;
  std::size_t last = kEnd;
  bool from_end = false;  ///< 0 is the last character, 1 the one before it.

  /// What `value` has of the range; nothing where it is too short to begin it.
  [[nodiscard]] std::optional<std::string_view> of(std::string_view value) const;
};

/// A set of subfield codes.
using SubfieldCodes = std::bitset<256>;

/// What is wanted of a field: its data, some of its subfields, or an indicator.
struct FieldPart {
  enum class Kind { kData, kSubfields, kIndicator } kind = Kind::kData;
  SubfieldCodes codes;        ///< For kSubfields.
  std::size_t indicator = 0;  ///< For kIndicator: 0 or 1.
  std::optional<CharacterRange> characters;

  /// Calls `take(value)` for each value in its order, until it returns false; returns false then. The data of a control
  /// field is one value. That of a data field is the value of each subfield, stray data among them, or an empty one
  /// where it has none.
  template <class Take>
  [[nodiscard]] bool each(const FieldView& field, const Take& take) const {
    switch (kind) {
      case Kind::kIndicator:
        return field.is_control() || take(indicator_of(field));
      case Kind::kData:
        if (field.is_control()) return take_characters(field.bytes(), take);
        if (field.subfields().begin() == SubfieldRange::end()) return take(std::string_view{});
        break;
      case Kind::kSubfields:
        break;
    }
    for (const SubfieldView subfield : field.subfields()) {
      if (kind == Kind::kSubfields && !codes.test(static_cast<unsigned char>(subfield.code))) continue;
      if (!take_characters(subfield.value, take)) return false;
    }
    return true;
  }

  /// How many values there are.
  [[nodiscard]] std::uint64_t count(const FieldView& field) const {
    std::uint64_t count = 0;
    static_cast<void>(each(field, [&count](std::string_view) {
      ++count;
      return true;
    }));
    return count;
  }

 private:
  template <class Take>
  [[nodiscard]] bool take_characters(std::string_view value, const Take& take) const {
    if (!characters) return take(value);
    const auto part = characters->of(value);
    return !part || take(*part);
  }

  /// A blank where it is missing or can't be one.
  [[nodiscard]] std::string_view indicator_of(const FieldView& field) const {
    return indicator < field.indicator_count() ? field.bytes().substr(indicator, 1) : std::string_view(" ");
  }
};

/// Whole numbers, both ends included; none where `last` is less than `first`.
struct NumberRange {
  std::uint64_t first = 0;
  std::uint64_t last = std::numeric_limits<std::uint64_t>::max();

  [[nodiscard]] bool contains(std::uint64_t number) const { return first <= number && number <= last; }
};

/// What the operators ask of the values that a spec finds.
struct Comparison {
  enum class Operator {
    kExists,
    kEquals,
    kIncludes,
    kLess,
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual,
    kMatches,
    kIsNumber,
    kCounts
  } op = Operator::kExists;
  bool negated = false;
  std::string text;     ///< Of kEquals to kGreaterOrEqual.
  NumberRange numbers;  ///< Of kIsNumber, and how many values or fields there are for kCounts.
  /// Of kMatches. Its states take memory as they are needed, up to 8 MB, and are shared by all threads.
  std::shared_ptr<const re2::RE2> expression;

  /// Of kCounts.
  [[nodiscard]] bool holds_of(std::uint64_t count) const { return numbers.contains(count) != negated; }

  /// Of all others. `each(take)` calls take(value) for every value until it returns false. Without a value only a
  /// negated kExists holds.
  template <class Each>
  [[nodiscard]] bool holds(const Each& each) const {
    bool found = false;
    bool met = false;
    each([&](std::string_view value) {
      found = true;
      met = is_met_by(value);
      return !met;
    });
    return negated ? !met && (found || op == Operator::kExists) : met;
  }

 private:
  [[nodiscard]] bool is_met_by(std::string_view value) const {
    switch (op) {
      case Operator::kEquals:
        return value == text;
      case Operator::kIncludes:
        return value.find(text) != std::string_view::npos;
      case Operator::kLess:
        return value < text;
      case Operator::kLessOrEqual:
        return value <= text;
      case Operator::kGreater:
        return value > text;
      case Operator::kGreaterOrEqual:
        return value >= text;
      case Operator::kMatches:
        return matches(value);
      case Operator::kIsNumber:
        return is_among_numbers(value);
      case Operator::kExists:
      case Operator::kCounts:
        break;
    }
    return true;
  }
  [[nodiscard]] bool matches(std::string_view value) const;
  [[nodiscard]] bool is_among_numbers(std::string_view value) const;
};

/// MARCspec's {a|b}{c}: of every group one test must hold.
template <class Test>
struct Tests {
  std::vector<std::vector<Test>> groups;

  template <class Subject>
  [[nodiscard]] bool hold(const Subject& subject) const {
    return std::ranges::all_of(groups, [&](const std::vector<Test>& group) {
      return std::ranges::any_of(group, [&](const Test& test) { return test.holds(subject); });
    });
  }
};

/// A test of one field.
struct FieldTest {
  FieldPart part;
  Comparison comparison;

  [[nodiscard]] bool holds(const FieldView& field) const {
    if (comparison.op == Comparison::Operator::kCounts) return comparison.holds_of(part.count(field));
    return comparison.holds([&](const auto& take) { return part.each(field, take); });
  }
};

/// A MARCspec, compiled: which values of a record are meant. Immutable; each() allocates nothing and may run in many
/// threads at once. docs/selection.md has the grammar.
struct FieldSpec {
  TagPattern tag;
  FieldPart part;
  Tests<FieldTest> context;  ///< Only fields in which these hold are looked at.

  /// Calls `take(value)` for each value in the order of the record, until it returns false; returns false then. Values
  /// borrow from the record.
  template <class Take>
  [[nodiscard]] bool each(const RecordView& record, const Take& take) const {
    if (tag.is_leader()) return each_of_leader(record.leader(), take);
    return each_field(record.fields(), [&](const FieldView& field) { return part.each(field, take); });
  }

  /// The same for each of `fields` of which the spec means some part, whether or not the field has that. These are a
  /// FieldRange or a FieldIndex.
  template <class Fields, class Take>
  [[nodiscard]] bool each_field(const Fields& fields, const Take& take) const {
    return each_with_tag(tag, fields, [&](const FieldView& field) { return !context.hold(field) || take(field); });
  }

  /// The same for a leader by itself. REQUIRES: it is one that the spec means.
  template <class Take>
  [[nodiscard]] bool each_of_leader(std::string_view leader, const Take& take) const {
    // Read as a control field; its usual stand-in among the tags is 000.
    const FieldView field("000", leader);
    return !context.hold(field) || part.each(field, take);
  }

  /// How many fields there are where the spec names no part of them, or else how many values.
  [[nodiscard]] std::uint64_t count(const RecordView& record) const {
    std::uint64_t count = 0;
    const auto add = [&count](const auto&) {
      ++count;
      return true;
    };
    const bool counts_fields = part.kind == FieldPart::Kind::kData && !part.characters && !tag.is_leader();
    static_cast<void>(counts_fields ? each_field(record.fields(), add) : each(record, add));
    return count;
  }
};

/// A test of one record.
struct RecordTest {
  FieldSpec spec;
  Comparison comparison;

  [[nodiscard]] bool holds(const RecordView& record) const {
    if (comparison.op == Comparison::Operator::kCounts) return comparison.holds_of(spec.count(record));
    return comparison.holds([&](const auto& take) { return spec.each(record, take); });
  }
};

/// Which records are meant: hold(record) tells. Immutable, and may be asked by many threads at once. Allocates nothing
/// but what Comparison::expression says.
using Condition = Tests<RecordTest>;

}  // namespace bulkmarc
