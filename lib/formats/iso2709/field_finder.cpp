#include "formats/iso2709/field_finder.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "formats/iso2709/directory.hpp"
#include "formats/iso2709/syntax.hpp"
#include "record/field_location.hpp"

namespace bulkmarc {
namespace {

using Entries = std::vector<RawEntry>;

constexpr std::size_t kMostTerminatorsInData = 100;
constexpr std::size_t kLongestTagList = 120;
constexpr std::size_t kLongestExcerpt = 16;
constexpr ByteSet kAscii("\x01-\x7F");

class FieldFinder {
 public:
  FieldFinder(std::string_view record, std::size_t base, std::size_t data_end)
      : record_(record), base_(base), data_end_(data_end) {}

  std::variant<FoundFields, Problem> run() {
    readings_ = readings_of(directory());
    if (auto places = find()) return FoundFields{std::move(*places), std::move(flaws_)};
    return first_flaw(readings_.front().entries);
  }

  /// Every entry leads to a field between terminators, and together they cover the data.
  [[nodiscard]] bool is_sound(const Entries& entries) const {
    return std::ranges::all_of(entries, [this](const RawEntry& entry) { return stands_alone(entry); }) &&
           covered(entries) == data_end_ - base_;
  }

 private:
  [[nodiscard]] std::string_view directory() const { return record_.substr(kLeaderLength, base_ - 1 - kLeaderLength); }
  [[nodiscard]] std::string_view data() const { return record_.substr(base_, data_end_ - base_); }

  /// The fields, by the first way to read the directory that explains all of its entries and all of the data.
  std::optional<FieldPlaces> find() {
    for (const DirectoryReading& reading : readings_) {
      if (is_sound(reading.entries)) return place(reading, reading.entries);
    }
    read_in_characters();
    for (const auto& [reading, entries] : in_characters_) {
      if (!is_sound(entries)) continue;
      note_characters();
      return place(*reading, entries);
    }
    if (auto places = by_order()) return places;
    for (const DirectoryReading& reading : readings_) {
      if (has_sound_lengths(reading.entries)) return without_terminators(place(reading, reading.entries));
    }
    for (const auto& [reading, entries] : in_characters_) {
      if (!has_sound_lengths(entries)) continue;
      note_characters();
      return without_terminators(place(*reading, entries));
    }
    for (const DirectoryReading& reading : readings_) {
      if (auto places = by_matching_lengths(reading)) return places;
    }
    return by_entries_that_hold(readings_.front());
  }

  void flaw(Reason reason, std::string detail, std::optional<std::size_t> field = std::nullopt) {
    flaws_.push_back({reason, std::move(detail), field});
  }
  void note_oddity(const DirectoryReading& reading) {
    if (!reading.oddity.empty()) flaw(Reason::kDirectory, reading.oddity);
  }
  void note_characters() {
    flaw(Reason::kRecordLength, "lengths and positions in the directory count characters, not octets");
  }

  void read_in_characters() {
    if (all_in(data(), kAscii)) return;
    for (const Unit unit : {Unit::kCharacters, Unit::kUtf16}) {
      for (const DirectoryReading& reading : readings_) {
        if (auto entries = in_octets(reading.entries, unit, data())) {
          in_characters_.emplace_back(&reading, std::move(*entries));
        }
      }
    }
  }

  [[nodiscard]] bool in_bounds(const RawEntry& entry) const {
    return entry.has_numbers && entry.length != 0 && entry.start + entry.length <= data_end_ - base_;
  }
  [[nodiscard]] bool stands_alone(const RawEntry& entry) const {
    return in_bounds(entry) && record_[base_ + entry.start + entry.length - 1] == kFieldTerminator &&
           record_[base_ + entry.start - 1] == kFieldTerminator;
  }

