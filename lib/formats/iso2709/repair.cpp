#include "formats/iso2709/repair.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "formats/iso2709/directory.hpp"
#include "formats/iso2709/field_finder.hpp"
#include "formats/iso2709/syntax.hpp"
#include "record/field_location.hpp"

namespace bulkmarc {
namespace {

constexpr std::string_view kTerminators = "\x1D\x1E";
constexpr std::size_t kLongestDirectory = std::size_t{1} << 20;  // Ten times what a base address can say.

class Repair {
 public:
  explicit Repair(std::string_view record) : record_(record) {}

  std::variant<RepairedRecord, Problem> run() {
    if (record_.size() < kShortestRecord) {
      return Problem{Reason::kRecordLength, fmt::format("{} octets are too few for a record", record_.size())};
    }
    const std::size_t directory_end = record_.find(kFieldTerminator, kLeaderLength);
    if (directory_end == std::string_view::npos) return Problem{Reason::kDirectory, "the directory has no end"};
    if (directory_end > kLongestDirectory) {
      return Problem{Reason::kDirectory, fmt::format("{} octets are too many for a directory", directory_end)};
    }
    base_ = directory_end + 1;
    take_end();
    auto found = find_fields(record_, base_, data_end_);
    if (auto* flaw = std::get_if<Problem>(&found)) return std::move(*flaw);
    rebuild(std::get<FoundFields>(found));
    return std::move(result_);
  }

 private:
  /// Where the data ends: before the record terminator, or after the last field if there is none.
  void take_end() {
    data_end_ = record_.size();
    if (record_.back() == kRecordTerminator) {
      --data_end_;
      return;
    }
    note(result_.repairs, Reason::kTruncated, "the record terminator was missing");
    const std::size_t last_field_end = record_.find_last_of(kFieldTerminator);
    if (all_in(record_.substr(last_field_end + 1), kPadding)) data_end_ = std::max(base_, last_field_end + 1);
  }

  void note_lengths(const FoundFields& found) {
    const std::string_view length = record_.substr(0, 5);
    if (!all_in(length, kDigits) || to_number(length) != record_.size()) {
      const auto counted = std::ranges::find(found.flaws, Reason::kRecordLength, &DirectoryFlaw::reason);
      note(result_.repairs, Reason::kRecordLength,
           fmt::format("the leader says \"{}\" octets, there are {}{}", ascii_of(length), record_.size(),
                       counted == found.flaws.end() ? "" : "; " + counted->detail));
    }
    const std::string_view base = record_.substr(kBaseAddressAt, 5);
    if (!all_in(base, kDigits) || to_number(base) != base_) {
      note(result_.repairs, Reason::kBaseAddress,
           fmt::format("the leader says that data begins at \"{}\", it begins at {}", ascii_of(base), base_));
    }
  }

  void rebuild(const FoundFields& found) {
    std::string& bytes = result_.bytes;
    bytes = record_.substr(0, kLeaderLength);
    note_lengths(found);
    if (!all_in(bytes, kPrintable)) note(result_.repairs, Reason::kLeader, "bytes of the leader became blanks");
    std::ranges::replace_if(
        bytes, [](char byte) { return !kPrintable.contains(byte); }, ' ');
    for (const FieldPlace& place : found.places) {
      const std::size_t offset = bytes.size();
      const std::size_t length = place.end - place.begin;
      bytes += record_.substr(place.begin, length);
      bytes += kFieldTerminator;
      const std::string tag = ascii_of(place.tag);
      result_.directory.push_back(
          {{tag[0], tag[1], tag[2]}, static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(length)});
    }
    set_lengths(kLeaderLength + kDirectoryEntryLength * found.places.size() + 1);
    note_flaws(found);
  }

  void set_lengths(std::size_t base) {
    std::string& bytes = result_.bytes;
    const std::size_t length = base + bytes.size() - kLeaderLength + 1;
    bytes.replace(0, 5, fmt::format("{:05}", std::min(length, kLongestRecord)));
    bytes.replace(kBaseAddressAt, 5, fmt::format("{:05}", std::min(base, kLongestRecord)));
    bytes.replace(10, 2, "22");
    bytes.replace(kEntryMapAt, 4, "4500");
  }

