#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

#include "text/buffer.hpp"

namespace bulkmarc {

/// A sink takes the bytes that a format emits. There are three, so that one emit() measures, writes into a
/// measured slice, and appends to a growing buffer; lengths and bytes can't disagree. All of them share:
///
///     append(bytes), put(byte)   takes the bytes
///     literal("...")             the same for a constant, whose length the compiler knows
///     size()                     the number of bytes taken so far
///     rewind(size)               takes back all after that many bytes

/// Measures: counts, and keeps nothing.
class CountingSink {
 public:
  void append(std::string_view bytes) { size_ += bytes.size(); }
  void put(char) { ++size_; }
  template <std::size_t N>
  void literal(const char (&)[N]) {
    size_ += N - 1;
  }
  [[nodiscard]] std::size_t size() const { return size_; }
  void rewind(std::size_t size) { size_ = size; }

 private:
  std::size_t size_ = 0;
};

/// Writes into a slice that was measured before. What would pass its end is dropped and remembered, so
/// that an input which changed between the two passes is an error and never a stray write.
class SpanSink {
 public:
  explicit SpanSink(std::span<char> slice) : begin_(slice.data()), at_(begin_), end_(begin_ + slice.size()) {}

  void append(std::string_view bytes) {
    if (!room(bytes.size())) return;
    std::memcpy(at_, bytes.data(), bytes.size());
    at_ += bytes.size();
  }
  void put(char byte) {
    if (room(1)) *at_++ = byte;
  }
  template <std::size_t N>
  void literal(const char (&text)[N]) {
    if (!room(N - 1)) return;
    std::memcpy(at_, text, N - 1);
    at_ += N - 1;
  }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(at_ - begin_); }
  void rewind(std::size_t size) { at_ = begin_ + size; }
  /// True when the slice was filled exactly.
  [[nodiscard]] bool complete() const { return at_ == end_ && !overflowed_; }

 private:
  bool room(std::size_t length) {
    if (length <= static_cast<std::size_t>(end_ - at_)) [[likely]]
      return true;
    overflowed_ = true;
    return false;
  }

  char* begin_;
  char* at_;
  char* end_;
  bool overflowed_ = false;
};

/// Appends to a buffer, which grows as needed.
class GrowingSink {
 public:
  explicit GrowingSink(Buffer& buffer) : buffer_(buffer) { adopt(); }
  ~GrowingSink() { buffer_.set_size(size()); }
  GrowingSink(const GrowingSink&) = delete;
  GrowingSink& operator=(const GrowingSink&) = delete;

  void append(std::string_view bytes) {
    make_room(bytes.size());
    std::memcpy(at_, bytes.data(), bytes.size());
    at_ += bytes.size();
  }
  void put(char byte) {
    make_room(1);
    *at_++ = byte;
  }
  template <std::size_t N>
  void literal(const char (&text)[N]) {
    make_room(N - 1);
    std::memcpy(at_, text, N - 1);
    at_ += N - 1;
  }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(at_ - buffer_.data()); }
  void rewind(std::size_t size) { at_ = buffer_.data() + size; }

 private:
  void make_room(std::size_t length) {
    if (length > static_cast<std::size_t>(end_ - at_)) [[unlikely]]
      grow(length);
  }
  void grow(std::size_t length) {
    buffer_.set_size(size());
    buffer_.reserve(buffer_.size() + length);
    adopt();
  }
  void adopt() {
    at_ = buffer_.data() + buffer_.size();
    end_ = buffer_.data() + buffer_.capacity();
  }

  Buffer& buffer_;
  char* at_;
  char* end_;
};

}  // namespace bulkmarc
