#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bulkmarc {

/// Records drawn at random: how many, and by which seed.
struct Sample {
  std::uint64_t records = 0;
  /// Another number gives another sample; the same gives the same, on every machine.
  std::uint64_t seed = 1;
};

/// Which of several records with the same control number is taken.
enum class Unique : std::uint8_t { kFirst, kLast };

/// Which records an export takes, and which of their fields; by default all. docs/selection.md has the grammar of the
/// expressions, and the order in which the parts apply. What breaks the grammar is an Error (kInvalidOptions) that
/// tells the place.
///
/// A record that is not taken is counted in Report::records_selected_out, whether or not it could have been exported. A
/// record that can't be decoded can't be asked either: unless it is skipped, it is a reject.
struct Selection {
  /// The number of records at the beginning of the run that are not taken, all inputs being one.
  std::uint64_t skip = 0;
  /// The run ends when this many records are exported. What comes after the last of them is neither read nor counted.
  std::optional<std::uint64_t> limit = std::nullopt;
  /// Of the records with the same control number (001) that would be exported otherwise, only the first or the last.
  /// Blanks at either end do not count; records without a control number are all taken. What is left out is counted and
  /// listed in the Report as duplicates. Needs a source that can be walked twice, and takes 27 bytes of memory for each
  /// record of it. `limit` counts what is left.
  std::optional<Unique> unique = std::nullopt;
  /// Only this many of the records that would be exported otherwise, all with the same chance, in their order. Needs a
  /// source that can be walked twice, and excludes `limit`. Takes 16 bytes of memory for each record of the sample.
  std::optional<Sample> sample = std::nullopt;
  /// Only records with one of these control numbers (001). Blanks at either end do not count. Those that no record had
  /// are listed in Report::missing_ids.
  std::optional<std::vector<std::string>> ids = std::nullopt;
  /// Only records with one of these numbers, the first one of the run being 1; or, with `ids`, those that either names.
  /// Without `ids` the run ends with the record of the largest number: what comes after it is neither read nor counted.
  std::optional<std::vector<std::uint64_t>> numbers = std::nullopt;
  /// Only records of which this condition holds: `{LDR/6=\a}{650$a~\Whales|651}`. Empty: all.
  /// Each of its regular expressions takes up to 8 MB of memory.
  std::string where = "";
  /// Only these fields and subfields of each record: `001,245$a$b,6..`. Empty: all.
  std::string fields = "";
  /// None of these, though `fields` may name them.
  std::string drop_fields = "";
};

}  // namespace bulkmarc
