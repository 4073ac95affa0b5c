#include "formats/iso2709/directory.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "formats/iso2709/syntax.hpp"

namespace bulkmarc {

namespace {

constexpr std::size_t kWideEntryLength = 13;  // Of exporters that give a length five digits, or a start six.

/// Entries of which each begins where the one before it ends, with as many digits as that takes. Returns nothing where
/// they do not.
std::vector<RawEntry> parse_growing_entries(std::string_view directory) {
  struct Digits {
    std::size_t length;
    std::size_t start;
  };
  constexpr std::array kDigitsOfNumbers = {Digits{4, 5}, Digits{4, 6}, Digits{5, 5}, Digits{5, 6}};
  std::vector<RawEntry> entries;
  std::size_t expected = 0;
  while (!directory.empty()) {
    const std::size_t before = entries.size();
    for (const Digits digits : kDigitsOfNumbers) {
      const std::size_t width = kTagLength + digits.length + digits.start;
      if (directory.size() < width) continue;
      const RawEntry entry = parse_entry(directory.substr(0, width), digits.length);
      if (!entry.has_numbers || entry.length == 0 || entry.start != expected) continue;
      // A digit that is not needed is an octet too many.
      if (digits.length > 4 && entry.length <= kLongestField) continue;
      if (digits.start > 5 && entry.start <= kLongestRecord) continue;
      entries.push_back(entry);
      expected += entry.length;
      directory.remove_prefix(width);
      break;
    }
    if (entries.size() == before) return {};
  }
  return entries;
}

/// The end of the character that begins at text[at], and how much of `unit` it is.
struct Step {
  std::size_t end;
  std::size_t length;
};
Step step(Unit unit, std::string_view text, std::size_t at) {
  const auto is_continuation = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; };
  std::size_t end = at + 1;
  while (end < text.size() && is_continuation(text[end])) ++end;
  const bool is_pair = unit == Unit::kUtf16 && static_cast<unsigned char>(text[at]) >= 0xF0;
  return {end, is_pair ? std::size_t{2} : std::size_t{1}};
}

/// Turns ascending positions in `data`, which count a unit, into octets. Returns false where one is not at the
/// beginning of a character.
bool turn_into_octets(Unit unit, std::string_view data, std::span<std::size_t* const> positions) {
  std::size_t octets = 0;
  std::size_t units = 0;
  for (std::size_t* position : positions) {
    while (units < *position && octets < data.size()) {
      const Step next = step(unit, data, octets);
      octets = next.end;
      units += next.length;
    }
    if (units != *position) return false;
    *position = octets;
  }
  return true;
}

/// The mending of one directory.
class Mender {
 public:
  Mender(std::string_view directory, std::span<const ExpectedEntry> expected)
      : directory_(directory), expected_(expected) {}

  std::optional<MendedDirectory> run() {
    if (expected_.empty()) return std::nullopt;
    match_from_the_front();
    match_from_the_back();
    if (auto mended = with_one_damaged_entry()) return mended;
    if (is_doubtful_) return std::nullopt;
    return with_damaged_entries_of_equal_length();
  }

 private:
  /// How an entry came to another length than it should have.
  enum class Damage { kNone, kNumber, kTagOrNumber, kTag };

  [[nodiscard]] std::string number(std::size_t index) const {
    return fmt::format("{:04}{:05}", expected_[index].length, expected_[index].start);
  }
  [[nodiscard]] std::string_view between(std::size_t from, std::size_t to) const {
    return from <= to ? directory_.substr(from, to - from) : std::string_view();
  }

  void match_from_the_front() {
    front_.push_back(0);
    for (std::size_t i = 0; i < expected_.size(); ++i) {
      const std::string numbers = number(i);
      const std::string_view entry = directory_.substr(front_.back()).substr(0, kTagLength + numbers.size());
      if (entry.size() != kTagLength + numbers.size() || !entry.ends_with(numbers)) return;
      front_.push_back(front_.back() + entry.size());
    }
  }

  void match_from_the_back() {
    back_.push_back(directory_.size());
    for (std::size_t i = expected_.size(); i-- > 0;) {
      const std::string numbers = number(i);
      const std::string_view rest = directory_.substr(0, back_.back());
      if (rest.size() < kTagLength + numbers.size() || !rest.ends_with(numbers)) return;
      back_.push_back(rest.size() - kTagLength - numbers.size());
    }
  }

