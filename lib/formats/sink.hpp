#pragma once

#include <algorithm>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

#include "record/room.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {

/// A sink takes the bytes that a format emits for one record. There are two, so that one emit() measures and writes,
/// and lengths and bytes can't disagree. Both are a word or two, meant to be copied into a local variable and so to
/// stay in registers.
template <class Sink>
concept ByteSink = std::copyable<Sink> && requires(Sink& sink, std::string_view bytes, std::size_t from, std::size_t to,
                                                   typename Sink::Mark mark, void (&fill)(char*)) {
  sink.append(bytes);
  sink.put('x');
  sink.text(bytes, from, to);                            // bytes[from, to), and may read on within `bytes`: faster.
  sink.literal("x");                                     // A constant, whose length the compiler knows.
  sink.piece("x", fill);                                 // A constant in which `fill` sets some bytes.
  { sink.mark() } -> std::same_as<typename Sink::Mark>;  // Where it is.
  { sink.since(mark) } -> std::same_as<std::size_t>;     // How many bytes it took since then.
  sink.repeat(mark, to);  // Takes `to` of its bytes again, from a mark of this record on.
  sink.shorten(to);       // Takes back its last bytes.
};

/// Where sinks come from: begin() is told how many bytes a record may have at most, and keep() takes what was emitted
/// of it. A record that is not kept is taken back.
template <class Destination>
concept ByteDestination = ByteSink<typename Destination::Sink> &&
    requires(Destination& destination, const typename Destination::Sink& sink, std::size_t most_bytes) {
  { destination.begin(most_bytes) } -> std::same_as<typename Destination::Sink>;
  destination.keep(sink);
};

/// Measures: counts, and keeps nothing.
class CountingSink {
 public:
  void append(std::string_view bytes) { size_ += bytes.size(); }
  void text(std::string_view, std::size_t from, std::size_t to) { size_ += to - from; }
  void put(char) { ++size_; }
  template <std::size_t N>
  void literal(const char (&)[N]) {
    size_ += N - 1;
  }
  template <std::size_t N, class Fill>
  void piece(const char (&)[N], const Fill&) {
    size_ += N - 1;
  }

  using Mark = std::size_t;
  [[nodiscard]] Mark mark() const { return size_; }
  [[nodiscard]] std::size_t since(Mark mark) const { return size_ - mark; }
  void repeat(Mark, std::size_t length) { size_ += length; }
  void shorten(std::size_t length) { size_ -= length; }

  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::size_t size_ = 0;
};

/// Writes, unchecked: its destination has made room for all that the record may have.
class WritingSink {
 public:
  /// Most values of a record are shorter; they are copied as two vectors, without a call and without a loop. So up to
  /// as many bytes beyond the last one are overwritten.
  static constexpr std::size_t kShortCopy = 32;

  WritingSink(char* begin, [[maybe_unused]] std::size_t room) : at_(begin) {
#ifndef NDEBUG
    end_ = begin + room;
#endif
  }

  [[gnu::always_inline]] void append(std::string_view bytes) {
    if (bytes.empty()) return;
    check(bytes.size());
    std::memcpy(at_, bytes.data(), bytes.size());
    at_ += bytes.size();
  }
  [[gnu::always_inline]] void text(std::string_view whole, std::size_t from, std::size_t to) {
    const std::size_t block_end = from + kShortCopy;
    if (to > block_end) return append_long({whole.data() + from, to - from});
    if (block_end > whole.size()) [[unlikely]]
      return append({whole.data() + from, to - from});
    check(kShortCopy);
    std::memcpy(at_, whole.data() + from, kShortCopy);
    at_ += to - from;
  }
  [[gnu::always_inline]] void put(char byte) {
    check(1);
    *at_++ = byte;
  }
  template <std::size_t N>
  [[gnu::always_inline]] void literal(const char (&text)[N]) {
    piece(text, [](char*) {});
  }
  template <std::size_t N, class Fill>
  [[gnu::always_inline]] void piece(const char (&text)[N], const Fill& fill) {
    check(N - 1);
    std::memcpy(at_, text, N - 1);
    fill(at_);
    at_ += N - 1;
  }

