#include <bulkmarc/rules.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "record/leader.hpp"
#include "rules/rules_impl.hpp"

namespace bulkmarc {
namespace {

constexpr std::size_t kMostProblems = 100;
/// MARC 21 leaves tags with a 9, and this subfield, to local use.
constexpr char kLocal = '9';

constexpr std::string_view kBibliographicTypes = "acdefgijkmoprt";

/// Checks one record.
class RecordCheck {
 public:
  RecordCheck(const Rules::Impl& rules, const RecordView& record, std::vector<Problem>& problems)
      : rules_(rules),
        record_(record),
        problems_(problems),
        most_(problems.size() + kMostProblems),
        is_bibliographic_(kBibliographicTypes.find(record.leader()[kRecordTypeAt]) != std::string_view::npos),
        seen_(rules.fields.size()) {}

  void run() {
    std::size_t index = 0;
    for (const FieldView field : record_.fields()) check(field, index++);
    for (std::size_t i = 0; i < rules_.fields.size(); ++i) {
      if (seen_[i] != Seen::kNever || !is_required(rules_.fields[i])) continue;
      add({Reason::kMissing, fmt::format("there is no field {}", rules_.tags[i])});
    }
  }

 private:
  enum class Seen : std::uint8_t { kNever, kOnce, kRepeated };

  [[nodiscard]] bool is_required(const FieldRules& rules) const {
    return rules.required == FieldRules::Required::kInAll ||
           (rules.required == FieldRules::Required::kInBibliographic && is_bibliographic_);
  }

  void check(const FieldView& field, std::size_t index) {
    const auto known = rules_.places.find(field.tag());
    if (known == rules_.places.end()) {
      if (rules_.is_closed && field.tag().find(kLocal) == std::string_view::npos) {
        add(Reason::kUndefined, fmt::format("field {} is not defined", field.tag()), index, 0);
      }
      return;
    }
    const FieldRules& rules = rules_.fields[known->second];
    Seen& seen = seen_[known->second];
    if (seen == Seen::kOnce && !rules.repeatable) {
      add(Reason::kRepeated, fmt::format("field {} is not repeatable", field.tag()), index, 0);
      seen = Seen::kRepeated;
    } else if (seen == Seen::kNever) {
      seen = Seen::kOnce;
    }
    if (field.is_control()) return;
    for (std::size_t i = 0; i < kIndicatorCount; ++i) check_indicator(field, rules, i, index);
    check_subfields(field, rules, index);
  }

  void check_indicator(const FieldView& field, const FieldRules& rules, std::size_t i, std::size_t index) {
    const char value = field.indicator(i);
    if (!rules.indicators[i] || rules.indicators[i]->test(static_cast<unsigned char>(value))) return;
    add(Reason::kUndefined, fmt::format("indicator {} of field {} can't be \"{}\"", i + 1, field.tag(), value), index,
        i);
  }

  void check_subfields(const FieldView& field, const FieldRules& rules, std::size_t index) {
    CodeSet seen;
    CodeSet repeated;
    for (const SubfieldView subfield : field.subfields()) {
      const auto code = static_cast<unsigned char>(subfield.code);
      const auto note = [&](Reason reason, std::string_view what) {
        // The delimiter and the code stand before the value; stray data has neither.
        const auto at = static_cast<std::size_t>(subfield.value.data() - field.bytes().data());
        add(reason, fmt::format("subfield {} of field {} is not {}", name_of(subfield.code), field.tag(), what), index,
            at - std::min<std::size_t>(at, 2));
      };
      if (rules.subfields && !rules.subfields->test(code) && subfield.code != kLocal && !seen.test(code)) {
        note(Reason::kUndefined, "defined");
      }
      if (seen.test(code) && rules.unrepeatable_subfields.test(code) && !repeated.test(code)) {
        note(Reason::kRepeated, "repeatable");
        repeated.set(code);
      }
      seen.set(code);
    }
    const CodeSet missing = rules.required_subfields & ~seen;
    for (std::size_t code = 0; missing.any() && code < missing.size(); ++code) {
      if (!missing.test(code)) continue;
      add(Reason::kMissing, fmt::format("field {} has no subfield {}", field.tag(), name_of(static_cast<char>(code))),
          index, 0);
    }
  }

  static std::string name_of(char code) {
    const bool is_visible = code > ' ' && code <= '~';
    return is_visible ? std::string(1, code) : fmt::format("0x{:02X}", static_cast<unsigned char>(code));
  }

  void add(Reason reason, std::string detail, std::size_t index, std::size_t at) {
    if (problems_.size() < most_) problems_.push_back({reason, std::move(detail), locate_in_field(record_, index, at)});
  }
  void add(Problem problem) {
    if (problems_.size() < most_) problems_.push_back(std::move(problem));
  }

  const Rules::Impl& rules_;
  const RecordView& record_;
  std::vector<Problem>& problems_;
  const std::size_t most_;
  const bool is_bibliographic_;
  std::vector<Seen> seen_;
};

std::shared_ptr<const Rules::Impl> marc21_rules() {
  auto rules = std::make_shared<Rules::Impl>();
  add_marc21_rules(*rules);
  rules->index();
  return rules;
}

}  // namespace

void Rules::Impl::set(std::string_view tag, const FieldRules& rules) {
  const auto known = std::ranges::find(tags, tag);
  if (known != tags.end()) {
    fields[static_cast<std::size_t>(known - tags.begin())] = rules;
    return;
  }
  tags.emplace_back(tag);
  fields.push_back(rules);
}

void Rules::Impl::index() {
  for (std::size_t i = 0; i < tags.size(); ++i) places.emplace(tags[i], i);
}

void Rules::Impl::check(const RecordView& record, std::vector<Problem>& problems) const {
  RecordCheck(*this, record, problems).run();
}

void add_marc21_rules(Rules::Impl& rules) {
  // What no kind of record may repeat: some tags are of one kind alone, and mean the same in all others that have them.
  for (const std::string_view tag :
       {"001", "003", "005", "008", "010", "018", "036", "038", "040", "042", "043", "044", "045", "066",
        "100", "110", "111", "130", "240", "243", "245", "254", "256", "263", "306", "357", "507", "514"}) {
    FieldRules once;
    once.repeatable = false;
    if (tag == "001") once.required = FieldRules::Required::kInAll;
    if (tag == "245") once.required = FieldRules::Required::kInBibliographic;
    rules.set(tag, once);
  }
}

Rules::Rules() : impl_(marc21_rules()) {}
Rules::Rules(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
Rules::~Rules() = default;
Rules::Rules(const Rules& other) = default;
Rules& Rules::operator=(const Rules& other) = default;

Rules Rules::with_avram_schema(std::string_view json) {
  auto rules = std::make_shared<Impl>();
  add_marc21_rules(*rules);
  add_avram_rules(json, *rules);
  rules->index();
  return Rules(std::move(rules));
}

}  // namespace bulkmarc
