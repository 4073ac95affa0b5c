#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <bulkmarc/rows.hpp>
#include <bulkmarc/table.hpp>

#include "tables/typed_values.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {

/// The most characters, values and items that a column of one batch holds: no record's rows may have more, and offsets
/// of 32 bits suffice by far.
inline constexpr std::size_t kMostInColumn = std::size_t{1} << 27;

/// The values of one column, which come row by row, in memory that is used again. Its functions are those for its
/// type. A column of lists of structs has children, whose rows are the structs. Those that return a bool return false,
/// and have added nothing, when the column has no room.
class ColumnBuilder {
 public:
  explicit ColumnBuilder(ColumnType type, std::span<const Column> children = {});

  [[nodiscard]] ColumnType type() const { return type_; }
  [[nodiscard]] std::span<const ColumnBuilder> children() const { return children_; }
  /// True when it holds values of such a column.
  [[nodiscard]] bool is_for(const Column& column) const;
  [[nodiscard]] std::size_t rows() const { return is_number(type_) ? integers_.size() : offsets_.size() - 1; }
  [[nodiscard]] std::size_t null_count() const { return null_count_; }
  /// Of all memory that it keeps.
  [[nodiscard]] std::size_t capacity() const;

  /// Forgets the values; from now on the column holds no more than `most` characters, values or items.
  /// REQUIRES: `most` <= kMostInColumn.
  void clear(std::size_t most = kMostInColumn);

  [[gnu::always_inline]] void integer(std::int64_t value) { push(integers_, value); }

  /// Adds to the text or to the current item, which end_text() and end_item() end.
  [[nodiscard, gnu::always_inline]] bool append(std::string_view bytes) {
    if (!has_room_for(bytes.size())) return false;
    copy(bytes.data(), bytes.size());
    return true;
  }
  /// The same of whole[from, to); faster, as it may read on within `whole`.
  [[nodiscard, gnu::always_inline]] bool append(std::string_view whole, std::size_t from, std::size_t to) {
    if (to - from > kShortCopy || whole.size() - from < kShortCopy || !has_room_for(kShortCopy)) {
      return append_long({whole.data() + from, to - from});
    }
    std::memcpy(end(), whole.data() + from, kShortCopy);
    characters_.set_size(characters_.size() + to - from);
    return true;
  }
  [[gnu::always_inline]] void end_text() { push(offsets_, end_of_characters()); }

  [[nodiscard]] bool end_item() {
    if (item_offsets_.size() > most_) return false;
    push(item_offsets_, end_of_characters());
    return true;
  }
  void end_list() { push(offsets_, static_cast<std::int32_t>(item_offsets_.size() - 1)); }

  /// For a column of lists of structs: the builder of the first child, whose siblings stand behind it.
  [[nodiscard]] ColumnBuilder* first_child() { return children_.data(); }
  /// Ends a struct: each child has a value for it.
  [[nodiscard]] bool end_struct() const { return structs() <= most_; }
  void end_structs() { push(offsets_, static_cast<std::int32_t>(structs())); }

  void null();

  /// Adds the last row's value `count` times more. REQUIRES: there is one, and nothing was added to the column since;
  /// it is none of lists.
  [[nodiscard]] bool repeat(std::size_t count);
  /// The same for once; faster.
  [[nodiscard, gnu::always_inline]] bool repeat_once() {
    if (is_number(type_)) {
      integer(integers_.data()[integers_.size() - 1]);
      return true;
    }
    const auto begin = static_cast<std::size_t>(offsets_.data()[offsets_.size() - 2]);
    const std::size_t length = characters_.size() - begin;
    if (length - 1 >= kRepeatedBlock || !has_room_for(kRepeatedBlock)) return repeat(1);
    copy_block(end(), characters_.data() + begin);
    characters_.set_size(characters_.size() + length);
    end_text();
    return true;
  }

  /// The value of a row, or nothing where it is null. REQUIRES: a column of texts that has the row. Valid until
  /// something is added.
  [[nodiscard]] std::optional<std::string_view> text(std::size_t row) const;

  /// Takes back what came after the first `rows` rows, which are whole.
  void truncate(std::size_t rows);

  /// Borrowed until the next call of another function.
  [[nodiscard]] ColumnValues values();

