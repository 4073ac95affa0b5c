#include "record/field_finder.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "record/iso2709.hpp"
#include "record/raw_directory.hpp"

namespace bulkmarc {
namespace {

constexpr std::size_t kMostTerminatorsInData = 100;
constexpr std::size_t kWideEntryLength = 13;  // Of exporters that give a length five digits, or a start six.

class FieldFinder {
 public:
  FieldFinder(std::string_view record, std::size_t base, std::size_t data_end, Loss loss, std::vector<Problem>& repairs)
      : record_(record), base_(base), data_end_(data_end), loss_(loss), repairs_(repairs) {}

  std::variant<FieldPlaces, Problem> run() {
    const std::string_view directory = record_.substr(kLeaderLength, base_ - 1 - kLeaderLength);
    if (auto places = find(directory)) return std::move(*places);
    return first_flaw(parse_entries(directory, kDirectoryEntryLength, 4));
  }

 private:
  /// The ways to read a directory.
  struct Reading {
    std::vector<RawEntry> entries;
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
  std::optional<FieldPlaces> find(std::string_view directory) {
    const std::vector<Reading> readings = readings_of(directory);
    using Way = std::optional<FieldPlaces> (FieldFinder::*)(const std::vector<RawEntry>&);
    for (const Way way : {&FieldFinder::by_directory, &FieldFinder::by_terminators, &FieldFinder::by_lengths,
                          &FieldFinder::by_matching_lengths}) {
      for (const Reading& reading : readings) {
        auto places = (this->*way)(reading.entries);
        if (!places) continue;
        if (reading.wide) {
          note(repairs_, Reason::kDirectory, "directory entries have 13 octets");
        } else if (directory.size() % kDirectoryEntryLength != 0) {
          note(repairs_, Reason::kDirectory,
               fmt::format("{} octets of directory are not a multiple of 12", directory.size()));
        }
        return places;
      }
    }
    const std::vector<RawEntry>& entries = readings.front().entries;
    if (loss_ == Loss::kReported) {
      if (auto places = by_entries_that_hold(entries)) return places;
    }
    return std::nullopt;
  }

  [[nodiscard]] bool in_bounds(const RawEntry& entry) const {
    return entry.has_numbers && entry.length != 0 && entry.start + entry.length <= data_end_ - base_;
  }
  [[nodiscard]] bool stands_alone(const RawEntry& entry) const {
    return in_bounds(entry) && record_[base_ + entry.start + entry.length - 1] == kFieldTerminator &&
           record_[base_ + entry.start - 1] == kFieldTerminator;
  }

  /// Every entry leads to a field between terminators, and together they cover the data.
  std::optional<FieldPlaces> by_directory(const std::vector<RawEntry>& entries) {
    if (!std::ranges::all_of(entries, [this](const RawEntry& entry) { return stands_alone(entry); }))
      return std::nullopt;
    if (covered(entries) != data_end_ - base_) return std::nullopt;
    return place(entries);
  }

  /// As many fields between terminators as entries. A field belongs to the entry whose start is its own; if they don't
  /// all agree like that, fields and entries are in the same order.
  std::optional<FieldPlaces> by_terminators(const std::vector<RawEntry>& entries) {
    if (ends_in_mid_field(entries)) return std::nullopt;
    const std::vector<std::size_t> starts = starts_of_pieces(entries.size() + 1);
    if (starts.size() != entries.size() || !tags_are_sound(entries)) return std::nullopt;
    // Else it is no directory at all, but text that happens to have the length of one.
    const auto numbered = std::ranges::count_if(entries, &RawEntry::has_numbers);
    if (2 * static_cast<std::size_t>(numbered) < entries.size()) return std::nullopt;
    note(repairs_, Reason::kDirectory, "the directory was rebuilt from tags and field terminators");
    FieldPlaces places;
    for (std::size_t i = 0; i < starts.size(); ++i) {
      const std::size_t end = std::min(record_.find(kFieldTerminator, starts[i]), data_end_);
      places.push_back({entries[i].tag, starts[i], end});
    }
    reorder(places, entries, starts);
    return places;
  }

