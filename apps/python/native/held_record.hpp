#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <bulkmarc/format.hpp>
#include <bulkmarc/record_view.hpp>
/// A field of a record, which shares the record's memory with it.
class HeldField {
 public:
  HeldField(std::shared_ptr<const void> owner, bulkmarc::FieldView field) : owner_(std::move(owner)), field_(field) {}

  [[nodiscard]] const bulkmarc::FieldView& view() const { return field_; }

  /// The value of the first subfield with this code, or nothing.
  [[nodiscard]] std::optional<std::string_view> subfield(std::string_view code) const;
  /// Of a control field its data; of a data field all values, with blanks between them.
  [[nodiscard]] std::string value() const;

 private:
  std::shared_ptr<const void> owner_;
  bulkmarc::FieldView field_;
};

/// A record as Python has it: a view into a batch of records, which it keeps alive. Immutable.
class HeldRecord {
 public:
  /// `owner` owns what the view and `input` borrow.
  HeldRecord(std::shared_ptr<const void> owner, const bulkmarc::RecordView& view, std::uint64_t number,
             std::uint64_t offset, std::string_view input)
      : owner_(std::move(owner)), view_(view), number_(number), offset_(offset), input_(input) {}

  /// The record that packed() was called for, from another process perhaps. Throws std::invalid_argument where it is
  /// none.
  static HeldRecord unpack(std::string_view bytes, std::string_view directory, std::uint64_t number,
                           std::uint64_t offset, std::string_view input);
  /// Its directory as bytes.
  [[nodiscard]] std::string_view packed_directory() const;

  [[nodiscard]] const bulkmarc::RecordView& view() const { return view_; }
  [[nodiscard]] std::uint64_t number() const { return number_; }
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  [[nodiscard]] std::string_view input() const { return input_; }

  [[nodiscard]] HeldField field(std::size_t index) const { return {owner_, view_.fields()[index]}; }
  /// The index of the first field with this tag from `from` on, or nothing.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view tag, std::size_t from = 0) const;

  /// The record alone, in a format of whole records. Throws std::length_error where it has no room for the record.
  [[nodiscard]] std::string serialized(bulkmarc::Format format) const;

 private:
  std::shared_ptr<const void> owner_;
  bulkmarc::RecordView view_;
  std::uint64_t number_;
  std::uint64_t offset_;
  std::string_view input_;
};
