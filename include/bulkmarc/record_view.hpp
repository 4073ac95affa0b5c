#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>

#include <bulkmarc/export_macro.hpp>

/// \file
/// Borrowed views of one MARC 21 record. Nothing here allocates, throws or owns memory: a view is valid
/// as long as the bytes and the directory it was made from, and views may be read from any thread.
/// Terms follow the MARC 21 specification for record structure (ISO 2709).

namespace bulkmarc {

inline constexpr char kRecordTerminator = '\x1D';
inline constexpr char kFieldTerminator = '\x1E';
inline constexpr char kSubfieldDelimiter = '\x1F';
inline constexpr std::size_t kLeaderLength = 24;
inline constexpr std::size_t kDirectoryEntryLength = 12;
inline constexpr std::size_t kTagLength = 3;
inline constexpr std::size_t kIndicatorCount = 2;

/// One entry of a decoded directory: the tag, and where the field's bytes stand in RecordView::bytes().
struct DirectoryEntry {
  char tag[kTagLength];
  std::uint32_t offset;  ///< From the first byte of the leader.
  std::uint32_t length;  ///< Without the field terminator, which always follows the field's bytes.
};

/// A subfield: its code and its value. A value never holds 0x1F.
struct SubfieldView {
  char code;
  std::string_view value;
};

/// The code that stray data is given: data of a field that stands before its first subfield.
inline constexpr char kStrayDataCode = '?';

/// The subfields of a data field, in their order. Stray data comes first, with the code `?`; a 0x1F without a code is
/// skipped.
class SubfieldRange {
 public:
  class iterator {
   public:
    using value_type = SubfieldView;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::forward_iterator_tag;

    iterator() = default;
    explicit iterator(std::string_view rest) : rest_(rest) { find(); }
    iterator(SubfieldView first, std::string_view rest) : rest_(rest), at_(first.value.data()), current_(first) {}
    SubfieldView operator*() const { return current_; }
    iterator& operator++() {
      find();
      return *this;
    }
    iterator operator++(int) {
      iterator before = *this;
      find();
      return before;
    }
    friend bool operator==(const iterator& a, const iterator& b) { return a.at_ == b.at_; }

   private:
    void find() {
      at_ = nullptr;
      while (true) {
        const std::size_t delimiter = rest_.find(kSubfieldDelimiter);
        if (delimiter == std::string_view::npos) return;
        rest_.remove_prefix(delimiter + 1);
        const std::size_t length = rest_.substr(0, rest_.find(kSubfieldDelimiter)).size();
        if (length == 0) continue;
        at_ = rest_.data();
        current_ = {rest_.front(), rest_.substr(1, length - 1)};
        rest_.remove_prefix(length);
        return;
      }
    }

    std::string_view rest_;
    const char* at_ = nullptr;
    SubfieldView current_{};
  };

  explicit SubfieldRange(std::string_view bytes) : bytes_(bytes) {}
  /// `stray_data` stands right before `bytes`, or is empty.
  SubfieldRange(std::string_view stray_data, std::string_view bytes) : stray_data_(stray_data), bytes_(bytes) {}
  [[nodiscard]] iterator begin() const {
    return stray_data_.empty() ? iterator(bytes_) : iterator({kStrayDataCode, stray_data_}, bytes_);
  }
  [[nodiscard]] static iterator end() { return {}; }

 private:
  std::string_view stray_data_;
  std::string_view bytes_;
};

/// One field as it stands in ISO 2709, without its terminator.
class FieldView {
 public:
  FieldView(std::string_view tag, std::string_view bytes) : tag_(tag), bytes_(bytes) {}