  /// As many fields between terminators as entries.
  std::optional<FieldPlaces> by_order() {
    if (readings_.front().entries.empty() || ends_in_mid_field(readings_.front().entries)) return std::nullopt;
    const std::size_t most = readings_.back().entries.size() + readings_.front().entries.size() + 2;
    starts_ = starts_of_pieces(most);
    if (starts_.size() == most) return std::nullopt;
    for (const DirectoryReading& reading : readings_) {
      if (!reading.of_one_length) continue;  // Its numbers alone tell where entries begin.
      if (reading.entries.size() != starts_.size() || !looks_like_directory(reading.entries)) continue;
      if (auto places = in_order(reading)) return places;
    }
    return by_mended_directory();
  }

  /// Where each stretch of data that ends with a field terminator, or with the data, begins, up to a limit.
  [[nodiscard]] std::vector<std::size_t> starts_of_pieces(std::size_t most) const {
    std::vector<std::size_t> starts;
    for (std::size_t at = base_; at < data_end_ && starts.size() < most;) {
      starts.push_back(at);
      at = end_of_piece(at) + 1;
    }
    return starts;
  }
  [[nodiscard]] std::size_t end_of_piece(std::size_t start) const {
    return std::min(record_.find(kFieldTerminator, start), data_end_);
  }

  /// Otherwise it is not a directory, but text that happens to have the length of one.
  static bool looks_like_directory(const Entries& entries) {
    const auto is_odd = [](const RawEntry& entry) { return !entry.has_numbers; };
    const auto has_odd_tag = [](const RawEntry& entry) { return !all_in(entry.tag, kPrintable); };
    const auto odd = std::max(std::ranges::count_if(entries, is_odd), std::ranges::count_if(entries, has_odd_tag));
    return 2 * static_cast<std::size_t>(odd) <= entries.size();
  }

  /// A record that another one or the end of the input cuts off may do so, unless its directory ends there too.
  [[nodiscard]] bool ends_in_mid_field(const Entries& entries) const {
    if (record_.back() == kRecordTerminator || record_[data_end_ - 1] == kFieldTerminator) return false;
    const auto ends_here = [this](const RawEntry& entry) {
      return entry.has_numbers && base_ + entry.start + entry.length == data_end_ + 1;
    };
    return std::ranges::none_of(entries, ends_here);
  }

  /// A piece belongs to the entry that leads to it; those that are left over belong together in their order.
  std::optional<FieldPlaces> in_order(const DirectoryReading& reading) {
    const Entries& entries = reading.entries;
    if (&reading == &readings_.front() && is_shifted(entries)) return std::nullopt;
    if (!reading.oddity.empty() && !agrees_for_the_most_part(entries)) return std::nullopt;
    const auto pieces = pieces_of(entries);
    if (!pieces) return std::nullopt;
    note_oddity(reading);
    flaw(Reason::kDirectory, "the directory was rebuilt from tags and field terminators", first_wrong(entries));
    FieldPlaces places;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const std::size_t start = starts_[(*pieces)[i]];
      places.push_back({std::string(entries[i].tag), start, end_of_piece(start)});
    }
    return places;
  }

  /// The index of the piece that an entry leads to, if its length is that of the entry.
  [[nodiscard]] std::optional<std::size_t> piece_of(const RawEntry& entry) const {
    if (!entry.has_numbers) return std::nullopt;
    const auto found = std::ranges::lower_bound(starts_, base_ + entry.start);
    if (found == starts_.end() || *found != base_ + entry.start) return std::nullopt;
    if (end_of_piece(*found) + 1 != *found + entry.length) return std::nullopt;
    return static_cast<std::size_t>(found - starts_.begin());
  }

  [[nodiscard]] std::optional<std::size_t> first_wrong(const Entries& entries) const {
    const auto found = std::ranges::find_if(entries, [this](const RawEntry& entry) { return !piece_of(entry); });
    if (found == entries.end()) return std::nullopt;
    return static_cast<std::size_t>(found - entries.begin());
  }

  [[nodiscard]] bool agrees_for_the_most_part(const Entries& entries) const {
    const auto agrees = [this](const RawEntry& entry) { return piece_of(entry).has_value(); };
    const auto agreeing = std::ranges::count_if(entries, agrees);
    return 2 * static_cast<std::size_t>(agreeing) >= entries.size();
  }

