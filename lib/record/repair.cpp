#include "record/repair.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "record/iso2709.hpp"
#include "text/byte_set.hpp"

namespace bulkmarc {
namespace {

constexpr ByteSet kDigits("0-9");
constexpr ByteSet kPrintable(" -~");
constexpr std::size_t kWideEntryLength = 13;  // Of exporters that give a length five digits, or a start six.
constexpr std::size_t kBaseAddressAt = 12;
constexpr std::size_t kEntryMapAt = 20;

/// REQUIRES: all digits, and few enough of them.
std::size_t to_number(std::string_view digits) {
  std::size_t number = 0;
  for (const char digit : digits) number = number * 10 + static_cast<std::size_t>(digit - '0');
  return number;
}

/// A directory entry as it stands: from the base address, the terminator included.
struct Entry {
  std::string_view tag;
  std::size_t start = 0;
  std::size_t length = 0;
  bool has_numbers = false;
};

Entry parse_entry(std::string_view entry, std::size_t length_digits) {
  Entry parsed{entry.substr(0, kTagLength)};
  const std::string_view numbers = entry.substr(kTagLength);
  parsed.has_numbers = all_in(numbers, kDigits);
  if (!parsed.has_numbers) return parsed;
  parsed.length = to_number(numbers.substr(0, length_digits));
  parsed.start = to_number(numbers.substr(length_digits));
  return parsed;
}

std::vector<Entry> parse_entries(std::string_view directory, std::size_t entry_length, std::size_t length_digits) {
  std::vector<Entry> entries;
  for (; directory.size() >= entry_length; directory.remove_prefix(entry_length)) {
    entries.push_back(parse_entry(directory.substr(0, entry_length), length_digits));
  }
  return entries;
}

/// A field's bytes in the record, without the terminator.
struct Place {
  std::string_view tag;
  std::size_t begin;
  std::size_t end;
};
using Places = std::vector<Place>;

class Repair {
 public:
  Repair(std::string_view record, Loss loss) : record_(record), loss_(loss) {}

