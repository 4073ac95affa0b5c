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
///     append(bytes), put(byte)      takes the bytes
///     append_part(whole, from, to)  takes whole[from, to); faster than append, as it may read on within `whole`
///     literal("...")                takes a constant, whose length the compiler knows
///     piece("...", fill)            takes a constant in which fill(char*) sets some bytes
///     size()                        the number of bytes taken so far
///     rewind(size)                  takes back all after that many bytes

/// Most values of a record are shorter; they are copied as two vectors, without a call and without a loop.
inline constexpr std::size_t kShortCopy = 32;

/// Measures: counts, and keeps nothing.
class CountingSink {
 public:
  void append(std::string_view bytes) { size_ += bytes.size(); }
  void append_part(std::string_view, std::size_t from, std::size_t to) { size_ += to - from; }
  void put(char) { ++size_; }
  template <std::size_t N>
  void literal(const char (&)[N]) {
    size_ += N - 1;
  }
  template <std::size_t N, class Fill>
  void piece(const char (&)[N], const Fill&) {
    size_ += N - 1;
  }
  [[nodiscard]] std::size_t size() const { return size_; }
  void rewind(std::size_t size) { size_ = size; }

 private:
  std::size_t size_ = 0;
};

/// What the two sinks that keep bytes have in common. `Room` is the sink itself: its make_room(length) sees to it that
/// so many bytes can be written at at_, or returns false, and then they are dropped.
template <class Room>
class WritingSink {
 public:
  void append(std::string_view bytes) {
    if (bytes.empty() || !room(bytes.size())) return;
    std::memcpy(at_, bytes.data(), bytes.size());
    at_ += bytes.size();
  }
  void append_part(std::string_view whole, std::size_t from, std::size_t to) {
    const std::size_t length = to - from;
    if (length > kShortCopy || whole.size() - from < kShortCopy || left() < kShortCopy) {
      append(whole.substr(from, length));
      return;
    }
    std::memcpy(at_, whole.data() + from, kShortCopy);
    at_ += length;
  }
  void put(char byte) {
    if (room(1)) *at_++ = byte;
  }
  template <std::size_t N>
  void literal(const char (&text)[N]) {
    piece(text, [](char*) {});
  }
  template <std::size_t N, class Fill>
  void piece(const char (&text)[N], const Fill& fill) {
    if (!room(N - 1)) return;
    std::memcpy(at_, text, N - 1);
    fill(at_);
    at_ += N - 1;
  }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(at_ - begin_); }
  void rewind(std::size_t size) { at_ = begin_ + size; }

 protected:
  WritingSink() = default;
  [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

  char* begin_ = nullptr;
  char* at_ = nullptr;
  char* end_ = nullptr;

 private:
  bool room(std::size_t length) {
    if (length <= left()) [[likely]]
      return true;
    return static_cast<Room*>(this)->make_room(length);
  }
};

/// Writes into a slice that was measured before. What would pass its end is dropped and remembered, so that an input
/// which changed between the two passes is an error and never a stray write.
class SpanSink : public WritingSink<SpanSink> {
 public:
  explicit SpanSink(std::span<char> slice) : slice_(slice) {
    begin_ = at_ = slice.data();
    open();
  }
  /// True when the slice was filled exactly.
  [[nodiscard]] bool complete() const { return size() == slice_.size(); }
  /// Counts what was dropped, too.
  [[nodiscard]] std::size_t size() const { return WritingSink::size() + dropped_; }
  void rewind(std::size_t size) {
    const std::size_t written = WritingSink::size();
    dropped_ = size > written ? size - written : 0;
    if (dropped_ != 0) return;
    WritingSink::rewind(size);
    open();
  }

  /// Closes the slice: nothing may follow a gap.
  bool make_room(std::size_t length) {
    end_ = at_;
    dropped_ += length;
    return false;
  }

 private:
  void open() { end_ = begin_ + slice_.size(); }

  std::span<char> slice_;
  std::size_t dropped_ = 0;
};

/// Appends to a buffer, which grows as needed.
class GrowingSink : public WritingSink<GrowingSink> {
 public:
  explicit GrowingSink(Buffer& buffer) : buffer_(buffer) { adopt(); }
  ~GrowingSink() { buffer_.set_size(size()); }
  GrowingSink(const GrowingSink&) = delete;
  GrowingSink& operator=(const GrowingSink&) = delete;

  bool make_room(std::size_t length) {
    buffer_.set_size(size());
    buffer_.reserve(buffer_.size() + length);
    adopt();
    return true;
  }

 private:
  void adopt() {
    begin_ = buffer_.data();
    at_ = begin_ + buffer_.size();
    end_ = begin_ + buffer_.capacity();
  }

  Buffer& buffer_;
};

}  // namespace bulkmarc