  /// The piece of each entry, by their indexes.
  [[nodiscard]] std::optional<std::vector<std::size_t>> pieces_of(const Entries& entries) const {
    std::vector<std::size_t> pieces(entries.size(), starts_.size());
    std::vector<bool> taken(starts_.size());
    std::size_t placed = 0;
    bool ordered = true;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const auto piece = piece_of(entries[i]);
      if (!piece || taken[*piece]) continue;
      pieces[i] = *piece;
      taken[*piece] = true;
      ordered = ordered && *piece == i;
      ++placed;
    }
    // With two that are left over, and fields that are stored out of order, it takes a guess.
    if (!ordered && placed + 1 < entries.size()) return pieces_by_starts(entries);
    std::size_t next = 0;
    for (std::size_t& piece : pieces) {
      if (piece != starts_.size()) continue;
      while (taken[next]) ++next;
      piece = next++;
    }
    return pieces;
  }

  /// The same, where all starts are right.
  [[nodiscard]] std::optional<std::vector<std::size_t>> pieces_by_starts(const Entries& entries) const {
    std::vector<std::size_t> pieces;
    std::vector<bool> taken(starts_.size());
    for (const RawEntry& entry : entries) {
      const auto found = std::ranges::lower_bound(starts_, base_ + entry.start);
      if (!entry.has_numbers || found == starts_.end() || *found != base_ + entry.start) return std::nullopt;
      const auto index = static_cast<std::size_t>(found - starts_.begin());
      if (taken[index]) return std::nullopt;
      taken[index] = true;
      pieces.push_back(index);
    }
    return pieces;
  }

  [[nodiscard]] std::vector<ExpectedEntry> expected_entries(Unit unit) const {
    std::vector<ExpectedEntry> expected;
    std::size_t start = 0;
    for (const std::size_t piece : starts_) {
      const std::string_view field = record_.substr(piece, end_of_piece(piece) - piece);
      const std::size_t length = length_in(unit, field) + 1;
      expected.push_back({length, start, field.find(kSubfieldDelimiter) == std::string_view::npos});
      start += length;
    }
    return expected;
  }