  /// Where entry `index` begins, when all before it are as expected; and where it ends when all after it are.
  [[nodiscard]] std::optional<std::size_t> begin_of(std::size_t index) const {
    return index < front_.size() ? std::optional(front_[index]) : std::nullopt;
  }
  [[nodiscard]] std::optional<std::size_t> end_of(std::size_t index) const {
    const std::size_t after = expected_.size() - 1 - index;
    return after < back_.size() ? std::optional(back_[after]) : std::nullopt;
  }

  /// True when one of the two is the other one with one octet more.
  static bool differ_by_an_octet(std::string_view a, std::string_view b) {
    if (a.size() > b.size()) std::swap(a, b);
    if (a.size() + 1 != b.size()) return false;
    const auto [in_a, in_b] = std::ranges::mismatch(a, b);
    return std::equal(in_a, a.end(), in_b + 1, b.end());
  }

  [[nodiscard]] Damage damage_of(std::string_view entry, std::size_t index) const {
    const std::string numbers = number(index);
    if (entry.size() + 1 < kTagLength + numbers.size() || entry.size() > kTagLength + numbers.size() + 1 ||
        entry.size() == kTagLength + numbers.size()) {
      return Damage::kNone;
    }
    const bool in_number = differ_by_an_octet(entry.substr(kTagLength), numbers);
    if (entry.ends_with(numbers)) return in_number ? Damage::kTagOrNumber : Damage::kTag;
    return in_number ? Damage::kNumber : Damage::kNone;
  }

  /// An octet that was lost or gained between two entries may be one of the number before it or of the tag behind it.
  /// So all entries that may be the damaged one are looked at.
  std::optional<MendedDirectory> with_one_damaged_entry() {
    std::optional<std::size_t> damaged;
    std::vector<std::size_t> doubtful;
    const std::size_t first = expected_.size() - std::min(expected_.size(), back_.size());
    for (std::size_t i = first; i < expected_.size() && i < front_.size(); ++i) {
      const Damage damage = damage_of(between(*begin_of(i), *end_of(i)), i);
      if (damage == Damage::kNone) continue;
      if (damage != Damage::kNumber) doubtful.push_back(i);
      if (!damaged) damaged = i;
    }
    is_doubtful_ = !doubtful.empty();
    if (!damaged) return std::nullopt;
    MendedDirectory mended = with_damaged(*damaged, 1, directory_.substr(*begin_of(*damaged)));
    for (const std::size_t index : doubtful) {
      auto tag = only_tag(mended.tags, index);
      if (!tag) return std::nullopt;
      mended.tags[index] = std::move(*tag);
    }
    return mended;
  }

  /// The tag of an entry that may have lost or gained an octet of it: the only one that the other octets allow.
  [[nodiscard]] std::optional<std::string> only_tag(std::span<const std::string> tags, std::size_t index) const {
    const std::string_view entry = between(*begin_of(index), *end_of(index));
    std::vector<std::string> allowed = possible_tags(entry.substr(0, entry.size() - number(index).size()));
    allowed.push_back(tags[index]);
    const bool numeric = are_numeric(tags.first(index)) && are_numeric(tags.subspan(index + 1));
    std::erase_if(allowed, [&](const std::string& tag) {
      return tag == "000" || tag.starts_with("00") != expected_[index].is_control || (numeric && !all_in(tag, kDigits));
    });
    std::ranges::sort(allowed);
    // The range that std::ranges::unique() returns is more than Clang 14 understands of libstdc++.
    allowed.erase(std::unique(allowed.begin(), allowed.end()), allowed.end());
    if (allowed.size() == 1) return allowed.front();
    // Between two fields with one tag there is another one with it.
    if (index == 0 || index + 1 == tags.size() || tags[index - 1] != tags[index + 1]) return std::nullopt;
    return std::ranges::binary_search(allowed, tags[index - 1]) ? std::optional(tags[index - 1]) : std::nullopt;
  }

  static bool are_numeric(std::span<const std::string> tags) {
    return std::ranges::all_of(tags, [](const std::string& tag) { return all_in(tag, kDigits); });
  }

