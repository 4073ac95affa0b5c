#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <bulkmarc/record_view.hpp>
#include <bulkmarc/rules.hpp>

#include "record/field_location.hpp"

namespace bulkmarc {

/// A set of indicators or of subfield codes.
using CodeSet = std::bitset<256>;

/// What a field with a certain tag should be like.
struct FieldRules {
  enum class Required { kNowhere, kInBibliographic, kInAll } required = Required::kNowhere;
  bool repeatable = true;
  std::array<std::optional<CodeSet>, kIndicatorCount> indicators;  ///< Nothing where any is right.
  std::optional<CodeSet> subfields;                                ///< Likewise.
  CodeSet required_subfields;
  CodeSet unrepeatable_subfields;
};

struct [[gnu::visibility("hidden")]] Rules::Impl {
  std::vector<std::string> tags;                             ///< Of the rules.
  std::vector<FieldRules> fields;                            ///< Their rules, in the same order.
  std::unordered_map<std::string_view, std::size_t> places;  ///< Of the tags; borrows from `tags`.
  bool is_closed = false;  ///< Fields without rules are not defined, but for local ones.

  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  /// Sets the rules for a tag, in place of those that were set before.
  void set(std::string_view tag, const FieldRules& rules);
  /// Makes `places`. To be called when all are set.
  void index();

  /// Adds what is wrong with a record to `problems`, in the order of its fields; what is missing comes last.
  void check(const RecordView& record, std::vector<Problem>& problems) const;
};

/// Sets the rules of MARC 21.
void add_marc21_rules(Rules::Impl& rules);
/// Sets those of an Avram schema. Throws Error (kInvalidOptions).
void add_avram_rules(std::string_view json, Rules::Impl& rules);

}  // namespace bulkmarc