  using Mark = const char*;
  [[nodiscard]] Mark mark() const { return at_; }
  [[nodiscard]] std::size_t since(Mark mark) const { return static_cast<std::size_t>(at_ - mark); }
  [[gnu::always_inline]] void repeat(Mark mark, std::size_t length) {
    constexpr std::size_t kBlock = kShortCopy / 2;
    char* const end = at_ + length;
    do {
      // Each may overlap with where it goes to, but only with bytes that are not meant.
      std::memmove(at_, mark, kBlock);
      std::memmove(at_ + kBlock, mark + kBlock, kBlock);
      mark += kShortCopy;
      at_ += kShortCopy;
    } while (at_ < end);
    at_ = end;
  }
  void shorten(std::size_t length) { at_ -= length; }

  [[nodiscard]] char* at() const { return at_; }

 private:
  /// In blocks, the last of which may overlap with the one before it. REQUIRES: there are more bytes than in a block.
  [[gnu::always_inline]] void append_long(std::string_view bytes) {
    check(bytes.size());
    const char* from = bytes.data();
    char* const last = at_ + bytes.size() - kShortCopy;
    for (; at_ < last; at_ += kShortCopy, from += kShortCopy) std::memcpy(at_, from, kShortCopy);
    std::memcpy(last, bytes.data() + bytes.size() - kShortCopy, kShortCopy);
    at_ = last + kShortCopy;
  }

#ifndef NDEBUG
  void check(std::size_t length) const { assert(length <= static_cast<std::size_t>(end_ - at_)); }
  char* end_;
#else
  static void check(std::size_t) {}
#endif
  char* at_;
};

/// The length of what is emitted.
class Measurement {
 public:
  using Sink = CountingSink;
  static Sink begin(std::size_t) { return {}; }
  void keep(const Sink& sink) { size_ += sink.size(); }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::size_t size_ = 0;
};

/// A buffer, which grows as needed, up to a size.
class GrowingDestination {
 public:
  using Sink = WritingSink;
  explicit GrowingDestination(Buffer& buffer, Room room = {}) : buffer_(buffer), room_(room) {}

  /// False when a record that may have this many bytes is to be left for later.
  [[nodiscard]] bool has_room(std::size_t most_bytes) const {
    return most_bytes <= room_.most_bytes - std::min(buffer_.size(), room_.most_bytes) ||
           (room_.for_any_record && buffer_.size() == 0);
  }

  Sink begin(std::size_t most_bytes) {
    const std::size_t room = most_bytes + Sink::kShortCopy;
    return {buffer_.room(room).data(), room};
  }
  void keep(const Sink& sink) { buffer_.set_size(static_cast<std::size_t>(sink.at() - buffer_.data())); }
  [[nodiscard]] std::size_t size() const { return buffer_.size(); }

 private:
  Buffer& buffer_;
  Room room_;
};

/// A slice that was measured before. A record for which the slice may have no room, as its last ones, is written
/// elsewhere and copied. What does not fit is dropped and remembered, so that an input which changed between the two
/// passes is an error and never a stray write.
class SliceDestination {
 public:
  using Sink = WritingSink;
  /// Borrows both. `spare` holds nothing that is needed.
  SliceDestination(std::span<char> slice, Buffer& spare) : rest_(slice), spare_(spare) {}

  Sink begin(std::size_t most_bytes) {
    const std::size_t room = most_bytes + Sink::kShortCopy;
    if (room <= rest_.size()) return start(rest_.data(), room);
    spare_.clear();
    return start(spare_.room(room).data(), room);
  }
  void keep(const Sink& sink) {
    const auto length = static_cast<std::size_t>(sink.at() - begin_);
    if (length > rest_.size()) {
      fits_ = false;
      return;
    }
    if (begin_ != rest_.data() && length != 0) std::memcpy(rest_.data(), begin_, length);
    rest_ = rest_.subspan(length);
  }
  /// True when the slice was filled exactly.
  [[nodiscard]] bool complete() const { return fits_ && rest_.empty(); }

 private:
  Sink start(char* begin, std::size_t room) {
    begin_ = begin;
    return {begin, room};
  }

  std::span<char> rest_;
  Buffer& spare_;
  const char* begin_ = nullptr;  // Of the current record.
  bool fits_ = true;
};

static_assert(ByteDestination<Measurement> && ByteDestination<GrowingDestination> && ByteDestination<SliceDestination>);

}  // namespace bulkmarc