  /// What a tag of two or four octets was, before it lost or gained one.
  static std::vector<std::string> possible_tags(std::string_view octets) {
    std::vector<std::string> tags;
    if (octets.size() > kTagLength) {
      for (std::size_t at = 0; at < octets.size(); ++at) tags.push_back(std::string(octets).erase(at, 1));
      return tags;
    }
    for (std::size_t at = 0; at <= octets.size(); ++at) {
      for (char digit = '0'; digit <= '9'; ++digit) tags.push_back(std::string(octets).insert(at, 1, digit));
    }
    return tags;
  }

  std::optional<MendedDirectory> with_damaged_entries_of_equal_length() {
    const std::size_t sound = front_.size() + back_.size() - 2;
    if (sound >= expected_.size() || 2 * sound < expected_.size()) return std::nullopt;
    const std::size_t count = expected_.size() - sound;
    const std::string_view damaged = between(front_.back(), back_.back());
    const std::size_t width = damaged.size() / count;
    if (damaged.size() % count != 0 || (width != kDirectoryEntryLength && width != kWideEntryLength)) {
      return std::nullopt;
    }
    return with_damaged(front_.size() - 1, count, directory_.substr(front_.back()));
  }

  /// All tags, with `count` damaged entries from `index` on, which stand at the beginning of `rest`.
  [[nodiscard]] MendedDirectory with_damaged(std::size_t index, std::size_t count, std::string_view rest) const {
    MendedDirectory mended{{}, index, rest.substr(0, *end_of(index + count - 1) - *begin_of(index))};
    const std::size_t width = mended.entry.size() / count;
    for (std::size_t i = 0; i < index; ++i) mended.tags.emplace_back(directory_.substr(front_[i], kTagLength));
    for (std::size_t i = 0; i < count; ++i) mended.tags.emplace_back(rest.substr(i * width, kTagLength));
    for (std::size_t i = index + count; i < expected_.size(); ++i) {
      mended.tags.emplace_back(directory_.substr(back_[expected_.size() - i], kTagLength));
    }
    return mended;
  }

  std::string_view directory_;
  std::span<const ExpectedEntry> expected_;
  std::vector<std::size_t> front_;  // Where entries begin, from the first one on, as long as they are as expected.
  std::vector<std::size_t> back_;   // Where they end, from the last one on.
  bool is_doubtful_ = false;
};

}  // namespace

std::vector<DirectoryReading> readings_of(std::string_view directory) {
  std::vector<DirectoryReading> readings = {{parse_entries(directory, kDirectoryEntryLength, 4), {}}};
  if (directory.size() % kDirectoryEntryLength != 0) {
    readings.front().oddity = fmt::format("{} octets of directory are not a multiple of 12", directory.size());
  }
  if (directory.size() % kWideEntryLength == 0 && !directory.empty()) {
    for (const std::size_t length_digits : {5U, 4U}) {
      readings.push_back(
          {parse_entries(directory, kWideEntryLength, length_digits), "directory entries have 13 octets"});
    }
  }
  auto growing = parse_growing_entries(directory);
  const bool is_plain = readings.front().oddity.empty() && growing.size() == readings.front().entries.size();
  if (!growing.empty() && !is_plain) {
    readings.push_back({std::move(growing), "directory entries have different lengths", false});
  }
  return readings;
}

std::size_t length_in(Unit unit, std::string_view text) {
  if (unit == Unit::kOctets) return text.size();
  std::size_t length = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Step next = step(unit, text, at);
    length += next.length;
    at = next.end;
  }
  return length;
}

std::optional<std::vector<RawEntry>> in_octets(std::vector<RawEntry> entries, Unit unit, std::string_view data) {
  if (!std::ranges::all_of(entries, &RawEntry::has_numbers)) return std::nullopt;
  std::vector<std::size_t*> positions;
  positions.reserve(2 * entries.size());
  for (RawEntry& entry : entries) {
    entry.length += entry.start;  // Its end, for now.
    positions.push_back(&entry.start);
    positions.push_back(&entry.length);
  }
  const auto position = [](const std::size_t* pointer) { return *pointer; };
  if (!std::ranges::is_sorted(positions, {}, position)) std::ranges::sort(positions, {}, position);
  if (!turn_into_octets(unit, data, positions)) return std::nullopt;
  for (RawEntry& entry : entries) entry.length -= entry.start;
  return entries;
}

std::optional<MendedDirectory> mend_directory(std::string_view directory, std::span<const ExpectedEntry> expected) {
  return Mender(directory, expected).run();
}

}  // namespace bulkmarc