  [[nodiscard]] std::string_view tag() const { return tag_; }
  /// A control field's data, or a data field's indicators and 0x1F-coded subfields.
  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  /// True for the tags 00X.
  [[nodiscard]] bool is_control() const { return tag_.starts_with("00"); }
  /// True for a data field that begins with two indicators and the 0x1F of a subfield, as nearly all do.
  [[nodiscard]] bool has_usual_begin() const {
    return bytes_.size() > kIndicatorCount && bytes_[kIndicatorCount] == kSubfieldDelimiter &&
           is_printable(bytes_[0]) && is_printable(bytes_[1]);
  }
  /// True for a data field that is all data, as systems such as Aleph have it in FMT or SYS: its tag is not a number,
  /// and it has no 0x1F. Two blanks are indicators.
  [[nodiscard]] bool is_all_data() const {
    const auto is_digit = [](char byte) { return byte >= '0' && byte <= '9'; };
    if (is_control() || (is_digit(tag_[0]) && is_digit(tag_[1]) && is_digit(tag_[2]))) return false;
    if (bytes_.find(kSubfieldDelimiter) != std::string_view::npos) return false;
    return bytes_.size() > kIndicatorCount || bytes_.find_first_not_of(' ') != std::string_view::npos;
  }
  /// How many indicators a data field begins with: those of its first two bytes that are printable ASCII. One that is
  /// all data has none.
  [[nodiscard]] std::size_t indicator_count() const {
    std::size_t count = 0;
    while (count < kIndicatorCount && count < bytes_.size() && is_printable(bytes_[count])) ++count;
    return has_usual_begin() || !is_all_data() ? count : 0;
  }
  /// An indicator of a data field (0 or 1); a blank where it is missing.
  [[nodiscard]] char indicator(std::size_t index) const { return index < indicator_count() ? bytes_[index] : ' '; }
  /// What a data field has between its indicators and its first 0x1F.
  [[nodiscard]] std::string_view stray_data() const {
    if (is_control() || has_usual_begin()) return {};
    const std::string_view rest = bytes_.substr(indicator_count());
    return rest.substr(0, rest.find(kSubfieldDelimiter));
  }
  /// The subfields of a data field; of a control field there are none.
  [[nodiscard]] SubfieldRange subfields() const {
    if (is_control()) return SubfieldRange({});
    if (has_usual_begin()) return SubfieldRange(bytes_);
    const std::string_view stray = stray_data();
    const std::string_view rest = bytes_.substr(indicator_count());
    return {stray, rest.substr(stray.size())};
  }
  /// The value of the first subfield with this code, or an empty view.
  [[nodiscard]] std::string_view subfield(char code) const {
    for (const SubfieldView subfield : subfields()) {
      if (subfield.code == code) return subfield.value;
    }
    return {};
  }

 private:
  static bool is_printable(char byte) { return byte >= 0x20 && byte <= 0x7E; }

  std::string_view tag_;
  std::string_view bytes_;
};

/// The fields of a record in the order of its directory.
class FieldRange {
 public:
  class iterator {
   public:
    using value_type = FieldView;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::forward_iterator_tag;

    iterator() = default;
    iterator(const char* bytes, const DirectoryEntry* entry) : bytes_(bytes), entry_(entry) {}
    FieldView operator*() const { return {{entry_->tag, kTagLength}, {bytes_ + entry_->offset, entry_->length}}; }
    iterator& operator++() {
      ++entry_;
      return *this;
    }
    iterator operator++(int) {
      iterator before = *this;
      ++entry_;
      return before;
    }
    friend bool operator==(const iterator& a, const iterator& b) { return a.entry_ == b.entry_; }

   private:
    const char* bytes_ = nullptr;
    const DirectoryEntry* entry_ = nullptr;
  };

  FieldRange(const char* bytes, std::span<const DirectoryEntry> directory) : bytes_(bytes), directory_(directory) {}
  [[nodiscard]] iterator begin() const { return {bytes_, directory_.data()}; }
  [[nodiscard]] iterator end() const { return {bytes_, directory_.data() + directory_.size()}; }
  [[nodiscard]] std::size_t size() const { return directory_.size(); }
  /// REQUIRES: `index` is less than size().
  [[nodiscard]] FieldView operator[](std::size_t index) const { return *iterator(bytes_, &directory_[index]); }

 private:
  const char* bytes_;
  std::span<const DirectoryEntry> directory_;
};

/// One record, borrowed: a leader, and fields in their original order with their repeats.
class BULKMARC_NO_DANGLING RecordView {
 public:
  RecordView() = default;
  /// Borrows both for as long as the view is used. REQUIRES: `bytes` begins with a leader of 24 bytes, and
  /// every entry's field, and one byte after it, lies within `bytes`.
  RecordView(std::string_view bytes, std::span<const DirectoryEntry> directory)
      : bytes_(bytes), directory_(directory) {}

  [[nodiscard]] std::string_view leader() const { return bytes_.substr(0, kLeaderLength); }
  [[nodiscard]] FieldRange fields() const { return {bytes_.data(), directory_}; }
  /// The bytes that hold the leader and all fields; DirectoryEntry::offset counts from their start.
  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  [[nodiscard]] std::span<const DirectoryEntry> directory() const { return directory_; }
  /// The data of the first field 001, or an empty view.
  [[nodiscard]] std::string_view control_number() const {
    for (const FieldView field : fields()) {
      if (field.tag() == "001") return field.bytes();
    }
    return {};
  }

 private:
  std::string_view bytes_;
  std::span<const DirectoryEntry> directory_;
};

}  // namespace bulkmarc