  /// Where each stretch of data that ends with a field terminator, or with the data, begins; so many of them at most.
  [[nodiscard]] std::vector<std::size_t> starts_of_pieces(std::size_t most) const {
    std::vector<std::size_t> starts;
    for (std::size_t at = base_; at < data_end_ && starts.size() < most;) {
      starts.push_back(at);
      at = std::min(record_.find(kFieldTerminator, at), data_end_) + 1;
    }
    return starts;
  }

  /// A record that another one or the end of the input cuts off may do so, unless its directory ends there too.
  [[nodiscard]] bool ends_in_mid_field(const std::vector<RawEntry>& entries) const {
    if (record_.back() == kRecordTerminator || record_[data_end_ - 1] == kFieldTerminator) return false;
    const auto ends_here = [this](const RawEntry& entry) {
      return entry.has_numbers && base_ + entry.start + entry.length == data_end_ + 1;
    };
    return std::ranges::none_of(entries, ends_here);
  }

  void reorder(FieldPlaces& places, const std::vector<RawEntry>& entries,
               const std::vector<std::size_t>& starts) const {
    FieldPlaces ordered;
    std::vector<bool> taken(starts.size());
    for (const RawEntry& entry : entries) {
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
  std::optional<FieldPlaces> by_lengths(const std::vector<RawEntry>& entries) {
    if (entries.empty() || !std::ranges::all_of(entries, [this](const RawEntry& entry) { return in_bounds(entry); }) ||
        covered(entries) != data_end_ - base_) {
      return std::nullopt;
    }
    const auto sound = std::ranges::count_if(entries, [this](const RawEntry& entry) { return stands_alone(entry); });
    if (2 * static_cast<std::size_t>(sound) < entries.size()) return std::nullopt;
    auto places = place(entries);
    if (!places) return std::nullopt;
    note(repairs_, Reason::kFieldEnd, "a field terminator was missing");
    for (FieldPlace& place : *places) {
      if (record_[place.end] != kFieldTerminator) ++place.end;
    }
    return places;
  }

  /// One field terminator too many or too few: the entries before and after it have the lengths of the pieces between
  /// terminators, so that one entry is left for several pieces, or two entries are left for one.
  std::optional<FieldPlaces> by_matching_lengths(const std::vector<RawEntry>& entries) {
    if (record_.back() != kRecordTerminator || !tags_are_sound(entries)) return std::nullopt;
    const std::size_t most = entries.size() + kMostTerminatorsInData;
    std::vector<std::size_t> starts = starts_of_pieces(most + 1);
    const std::size_t pieces = starts.size();
    if (pieces > most) return std::nullopt;
    starts.push_back(data_end_);
    const auto matches = [&](std::size_t entry, std::size_t piece) {
      return entries[entry].has_numbers && entries[entry].length == starts[piece + 1] - starts[piece];
    };
    const std::size_t pairs = std::min(entries.size(), pieces);
    std::size_t before = 0;
    while (before < pairs && matches(before, before)) ++before;
    std::size_t after = 0;
    while (after < pairs - before && matches(entries.size() - 1 - after, pieces - 1 - after)) ++after;
    if (2 * (before + after) < entries.size()) return std::nullopt;

    const std::size_t rest = pieces - after;
    const std::span<const RawEntry> left = std::span(entries).subspan(before, entries.size() - after - before);
    const FieldPlaces between = share_out(left, starts[before], starts[rest], rest - before);
    if (between.empty()) return std::nullopt;
    FieldPlaces places;
    for (std::size_t i = 0; i < before; ++i) places.push_back({entries[i].tag, starts[i], starts[i + 1] - 1});
    places.insert(places.end(), between.begin(), between.end());
    for (std::size_t i = rest; i < pieces; ++i) {
      places.push_back({entries[i + entries.size() - pieces].tag, starts[i], starts[i + 1] - 1});
    }
    return places;
  }

  /// Shares [begin, end) out among the entries, which are one for some pieces or two for one piece, if their lengths
  /// agree to it but for the terminators. Otherwise returns nothing.
  FieldPlaces share_out(std::span<const RawEntry> entries, std::size_t begin, std::size_t end, std::size_t pieces) {
    if (entries.empty() || !std::ranges::all_of(entries, &RawEntry::has_numbers)) return {};
    if (base_ + entries.front().start != begin) return {};
    const std::size_t length = entries.front().length;
    if (entries.size() == 1 && pieces > 1 && length + pieces - 1 == end - begin) {
      note(repairs_, Reason::kFieldEnd, "a field terminator within data was kept as data");
      return {{entries[0].tag, begin, end - 1}};
    }
    if (entries.size() == 2 && pieces == 1 && length != 0 && length + entries[1].length == end - begin + 1) {
      note(repairs_, Reason::kFieldEnd, "a field terminator was missing");
      const std::size_t middle = begin + length - 1;
      return {{entries[0].tag, begin, middle}, {entries[1].tag, middle, end - 1}};
    }
    return {};
  }

  /// The entries that lead to a field between terminators, when what the others lead to is data of none.
  std::optional<FieldPlaces> by_entries_that_hold(const std::vector<RawEntry>& entries) {
    std::vector<RawEntry> held;
    std::ranges::copy_if(entries, std::back_inserter(held),
                         [this](const RawEntry& entry) { return stands_alone(entry); });
    const auto covers = covered(held);
    if (held.empty() || !covers || !tags_are_sound(held)) return std::nullopt;
    if (held.size() != entries.size()) {
      note(repairs_, Reason::kFieldBounds,
           fmt::format("{} of {} directory entries lead to no field", entries.size() - held.size(), entries.size()));
    }
    if (*covers != data_end_ - base_) {
      note(repairs_, Reason::kUnreferencedData,
           fmt::format("{} octets that no directory entry leads to were left out", data_end_ - base_ - *covers));
    }
    return place(held);
  }

  /// How many octets of the data the entries share out, or nothing where two of them overlap.
  static std::optional<std::size_t> covered(std::vector<RawEntry> entries) {
    std::ranges::sort(entries, {}, &RawEntry::start);
    std::size_t total = 0;
    std::size_t end = 0;
    for (const RawEntry& entry : entries) {
      if (entry.start < end) return std::nullopt;
      end = entry.start + entry.length;
      total += entry.length;
    }
    return total;
  }

  static bool tags_are_sound(const std::vector<RawEntry>& entries) {
    return std::ranges::all_of(entries, [](const RawEntry& entry) { return all_in(entry.tag, kPrintable); });
  }

  [[nodiscard]] std::optional<FieldPlaces> place(const std::vector<RawEntry>& entries) const {
    if (!tags_are_sound(entries)) return std::nullopt;
    FieldPlaces places;
    for (const RawEntry& entry : entries) {
      const std::size_t begin = base_ + entry.start;
      places.push_back({entry.tag, begin, begin + entry.length - 1});
    }
    return places;
  }

  [[nodiscard]] Problem first_flaw(const std::vector<RawEntry>& entries) const {
    for (const RawEntry& entry : entries) {
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

  std::string_view record_;
  std::size_t base_;
  std::size_t data_end_;
  Loss loss_;
  std::vector<Problem>& repairs_;
};

}  // namespace

std::variant<FieldPlaces, Problem> find_fields(std::string_view record, std::size_t base, std::size_t data_end,
                                               Loss loss, std::vector<Problem>& repairs) {
  return FieldFinder(record, base, data_end, loss, repairs).run();
}

}  // namespace bulkmarc