  std::variant<RepairedRecord, Problem> run() {
    if (record_.size() < kShortestRecord) {
      return Problem{Reason::kRecordLength, fmt::format("{} octets are too few for a record", record_.size())};
    }
    const std::size_t directory_end = record_.find(kFieldTerminator, kLeaderLength);
    if (directory_end == std::string_view::npos) return Problem{Reason::kDirectory, "the directory has no end"};
    base_ = directory_end + 1;
    take_end();
    note_lengths();
    auto places = find_fields(record_.substr(kLeaderLength, directory_end - kLeaderLength));
    if (!places) return flaw_;
    rebuild(*places);
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

  static std::string printable(std::string_view bytes) {
    std::string text(bytes);
    std::ranges::replace_if(
        text, [](char byte) { return !kPrintable.contains(byte); }, '?');
    return text;
  }

  /// The ways to read a directory.
  struct Reading {
    std::vector<Entry> entries;
    bool wide;
  };
  static std::vector<Reading> readings_of(std::string_view directory) {
    std::vector<Reading> readings = {{parse_entries(directory, kDirectoryEntryLength, 4), false}};
    if (directory.size() % kWideEntryLength == 0) {
      readings.push_back({parse_entries(directory, kWideEntryLength, 5), true});
      readings.push_back({parse_entries(directory, kWideEntryLength, 4), true});
    }
    return readings;
  }

  /// The fields, by the first reading of the directory that agrees with the data.
  std::optional<Places> find_fields(std::string_view directory) {
    const std::vector<Reading> readings = readings_of(directory);
    using Way = std::optional<Places> (Repair::*)(const std::vector<Entry>&);
    for (const Way way : {&Repair::by_directory, &Repair::by_terminators, &Repair::by_lengths}) {
      for (const Reading& reading : readings) {
        auto places = (this->*way)(reading.entries);
        if (!places) continue;
        if (reading.wide) {
          note(result_.repairs, Reason::kDirectory, "directory entries have 13 octets");
        } else if (directory.size() % kDirectoryEntryLength != 0) {
          note(result_.repairs, Reason::kDirectory,
               fmt::format("{} octets of directory are not a multiple of 12", directory.size()));
        }
        return places;
      }
    }
    const std::vector<Entry>& entries = readings.front().entries;
    if (loss_ == Loss::kReported) {
      if (auto places = by_entries_that_hold(entries)) return places;
    }
    flaw_ = first_flaw(entries);
    return std::nullopt;
  }

  [[nodiscard]] bool in_bounds(const Entry& entry) const {
    return entry.has_numbers && entry.length != 0 && entry.start + entry.length <= data_end_ - base_;
  }
  [[nodiscard]] bool stands_alone(const Entry& entry) const {
    return in_bounds(entry) && record_[base_ + entry.start + entry.length - 1] == kFieldTerminator &&
           record_[base_ + entry.start - 1] == kFieldTerminator;
  }

  /// Every entry leads to a field between terminators, and together they cover the data.
  std::optional<Places> by_directory(const std::vector<Entry>& entries) {
    if (!std::ranges::all_of(entries, [this](const Entry& entry) { return stands_alone(entry); })) return std::nullopt;
    if (covered(entries) != data_end_ - base_) return std::nullopt;
    return place(entries);
  }

  /// As many fields between terminators as entries. A field belongs to the entry whose start is its own; if they don't
  /// all agree like that, fields and entries are in the same order.
  std::optional<Places> by_terminators(const std::vector<Entry>& entries) {
    // A record that another one cuts off may end in mid-field.
    if (record_.back() != kRecordTerminator && record_[data_end_ - 1] != kFieldTerminator) return std::nullopt;
    std::vector<std::size_t> starts;
    for (std::size_t at = base_; at < data_end_;) {
      starts.push_back(at);
      at = std::min(record_.find(kFieldTerminator, at), data_end_) + 1;
    }
    if (starts.size() != entries.size() || !tags_are_sound(entries)) return std::nullopt;
    // Else it is no directory at all, but text that happens to have the length of one.
    const auto numbered = std::ranges::count_if(entries, &Entry::has_numbers);
    if (2 * static_cast<std::size_t>(numbered) < entries.size()) return std::nullopt;
    note(result_.repairs, Reason::kDirectory, "the directory was rebuilt from tags and field terminators");
    Places places;
    for (std::size_t i = 0; i < starts.size(); ++i) {
      const std::size_t end = std::min(record_.find(kFieldTerminator, starts[i]), data_end_);
      places.push_back({entries[i].tag, starts[i], end});
    }
    reorder(places, entries, starts);
    return places;
  }

  void reorder(Places& places, const std::vector<Entry>& entries, const std::vector<std::size_t>& starts) const {
    Places ordered;
    std::vector<bool> taken(starts.size());
    for (const Entry& entry : entries) {
      const auto found = std::ranges::lower_bound(starts, base_ + entry.start);
      if (!entry.has_numbers || found == starts.end() || *found != base_ + entry.start) return;
      const auto index = static_cast<std::size_t>(found - starts.begin());
      if (taken[index]) return;
      taken[index] = true;
      ordered.push_back({entry.tag, places[index].begin, places[index].end});
    }
    places = std::move(ordered);
  }

  /// Entries that cover the data without gap or overlap, nearly all of them with terminators where they should be.
  std::optional<Places> by_lengths(const std::vector<Entry>& entries) {
    if (entries.empty() || !std::ranges::all_of(entries, [this](const Entry& entry) { return in_bounds(entry); }) ||
        covered(entries) != data_end_ - base_) {
      return std::nullopt;
    }
    const auto sound = std::ranges::count_if(entries, [this](const Entry& entry) { return stands_alone(entry); });
    if (2 * static_cast<std::size_t>(sound) < entries.size()) return std::nullopt;
    auto places = place(entries);
    if (!places) return std::nullopt;
    note(result_.repairs, Reason::kFieldEnd, "a field terminator was missing");
    for (Place& place : *places) {
      if (record_[place.end] != kFieldTerminator) ++place.end;
    }
    return places;
  }

  /// The entries that lead to a field between terminators, when what the others lead to is data of none.
  std::optional<Places> by_entries_that_hold(const std::vector<Entry>& entries) {
    std::vector<Entry> held;
    std::ranges::copy_if(entries, std::back_inserter(held), [this](const Entry& entry) { return stands_alone(entry); });
    const auto covers = covered(held);
    if (held.empty() || !covers || !tags_are_sound(held)) return std::nullopt;
    if (held.size() != entries.size()) {
      note(result_.repairs, Reason::kFieldBounds,
           fmt::format("{} of {} directory entries lead to no field", entries.size() - held.size(), entries.size()));
    }
    if (*covers != data_end_ - base_) {
      note(result_.repairs, Reason::kUnreferencedData,
           fmt::format("{} octets that no directory entry leads to were left out", data_end_ - base_ - *covers));
    }
    return place(held);
  }

  /// How many octets of the data the entries share out, or nothing where two of them overlap.
  static std::optional<std::size_t> covered(std::vector<Entry> entries) {
    std::ranges::sort(entries, {}, &Entry::start);
    std::size_t total = 0;
    std::size_t end = 0;
    for (const Entry& entry : entries) {
      if (entry.start < end) return std::nullopt;
      end = entry.start + entry.length;
      total += entry.length;
    }
    return total;
  }

  static bool tags_are_sound(const std::vector<Entry>& entries) {
    return std::ranges::all_of(entries, [](const Entry& entry) { return all_in(entry.tag, kPrintable); });
  }

  [[nodiscard]] std::optional<Places> place(const std::vector<Entry>& entries) const {
    if (!tags_are_sound(entries)) return std::nullopt;
    Places places;
    for (const Entry& entry : entries) {
      const std::size_t begin = base_ + entry.start;
      places.push_back({entry.tag, begin, begin + entry.length - 1});
    }
    return places;
  }

  [[nodiscard]] Problem first_flaw(const std::vector<Entry>& entries) const {
    for (const Entry& entry : entries) {
      if (!entry.has_numbers || !all_in(entry.tag, kPrintable)) {
        return {Reason::kDirectory,
                fmt::format("\"{}\" is not the beginning of a directory entry", printable(entry.tag))};
      }
      if (!in_bounds(entry)) {
        return {Reason::kFieldBounds, fmt::format("field {} is said to take {} octets at {}, of {}", entry.tag,
                                                  entry.length, entry.start, data_end_ - base_)};
      }
      if (!stands_alone(entry)) {
        return {Reason::kFieldEnd, fmt::format("field {} does not stand between field terminators", entry.tag)};
      }
    }
    return {Reason::kUnreferencedData, "the directory's entries leave out or share some of the data"};
  }

  void rebuild(const Places& places) {
    std::string& bytes = result_.bytes;
    bytes = record_.substr(0, kLeaderLength);
    if (!all_in(bytes, kPrintable)) note(result_.repairs, Reason::kLeader, "bytes of the leader became blanks");
    std::ranges::replace_if(
        bytes, [](char byte) { return !kPrintable.contains(byte); }, ' ');
    for (const Place& place : places) {
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
  Problem flaw_;
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
    const Entry entry = parse_entry(bytes.substr(at, kDirectoryEntryLength), 4);
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
