#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <bulkmarc/record_view.hpp>

#include "select/condition.hpp"

namespace bulkmarc {

/// The fields of one record by their tags, for many specs that each look for a few of them. Its memory is used again
/// for the next record.
class FieldIndex {
 public:
  FieldIndex() { first_.fill(kNone); }

  /// Replaces the record by one that must live as long as its fields are asked for.
  void set_record(const RecordView& record) {
    for (const Link& link : links_) first_[link.bucket] = kNone;
    fields_ = record.fields();
    links_.resize(fields_.size());
    for (std::size_t i = links_.size(); i-- > 0;) {
      const std::uint16_t bucket = bucket_of(fields_[i].tag());
      links_[i] = {first_[bucket], bucket};
      first_[bucket] = static_cast<std::uint32_t>(i);
    }
  }

  /// As that of a FieldRange, but looks at few others.
  template <class Take>
  [[nodiscard]] friend bool each_with_tag(const TagPattern& tag, const FieldIndex& index, const Take& take) {
    if (tag.is_of_many()) return each_with_tag(tag, index.fields_, take);
    for (std::uint32_t i = index.first_[bucket_of(tag.text())]; i != kNone; i = index.links_[i].next) {
      const FieldView field = index.fields_[i];
      if (tag.matches(field.tag()) && !take(field)) return false;
    }
    return true;
  }

 private:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  /// A field, and the next one in its bucket.
  struct Link {
    std::uint32_t next;
    std::uint16_t bucket;
  };

  /// Tags of digits have one each.
  static std::uint16_t bucket_of(std::string_view tag) {
    const auto low = [tag](std::size_t i) { return static_cast<unsigned>(tag[i]) & 0xF; };
    return static_cast<std::uint16_t>(low(0) << 8 | low(1) << 4 | low(2));
  }

  FieldRange fields_{nullptr, {}};
  std::array<std::uint32_t, 0x1000> first_;  // Of each bucket.
  std::vector<Link> links_;                  // One for each field.
};

}  // namespace bulkmarc
