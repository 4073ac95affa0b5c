#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace bulkmarc {

/// A growing array, used again and again: unlike std::vector it does not clear what will be overwritten.
template <class Element>
class Array {
  static_assert(std::is_trivially_copyable_v<Element>);

 public:
  [[nodiscard]] Element* data() { return data_.get(); }
  [[nodiscard]] const Element* data() const { return data_.get(); }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] std::span<const Element> elements() const { return {data_.get(), size_}; }

  void clear() { size_ = 0; }
  /// REQUIRES: `size` <= capacity().
  void set_size(std::size_t size) { size_ = size; }

  /// Makes room for `capacity` elements in all; doubles, so that appending stays linear.
  void reserve(std::size_t capacity) {
    if (capacity <= capacity_) return;
    capacity = std::max(capacity, 2 * capacity_);
    auto larger = std::make_unique_for_overwrite<Element[]>(capacity);
    if (size_ != 0) std::memcpy(larger.get(), data_.get(), size_ * sizeof(Element));
    data_ = std::move(larger);
    capacity_ = capacity;
  }

  void append(std::span<const Element> elements) {
    if (elements.empty()) return;
    reserve(size_ + elements.size());
    std::memcpy(data_.get() + size_, elements.data(), elements.size_bytes());
    size_ += elements.size();
  }

  void push_back(Element element) {
    if (size_ == capacity_) reserve(size_ + 1);
    data_[size_++] = element;
  }

  /// The next `length` elements after the contents, uninitialised; set_size() makes them part of it.
  [[nodiscard]] std::span<Element> room(std::size_t length) {
    reserve(size_ + length);
    return {data_.get() + size_, length};
  }

 private:
  std::unique_ptr<Element[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

/// Growing bytes.
class Buffer : public Array<char> {
 public:
  [[nodiscard]] std::string_view view() const { return {data(), size()}; }
  void append(std::string_view bytes) { Array::append(bytes); }
};

}  // namespace bulkmarc