 private:
  /// Most values are shorter; they are copied as two vectors, without a call.
  static constexpr std::size_t kShortCopy = 32;
  /// The same for those that are repeated.
  static constexpr std::size_t kRepeatedBlock = 16;

  [[nodiscard]] char* end() { return characters_.data() + characters_.size(); }
  [[nodiscard]] std::int32_t end_of_characters() const { return static_cast<std::int32_t>(characters_.size()); }
  [[nodiscard]] bool has_room_for(std::size_t bytes) { return bytes <= room_ - characters_.size() || make_room(bytes); }
  bool make_room(std::size_t bytes);
  [[nodiscard, gnu::noinline]] bool append_long(std::string_view bytes) { return append(bytes); }
  /// Array::push_back(), of which only the usual case is inlined.
  template <class Element>
  [[gnu::always_inline]] static void push(Array<Element>& array, Element element) {
    if (array.size() == array.capacity()) [[unlikely]]
      make_room_in(array);
    const std::size_t size = array.size();
    array.data()[size] = element;
    array.set_size(size + 1);
  }
  template <class Element>
  [[gnu::noinline]] static void make_room_in(Array<Element>& array) {
    array.reserve(array.size() + 1);
  }
  /// REQUIRES: has_room_for(length).
  [[gnu::always_inline]] void copy(const char* bytes, std::size_t length) {
    char* const to = end();
    if (length > 2 * sizeof(std::uint64_t)) {
      std::memcpy(to, bytes, length);
    } else if (length >= sizeof(std::uint64_t)) {
      copy_ends<std::uint64_t>(to, bytes, length);
    } else if (length >= sizeof(std::uint32_t)) {
      copy_ends<std::uint32_t>(to, bytes, length);
    } else if (length != 0) {
      to[0] = bytes[0];
      to[length / 2] = bytes[length / 2];
      to[length - 1] = bytes[length - 1];
    }
    characters_.set_size(characters_.size() + length);
  }
  /// Copies the first and the last bytes, which meet or overlap.
  template <class Word>
  static void copy_ends(char* to, const char* bytes, std::size_t length) {
    std::memcpy(to, bytes, sizeof(Word));
    std::memcpy(to + length - sizeof(Word), bytes + length - sizeof(Word), sizeof(Word));
  }
  /// Both may overlap.
  static void copy_block(char* to, const char* from) {
    char block[kRepeatedBlock];
    std::memcpy(block, from, kRepeatedBlock);
    std::memcpy(to, block, kRepeatedBlock);
  }
  [[nodiscard]] bool repeat_text(std::size_t count);
  [[nodiscard]] bool is_null(std::size_t row) const {
    return row / 8 < validity_.size() && (validity_.data()[row / 8] >> row % 8 & 1) == 0;
  }
  [[nodiscard]] std::size_t structs() const { return children_.front().rows(); }
  /// Lets the bitmap cover this many rows, and some more. What is added is valid.
  void cover(std::size_t rows);

  ColumnType type_;
  std::size_t most_ = kMostInColumn;
  Array<std::int64_t> integers_;
  Array<std::int32_t> offsets_;
  Array<std::int32_t> item_offsets_;
  Buffer characters_;
  std::size_t room_ = 0;          // Of `characters_`, as far as it may be used.
  Array<std::uint8_t> validity_;  // As far as there were nulls.
  std::size_t null_count_ = 0;
  std::vector<ColumnBuilder> children_;
  std::vector<ColumnValues> values_of_children_;  // Once they were asked for.
};

struct [[gnu::visibility("hidden")]] RowBatch::Impl {
  std::vector<ColumnBuilder> builders;
  std::size_t rows = 0;              ///< Of the records that are kept.
  std::vector<ColumnValues> values;  ///< Once it is filled.
  std::vector<RowRange> marked;      ///< Of the records that are kept.

  /// Makes it an empty one for these columns, each of which holds no more than `most` characters, values or items.
  void begin(std::span<const Column> columns, std::size_t most = kMostInColumn);
  /// Takes back what came after `rows`.
  void take_back();
  void end();
};

/// Of all memory that it keeps; 0 for one that was moved from.
[[nodiscard]] std::size_t bytes_kept(const RowBatch& batch);
[[nodiscard]] inline bool is_empty(const RowBatch& batch) { return batch.rows() == 0; }

}  // namespace bulkmarc
