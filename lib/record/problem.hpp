#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <bulkmarc/record_view.hpp>
#include <bulkmarc/report.hpp>

#include "text/utf8.hpp"

namespace bulkmarc {

/// Something wrong with one record.
struct Problem {
  Reason reason{};
  std::string detail;
  FieldLocation location = {};
};

/// The most bytes of a finding's detail, and of the other texts that it quotes from a record.
inline constexpr std::size_t kLongestDetail = 200;
inline constexpr std::size_t kLongestQuote = 80;

/// The repair of data that no subfield code stands before: it becomes a subfield of this code.
inline constexpr std::string_view kCodeOfStrayData(&kStrayDataCode, 1);

/// Adds a problem of one record, once for each reason.
inline void note(std::vector<Problem>& problems, Reason reason, std::string_view detail, FieldLocation location = {}) {
  const auto same = [reason](const Problem& problem) { return problem.reason == reason; };
  if (std::ranges::none_of(problems, same)) {
    problems.push_back({reason, shortened(detail, kLongestDetail), std::move(location)});
  }
}

}  // namespace bulkmarc
