#include "pipeline/statistics_collector.hpp"

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <tuple>

#include "record/digest.hpp"
#include "record/leader.hpp"
#include "record/utf8_record.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {

std::uint64_t Frequencies::merge(const Frequencies& other, std::size_t most) {
  std::uint64_t left_out = 0;
  for (const Count& more : other.counts_) {
    if (counts_.size() >= most && slots_[slot_of(more.key)] == kEmpty) {
      left_out += more.occurrences;
      continue;
    }
    Count& count = find(more.key);
    count.records += more.records;
    count.occurrences += more.occurrences;
  }
  return left_out;
}

void Frequencies::clear() {
  if (counts_.empty()) return;
  counts_.clear();
  std::ranges::fill(slots_, kEmpty);
}

Frequencies::Count& Frequencies::insert(std::uint32_t key, std::size_t slot) {
  slots_[slot] = static_cast<std::uint32_t>(counts_.size());
  counts_.push_back({key, 0, 0, 0});
  if (counts_.size() * 2 > slots_.size()) set_slots(slots_.size() * 2);
  return counts_.back();
}

void Frequencies::set_slots(std::size_t count) {
  slots_.assign(count, kEmpty);
  shift_ = 32 - std::countr_zero(count);
  for (std::size_t i = 0; i < counts_.size(); ++i) slots_[slot_of(counts_[i].key)] = static_cast<std::uint32_t>(i);
}

std::uint32_t Frequencies::random_multiplier() {
  static const std::uint32_t multiplier = std::random_device{}() | 1;
  return multiplier;
}

namespace {

constexpr std::size_t kMostKeys = 100'000;

std::uint32_t byte(char value) { return static_cast<unsigned char>(value); }
std::uint32_t key_of(const char (&tag)[kTagLength], char code) {
  return byte(tag[0]) << 24 | byte(tag[1]) << 16 | byte(tag[2]) << 8 | byte(code);
}
char byte_of(std::uint32_t key, int index) { return static_cast<char>(key >> (8 * index) & 0xFF); }

/// The most frequent first.
template <class Range, class Name>
void sort(Range& range, const Name& name) {
  std::ranges::sort(range, [&](const auto& a, const auto& b) {
    return std::tuple(b.records, name(a)) < std::tuple(a.records, name(b));
  });
}

std::vector<Statistics::Field> fields_of(std::vector<Frequencies::Count> counts) {
  std::ranges::sort(counts, {}, &Frequencies::Count::key);
  std::vector<Statistics::Field> fields;
  for (const auto& count : counts) {
    const std::string tag = {byte_of(count.key, 3), byte_of(count.key, 2), byte_of(count.key, 1)};
    if (fields.empty() || fields.back().tag != tag) fields.push_back({tag, 0, 0, {}});
    const char code = byte_of(count.key, 0);
    if (code == kSubfieldDelimiter) {
      fields.back().records = count.records;
      fields.back().occurrences = count.occurrences;
    } else {
      fields.back().subfields.push_back({code, count.records, count.occurrences});
    }
  }
  for (auto& field : fields) sort(field.subfields, [](const auto& subfield) { return byte(subfield.code); });
  sort(fields, [](const auto& field) { return std::string_view(field.tag); });
  return fields;
}

}  // namespace

void StatisticsCollector::add(const RecordView& record, std::size_t bytes, std::uint64_t index, std::uint64_t offset) {
  ++records_;
  const Encoding encoding = encoding_of(record);
  const bool plain = encoding == Encoding::kUtf8 && is_ascii(record.bytes());
  ++encodings_[static_cast<std::size_t>(plain ? Encoding::kAscii : encoding)];
  const std::string_view leader = record.leader();
  types_.add(byte(leader[kRecordTypeAt]) << 8 | byte(leader[kBibliographicLevelAt]), records_);
  add_fields(record);
  if (const Hash key = key_of(record.control_number()); !key.is_none())
    control_numbers_.push_back({key, index, offset});
  if (bytes > longest_.bytes) {
    longest_ = {bytes, index, 0, offset, std::string(record.control_number())};
  }
}

void StatisticsCollector::add_fields(const RecordView& record) {
  const std::string_view bytes = record.bytes();
  for (const DirectoryEntry& entry : record.directory()) {
    fields_.add(key_of(entry.tag, kSubfieldDelimiter), records_);
    if (entry.tag[0] == '0' && entry.tag[1] == '0') continue;
    const FieldView field({entry.tag, kTagLength}, bytes.substr(entry.offset, entry.length));
    for (const SubfieldView subfield : field.subfields()) fields_.add(key_of(entry.tag, subfield.code), records_);
  }
}

void StatisticsCollector::merge(const StatisticsCollector& batch, std::uint64_t first, std::size_t input) {
  if (batch.records_ == 0) return;
  records_ += batch.records_;
  for (std::size_t i = 0; i < encodings_.size(); ++i) encodings_[i] += batch.encodings_[i];
  types_.merge(batch.types_);
  left_out_ += fields_.merge(batch.fields_, kMostKeys);
  if (batch.longest_.bytes > longest_.bytes) {
    longest_ = batch.longest_;
    longest_.record += first;
    longest_.input = input;
  }
}

void StatisticsCollector::merge(const Statistics& range) {
  records_ += range.records;
  for (const auto& count : range.encodings) encodings_[static_cast<std::size_t>(count.encoding)] += count.records;
  Frequencies types;
  for (const auto& type : range.types) types.add(byte(type.type) << 8 | byte(type.level), type.records, type.records);
  types_.merge(types);
  Frequencies fields;
  for (const auto& field : range.fields) {
    char tag[kTagLength] = {};
    std::ranges::copy_n(field.tag.begin(), static_cast<std::ptrdiff_t>(std::min(field.tag.size(), kTagLength)), tag);
    fields.add(key_of(tag, kSubfieldDelimiter), field.records, field.occurrences);
    for (const auto& subfield : field.subfields) {
      fields.add(key_of(tag, subfield.code), subfield.records, subfield.occurrences);
    }
  }
  left_out_ += range.left_out + fields_.merge(fields, kMostKeys);
  if (range.longest.bytes > longest_.bytes) longest_ = range.longest;
}

void StatisticsCollector::clear() {
  records_ = 0;
  encodings_ = {};
  types_.clear();
  fields_.clear();
  longest_ = {};
  left_out_ = 0;
  control_numbers_.clear();
}

Statistics StatisticsCollector::statistics() const {
  Statistics statistics;
  statistics.records = records_;
  for (const auto& count : types_.counts()) {
    statistics.types.push_back({byte_of(count.key, 1), byte_of(count.key, 0), count.records});
  }
  sort(statistics.types, [](const auto& type) { return std::tuple(byte(type.type), byte(type.level)); });
  for (std::size_t i = 0; i < encodings_.size(); ++i) {
    if (encodings_[i] != 0) statistics.encodings.push_back({static_cast<Encoding>(i), encodings_[i]});
  }
  sort(statistics.encodings, [](const auto& count) { return count.encoding; });
  statistics.longest = longest_;
  statistics.fields = fields_of(fields_.counts());
  statistics.left_out = left_out_;
  return statistics;
}

}  // namespace bulkmarc
