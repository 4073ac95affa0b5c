#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
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

/// What the finding of a record says that is left out, as another one has its control number.
inline constexpr std::string_view kDuplicateLeftOut = "left out: another record has its control number";
/// The same of one that is not.
inline constexpr std::string_view kDuplicateCounted = "an earlier record has its control number";

/// The repair of data that no subfield code stands before: it becomes a subfield of this code.
inline constexpr std::string_view kCodeOfStrayData(&kStrayDataCode, 1);

/// Adds a problem of one record, once for each reason.
inline void note(std::vector<Problem>& problems, Reason reason, std::string_view detail, FieldLocation location = {}) {
  const auto same = [reason](const Problem& problem) { return problem.reason == reason; };
  if (std::ranges::none_of(problems, same)) {
    problems.push_back({reason, shortened(detail, kLongestDetail), std::move(location)});
  }
}

/// Some of `bytes`, around a position in them, as FieldLocation::snippet has it: printable ASCII as it is, any other
/// byte as `\xHH`, no more than 40 characters in all.
[[nodiscard]] std::string snippet_of(std::string_view bytes, std::size_t position);

/// The location of a byte of a field, by its position in the field's data. The subfield is the one that the byte
/// belongs to; the delimiter and the code of a subfield are part of it.
[[nodiscard]] FieldLocation locate_in_field(const FieldView& field, std::uint32_t occurrence, std::size_t position);

/// The same, for the field that has an index in the record's directory. REQUIRES: there is one.
[[nodiscard]] FieldLocation locate_in_field(const RecordView& record, std::size_t index, std::size_t position);

/// The location of record.bytes()[at]. It is empty where that belongs to no field; of the leader the tag is LDR.
/// Takes time for all fields, so that it is only for what is noted: see note_at().
[[nodiscard]] FieldLocation locate(const RecordView& record, std::size_t at);

[[nodiscard]] inline bool is_noted(const std::vector<Problem>& problems, Reason reason) {
  return std::ranges::find(problems, reason, &Problem::reason) != problems.end();
}

/// Notes a problem as note() does, with the location of record.bytes()[at], which is worked out only the first time.
void note_at(std::vector<Problem>& problems, Reason reason, std::string_view detail, const RecordView& record,
             std::size_t at);

/// Takes down what is odd in one record, and where. Borrows the problems, and what the record borrows.
class RecordNotes {
 public:
  RecordNotes(const RecordView& record, std::vector<Problem>& problems) : record_(record), problems_(&problems) {}

  [[nodiscard]] const RecordView& record() const { return record_; }
  /// The places in what is noted from now on are those in another form of the record.
  void set_record(const RecordView& record) { record_ = record; }
  [[nodiscard]] std::vector<Problem>& problems() const { return *problems_; }

  /// Notes what is odd at record().bytes()[at].
  [[gnu::cold, gnu::noinline]] void note(Reason reason, std::string_view detail, std::size_t at) const {
    note_at(*problems_, reason, detail, record_, at);
  }
  /// Notes what is odd where `bytes` begin. These are some of the record's; or made of them, and so without a place.
  [[gnu::cold, gnu::noinline]] void note(Reason reason, std::string_view detail, std::string_view bytes) const;

 private:
  RecordView record_;
  std::vector<Problem>* problems_;
};

}  // namespace bulkmarc
