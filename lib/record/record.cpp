#include <bulkmarc/record.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <utility>

namespace bulkmarc {
namespace {

void require(bool condition, const char* message) {
  if (!condition) throw std::invalid_argument(message);
}

bool is_printable(std::string_view bytes) {
  return std::ranges::all_of(bytes, [](char byte) { return byte >= 0x20 && byte < 0x7F; });
}

// One fast search for each delimiter beats a search for all of them that goes byte by byte.
bool holds_any(std::string_view bytes, std::string_view delimiters) {
  return std::ranges::any_of(delimiters, [bytes](char delimiter) { return bytes.find(delimiter) != bytes.npos; });
}

void require_data(std::string_view data) {
  require(!holds_any(data, "\x1D\x1E\x1F"), "data holds none of the delimiters 0x1D, 0x1E, 0x1F");
}

}  // namespace

Record::Record(std::string_view leader) { set_leader(leader); }

// A moved-from record needs no memory for its leader: the 24 bytes would not fit into an empty string's own room, and
// moving must not fail. So its bytes are empty, which every function takes for the default leader.
Record::Record(Record&& other) noexcept
    : bytes_(std::exchange(other.bytes_, {})), directory_(std::exchange(other.directory_, {})) {}

Record& Record::operator=(Record&& other) noexcept {
  bytes_ = std::exchange(other.bytes_, {});
  directory_ = std::exchange(other.directory_, {});
  return *this;
}

RecordView Record::view() const {
  if (bytes_.empty()) return {kDefaultLeader, directory_};
  return {bytes_, directory_};
}

Record& Record::set_leader(std::string_view leader) {
  require(leader.size() == kLeaderLength && is_printable(leader), "a leader has 24 bytes of printable ASCII");
  bytes_.replace(0, bytes_.empty() ? 0 : kLeaderLength, leader);
  return *this;
}

Record& Record::add_control(std::string_view tag, std::string_view data) {
  require(tag.starts_with("00"), "a control field's tag begins with 00");
  require_data(data);
  return add_field(tag, data);
}

Record& Record::add_data(std::string_view tag, std::string_view indicators, std::span<const SubfieldView> subfields) {
  require(!tag.starts_with("00"), "a data field's tag does not begin with 00");
  require(indicators.size() == kIndicatorCount && is_printable(indicators),
          "a data field has two printable indicators");
  std::size_t length = indicators.size();
  for (const SubfieldView& subfield : subfields) {
    require(subfield.code != ' ' && is_printable({&subfield.code, 1}), "a subfield code is printable ASCII");
    require_data(subfield.value);
    length += 2 + subfield.value.size();
  }
  begin_field(tag, length);
  bytes_ += indicators;
  for (const SubfieldView& subfield : subfields) {
    bytes_ += kSubfieldDelimiter;
    bytes_ += subfield.code;
    bytes_ += subfield.value;
  }
  bytes_ += kFieldTerminator;
  return *this;
}

Record& Record::add_data(std::string_view tag, std::string_view indicators,
                         std::initializer_list<SubfieldView> subfields) {
  return add_data(tag, indicators, std::span<const SubfieldView>(subfields.begin(), subfields.size()));
}

Record& Record::add_field(std::string_view tag, std::string_view bytes) {
  require(!holds_any(bytes, "\x1D\x1E"), "a field holds no terminator");
  begin_field(tag, bytes.size());
  bytes_ += bytes;
  bytes_ += kFieldTerminator;
  return *this;
}

void Record::begin_field(std::string_view tag, std::size_t length) {
  require(tag.size() == kTagLength && is_printable(tag), "a tag has three bytes of printable ASCII");
  require(length < std::numeric_limits<std::uint32_t>::max() - bytes_.size(), "a record holds less than 4 GiB");
  if (bytes_.empty()) bytes_ = kDefaultLeader;
  const std::size_t offset = bytes_.size();
  bytes_.reserve(offset + length + 1);
  directory_.push_back(
      {{tag[0], tag[1], tag[2]}, static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(length)});
}

void Record::clear() {
  if (!bytes_.empty()) bytes_.resize(kLeaderLength);
  directory_.clear();
}

}  // namespace bulkmarc
