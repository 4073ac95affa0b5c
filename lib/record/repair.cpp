#include "record/repair.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "record/field_finder.hpp"
#include "record/iso2709.hpp"
#include "record/raw_directory.hpp"

namespace bulkmarc {
namespace {

constexpr std::size_t kBaseAddressAt = 12;
constexpr std::size_t kEntryMapAt = 20;
constexpr std::size_t kLongestDirectory = std::size_t{1} << 20;  // Ten times what a base address can say.

class Repair {
 public:
  Repair(std::string_view record, Loss loss) : record_(record), loss_(loss) {}

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
    note_lengths();
    auto found = find_fields(record_, base_, data_end_, loss_, result_.repairs);
    if (auto* flaw = std::get_if<Problem>(&found)) return std::move(*flaw);
    rebuild(std::get<FieldPlaces>(found));
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
    if (all_in(record_.substr(last_field_end + 1), kPadding)) data_end_ = last_field_end + 1;
  }

  void note_lengths() {
    const std::string_view length = record_.substr(0, 5);
    if (!all_in(length, kDigits) || to_number(length) != record_.size()) {
      note(result_.repairs, Reason::kRecordLength,
           fmt::format("the leader says \"{}\" octets, there are {}", printable(length), record_.size()));
    }
    const std::string_view base = record_.substr(kBaseAddressAt, 5);
    if (!all_in(base, kDigits) || to_number(base) != base_) {
      note(result_.repairs, Reason::kBaseAddress,
           fmt::format("the leader says that data begins at \"{}\", it begins at {}", printable(base), base_));
    }
  }

  void rebuild(const FieldPlaces& places) {
    std::string& bytes = result_.bytes;
    bytes = record_.substr(0, kLeaderLength);
    if (!all_in(bytes, kPrintable)) note(result_.repairs, Reason::kLeader, "bytes of the leader became blanks");
    std::ranges::replace_if(
        bytes, [](char byte) { return !kPrintable.contains(byte); }, ' ');
    for (const FieldPlace& place : places) {
      const std::size_t offset = bytes.size();
      const std::size_t length = place.end - place.begin;
      bytes += record_.substr(place.begin, length);
      bytes += kFieldTerminator;
      result_.directory.push_back({{place.tag[0], place.tag[1], place.tag[2]},
                                   static_cast<std::uint32_t>(offset),
                                   static_cast<std::uint32_t>(length)});
    }
    const std::size_t base = kLeaderLength + kDirectoryEntryLength * places.size() + 1;
    const std::size_t length = base + bytes.size() - kLeaderLength + 1;
    bytes.replace(0, 5, fmt::format("{:05}", std::min(length, kLongestRecord)));
    bytes.replace(kBaseAddressAt, 5, fmt::format("{:05}", std::min(base, kLongestRecord)));
    bytes.replace(10, 2, "22");
    bytes.replace(kEntryMapAt, 4, "4500");
  }

  std::string_view record_;
  Loss loss_;
  std::size_t base_ = 0;
  std::size_t data_end_ = 0;
  RepairedRecord result_;
};

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

std::optional<std::size_t> length_by_directory(std::string_view bytes) {
  std::size_t at = kLeaderLength;
  std::size_t data_length = 0;
  while (at < bytes.size() && bytes[at] != kFieldTerminator) {
    if (bytes.size() - at < kDirectoryEntryLength) return std::nullopt;
    const RawEntry entry = parse_entry(bytes.substr(at, kDirectoryEntryLength), 4);
    if (!entry.has_numbers) return std::nullopt;
    data_length = std::max(data_length, entry.start + entry.length);
    at += kDirectoryEntryLength;
  }
  if (at >= bytes.size()) return std::nullopt;
  return at + 1 + data_length + 1;
}

std::variant<RepairedRecord, Problem> repair_iso2709(std::string_view record, Loss loss) {
  return Repair(record, loss).run();
}

}  // namespace bulkmarc