  /// True when an entry has the numbers that it should have, but an octet or two too early or too late: then entries
  /// before it lost or gained some, and the tags between are wrong.
  [[nodiscard]] bool is_shifted(const Entries& entries) const {
    const std::vector<ExpectedEntry> expected = expected_entries(Unit::kOctets);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (piece_of(entries[i])) continue;
      const std::string numbers = fmt::format("{:04}{:05}", expected[i].length, expected[i].start);
      const std::size_t begin = i * kDirectoryEntryLength + 1;
      const std::string_view around = directory().substr(begin, numbers.size() + 4);
      const std::size_t found = around.find(numbers);
      if (found != std::string_view::npos && found != 2) return true;
    }
    return false;
  }

  /// One entry, or some of the same length, came to another length than the others.
  std::optional<FieldPlaces> by_mended_directory() {
    for (const Unit unit : {Unit::kOctets, Unit::kCharacters, Unit::kUtf16}) {
      const auto mended = mend_directory(directory(), expected_entries(unit));
      if (!mended) continue;
      if (unit != Unit::kOctets) note_characters();
      flaw(Reason::kDirectory,
           fmt::format("entry {} of the directory is damaged: \"{}\"", mended->damaged + 1, excerpt(mended->entry)),
           mended->damaged);
      FieldPlaces places;
      for (std::size_t i = 0; i < starts_.size(); ++i) {
        places.push_back({mended->tags[i], starts_[i], end_of_piece(starts_[i])});
      }
      return places;
    }
    return std::nullopt;
  }

  /// Entries that cover the data without gap or overlap, nearly all of them with terminators where they should be.
  [[nodiscard]] bool has_sound_lengths(const Entries& entries) const {
    if (entries.empty() || !std::ranges::all_of(entries, [this](const RawEntry& entry) { return in_bounds(entry); }) ||
        covered(entries) != data_end_ - base_) {
      return false;
    }
    const auto sound = std::ranges::count_if(entries, [this](const RawEntry& entry) { return stands_alone(entry); });
    return 2 * static_cast<std::size_t>(sound) >= entries.size();
  }

  FieldPlaces without_terminators(FieldPlaces places) {
    const auto open = std::ranges::find_if(
        places, [this](const FieldPlace& place) { return record_[place.end] != kFieldTerminator; });
    flaw(Reason::kFieldEnd, "a field terminator was missing", static_cast<std::size_t>(open - places.begin()));
    for (FieldPlace& place : places) {
      if (record_[place.end] != kFieldTerminator) ++place.end;
    }
    return places;
  }

  /// One field terminator too many or too few: the entries before and after it have the lengths of the pieces between
  /// terminators, so that one entry is left for several pieces, or two entries are left for one.
  std::optional<FieldPlaces> by_matching_lengths(const DirectoryReading& reading) {
    const Entries& entries = reading.entries;
    if (record_.back() != kRecordTerminator || !looks_like_directory(entries)) return std::nullopt;
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
    const FieldPlaces between = share_out(left, starts[before], starts[rest], rest - before, before);
    if (between.empty()) return std::nullopt;
    note_oddity(reading);
    FieldPlaces places;
    for (std::size_t i = 0; i < before; ++i)
      places.push_back({std::string(entries[i].tag), starts[i], starts[i + 1] - 1});
    places.insert(places.end(), between.begin(), between.end());
    for (std::size_t i = rest; i < pieces; ++i) {
      places.push_back({std::string(entries[i + entries.size() - pieces].tag), starts[i], starts[i + 1] - 1});
    }
    return places;
  }

  /// Shares [begin, end) out among the entries, which are one for some pieces or two for one piece, if their lengths
  /// agree to it but for the terminators. Otherwise returns nothing. `index` is that of the first of them.
  FieldPlaces share_out(std::span<const RawEntry> entries, std::size_t begin, std::size_t end, std::size_t pieces,
                        std::size_t index) {
    if (entries.empty() || !std::ranges::all_of(entries, &RawEntry::has_numbers)) return {};
    if (base_ + entries.front().start != begin) return {};
    const std::size_t length = entries.front().length;
    if (entries.size() == 1 && pieces > 1 && length + pieces - 1 == end - begin) {
      flaw(Reason::kFieldEnd, "a field terminator within data was kept as data", index);
      return {{std::string(entries[0].tag), begin, end - 1}};
    }
    if (entries.size() == 2 && pieces == 1 && length != 0 && length + entries[1].length == end - begin + 1) {
      flaw(Reason::kFieldEnd, "a field terminator was missing", index);
      const std::size_t middle = begin + length - 1;
      return {{std::string(entries[0].tag), begin, middle}, {std::string(entries[1].tag), middle, end - 1}};
    }
    return {};
  }

  /// The entries that lead to a field between terminators, when they cover all data, so that the others have none.
  std::optional<FieldPlaces> by_entries_that_hold(const DirectoryReading& reading) {
    Entries held;
    std::string empty;
    for (const RawEntry& entry : reading.entries) {
      if (stands_alone(entry)) {
        held.push_back(entry);
      } else if (empty.size() < kLongestTagList) {
        empty += (empty.empty() ? "" : ", ") + ascii_of(entry.tag);
      }
    }
    if (held.empty() || empty.size() >= kLongestTagList || covered(held) != data_end_ - base_) return std::nullopt;
    flaw(Reason::kFieldBounds, fmt::format("directory entries that lead to no field were left out: {}", empty));
    return place(reading, held);
  }

  /// How many octets of the data the entries share out, or nothing where two of them overlap.
  static std::optional<std::size_t> covered(const Entries& entries) {
    if (!std::ranges::is_sorted(entries, {}, &RawEntry::start)) {
      Entries stored = entries;
      std::ranges::sort(stored, {}, &RawEntry::start);
      return covered(stored);
    }
    std::size_t total = 0;
    std::size_t end = 0;
    for (const RawEntry& entry : entries) {
      if (entry.start < end) return std::nullopt;
      end = entry.start + entry.length;
      total += entry.length;
    }
    return total;
  }

  FieldPlaces place(const DirectoryReading& reading, const Entries& entries) {
    note_oddity(reading);
    FieldPlaces places;
    for (const RawEntry& entry : entries) {
      const std::size_t begin = base_ + entry.start;
      places.push_back({std::string(entry.tag), begin, begin + entry.length - 1});
    }
    return places;
  }

  static std::string excerpt(std::string_view bytes) { return snippet_of(bytes.substr(0, kLongestExcerpt), 0); }

  [[nodiscard]] Problem problem_of(const Entries& entries, std::size_t index, Reason reason, std::string detail) const {
    const std::string_view tag = entries[index].tag;
    const auto occurrence = std::ranges::count(std::span(entries).first(index + 1), tag, &RawEntry::tag);
    const std::size_t at = std::min(base_ + entries[index].start, data_end_);
    return {reason,
            std::move(detail),
            {ascii_of(tag), static_cast<std::uint32_t>(occurrence), {}, 0, snippet_of(record_.substr(at, 64), 0)}};
  }

  [[nodiscard]] Problem first_flaw(const Entries& entries) const {
    if (directory().size() % kDirectoryEntryLength != 0) {
      return {Reason::kDirectory, fmt::format("{} octets of directory are not a multiple of 12; {}", directory().size(),
                                              first_odd_entry())};
    }
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (auto problem = flaw_of(entries, i)) return std::move(*problem);
    }
    return {Reason::kUnreferencedData,
            fmt::format("{} entries of the directory leave out or share some of {} octets of data", entries.size(),
                        data_end_ - base_)};
  }

  [[nodiscard]] std::optional<Problem> flaw_of(const Entries& entries, std::size_t index) const {
    const RawEntry& entry = entries[index];
    if (!entry.has_numbers) {
      return problem_of(entries, index, Reason::kDirectory,
                        fmt::format("\"{}\" is not an entry of the directory",
                                    excerpt(directory().substr(index * kDirectoryEntryLength, kDirectoryEntryLength))));
    }
    const std::string tag = ascii_of(entry.tag);
    if (!in_bounds(entry)) {
      const bool is_cut_off = record_.back() != kRecordTerminator && entry.length != 0;
      return problem_of(entries, index, is_cut_off ? Reason::kTruncated : Reason::kFieldBounds,
                        fmt::format("field {} is said to take {} octets at {}, of {}", tag, entry.length, entry.start,
                                    data_end_ - base_));
    }
    if (!stands_alone(entry)) {
      return problem_of(entries, index, Reason::kFieldEnd,
                        fmt::format("field {} does not stand between field terminators", tag));
    }
    return std::nullopt;
  }

  /// What is wrong in a directory whose entries have different lengths: the first one that does not begin where
  /// the one before it ends.
  [[nodiscard]] std::string first_odd_entry() const {
    const Entries& entries = readings_.front().entries;
    std::size_t expected = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (!entries[i].has_numbers || entries[i].start != expected) {
        return fmt::format("an octet was lost or gained at entry {} or before it", i + 1);
      }
      expected += entries[i].length;
    }
    return fmt::format("an octet was lost or gained behind entry {}", entries.size());
  }

  std::string_view record_;
  std::size_t base_;
  std::size_t data_end_;
  std::vector<DirectoryReading> readings_;
  std::vector<std::pair<const DirectoryReading*, Entries>> in_characters_;
  std::vector<std::size_t> starts_;
  std::vector<DirectoryFlaw> flaws_;
};

}  // namespace

std::variant<FoundFields, Problem> find_fields(std::string_view record, std::size_t base, std::size_t data_end) {
  return FieldFinder(record, base, data_end).run();
}

bool is_directory_sound(std::string_view record, std::size_t base, std::size_t data_end) {
  const std::string_view directory = record.substr(kLeaderLength, base - 1 - kLeaderLength);
  if (directory.size() % kDirectoryEntryLength != 0) return false;
  return FieldFinder(record, base, data_end).is_sound(parse_entries(directory, kDirectoryEntryLength, 4));
}

}  // namespace bulkmarc