  void note_flaws(const FoundFields& found) {
    for (const DirectoryFlaw& flaw : found.flaws) {
      if (is_noted(result_.repairs, flaw.reason)) continue;
      note(result_.repairs, flaw.reason, flaw.detail,
           flaw.field ? locate_in_field(result_.view(), *flaw.field, 0) : FieldLocation{});
    }
    for (std::size_t i = 0; i < found.places.size(); ++i) {
      const FieldPlace& place = found.places[i];
      if (!all_in(place.tag, kPrintable)) note_tag(place.tag, i);
      const std::size_t delimiter = record_.substr(place.begin, place.end - place.begin).find_first_of(kTerminators);
      if (delimiter != std::string_view::npos) note_delimiter(i, delimiter);
    }
  }

  void note_tag(std::string_view tag, std::size_t field) {
    if (is_noted(result_.repairs, Reason::kDirectory)) return;
    note(result_.repairs, Reason::kDirectory,
         fmt::format("bytes of the tag \"{}\" that are not ASCII became ?", snippet_of(tag, 0)),
         locate_in_field(result_.view(), field, 0));
  }

  void note_delimiter(std::size_t field, std::size_t position) {
    if (is_noted(result_.repairs, Reason::kDelimiterInData)) return;
    note(result_.repairs, Reason::kDelimiterInData, "a terminator within data was kept as data",
         locate_in_field(result_.view(), field, position));
  }

  std::string_view record_;
  std::size_t base_ = 0;
  std::size_t data_end_ = 0;
  RepairedRecord result_;
};

/// Where the directory ends that begins behind a leader, but for one that holds another leader. In that case no more is
/// looked at than up to there; so that of many leaders one behind the other each costs only its own bytes.
std::optional<std::size_t> end_of_directory(std::string_view bytes) {
  constexpr std::size_t kStep = 512;
  for (std::size_t at = kLeaderLength; at < bytes.size(); at += kStep) {
    const std::size_t until = std::min(at + kStep, bytes.size());
    const std::size_t end = bytes.substr(0, until).find(kFieldTerminator, at);
    if (find_leader(bytes, at, std::min(end, until)) != std::string_view::npos) return std::nullopt;
    if (end != std::string_view::npos) return end;
  }
  return std::nullopt;
}

}  // namespace

bool begins_with_leader(std::string_view bytes) {
  if (bytes.size() < kShortestRecord) return false;
  const std::string_view leader = bytes.substr(0, kLeaderLength);
  if (!all_in(leader.substr(0, 5), kDigits) || !all_in(leader.substr(kBaseAddressAt, 5), kDigits)) return false;
  if (leader.substr(10, 2) != "22" || leader.substr(kEntryMapAt) != "4500" || !all_in(leader, kPrintable)) return false;
  if (bytes[kLeaderLength] == kFieldTerminator) return true;
  return bytes.size() >= kLeaderSignLength &&
         all_in(bytes.substr(kLeaderLength + kTagLength, kDirectoryEntryLength - kTagLength), kDigits);
}

std::size_t find_leader(std::string_view bytes, std::size_t from, std::size_t to) {
  const std::string_view searched = bytes.substr(0, std::min(bytes.size(), to) + kLeaderLength - 1);
  std::size_t map = std::max<std::size_t>(from, 1) + kEntryMapAt;
  while ((map = searched.find("4500", map)) != std::string_view::npos) {
    if (begins_with_leader(bytes.substr(map - kEntryMapAt))) return map - kEntryMapAt;
    ++map;
  }
  return std::string_view::npos;
}

std::optional<std::size_t> length_by_directory(std::string_view bytes) {
  const std::optional<std::size_t> end = end_of_directory(bytes);
  if (!end || (*end - kLeaderLength) % kDirectoryEntryLength != 0) return std::nullopt;
  std::size_t data_length = 0;
  for (std::size_t at = kLeaderLength; at < *end; at += kDirectoryEntryLength) {
    const RawEntry entry = parse_entry(bytes.substr(at, kDirectoryEntryLength), 4);
    if (!entry.has_numbers) return std::nullopt;
    data_length = std::max(data_length, entry.start + entry.length);
  }
  return *end + 1 + data_length + 1;
}

std::variant<RepairedRecord, Problem> repair_iso2709(std::string_view record) { return Repair(record).run(); }

std::optional<RepairedRecord> repair_leader(std::string_view record) {
  const std::size_t directory_end = record.find(kFieldTerminator, kLeaderLength);
  if (directory_end == std::string_view::npos || record.back() != kRecordTerminator) return std::nullopt;
  if (!is_directory_sound(record, directory_end + 1, record.size() - 1)) return std::nullopt;
  auto repaired = Repair(record).run();
  auto* rebuilt = std::get_if<RepairedRecord>(&repaired);
  return rebuilt != nullptr ? std::optional(std::move(*rebuilt)) : std::nullopt;
}

}  // namespace bulkmarc
