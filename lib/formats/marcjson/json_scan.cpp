#include "formats/marcjson/json_scan.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "text/byte_set.hpp"
#include "text/scan_kernels.hpp"

namespace bulkmarc {
namespace {

constexpr std::size_t kBlockBytes = 64;
constexpr std::size_t kBlocksAtOnce = 8;

/// How deep brackets are nested in MARC-in-JSON: record, fields, field, its content, subfields, subfield.
constexpr int kUsualDepth = 6;

/// Follows depth from block to block.
class BlockScan {
 public:
  enum class Found { kNothing, kEnd, kUnusual };

  /// Takes the next 64 bytes. After kEnd, end() is where the first bracket was closed.
  Found take(const JsonBlock& block) {
    if (block.unusual == 0 && depth_ > block.closed) [[likely]] {
      depth_ += block.opened - block.closed;
      return depth_ > kUsualDepth ? Found::kUnusual : Found::kNothing;
    }
    return take_bit_by_bit(block.opening, block.closing, block.unusual);
  }

  /// Where it ends in the last block.
  [[nodiscard]] std::size_t end() const { return end_; }

 private:
  Found take_bit_by_bit(std::uint64_t opening, std::uint64_t closing, std::uint64_t unusual) {
    for (std::uint64_t bits = opening | closing; bits != 0; bits &= bits - 1) {
      const std::uint64_t bit = bits & (~bits + 1);
      depth_ += (opening & bit) != 0 ? 1 : -1;
      if (depth_ > kUsualDepth || (unusual & (bit - 1)) != 0) return Found::kUnusual;
      if (depth_ == 0) {
        end_ = static_cast<std::size_t>(std::countr_zero(bit)) + 1;
        return Found::kEnd;
      }
    }
    return unusual != 0 ? Found::kUnusual : Found::kNothing;
  }

  int depth_ = 0;
  std::size_t end_ = 0;
};

constexpr ByteSet kWhiteSpace(kJsonWhiteSpace);
constexpr ByteSet kWord("a-zA-Z0-9+.-");

/// Checks the grammar byte by byte.
class CarefulScan {
 public:
  explicit CarefulScan(std::string_view text) : text_(text) {}

  JsonEnd run() {
    for (; at_ < text_.size(); ++at_) {
      if (kWhiteSpace.contains(text_[at_])) continue;
      if (!take(text_[at_])) return {failed_};
      if (depth_ == 0) return {JsonEnd::Kind::kEnd, at_ + 1};
    }
    return {JsonEnd::Kind::kMore, 0};
  }

 private:
  enum class Expected { kValue, kValueOrClose, kKey, kKeyOrClose, kColon, kCommaOrClose };

  [[nodiscard]] bool in_object() const { return open_[depth_ - 1] == '{'; }

  bool take(char byte) {
    switch (byte) {
      case '{':
      case '[':
        return expects_value() ? open(byte) : fail();
      case '}':
      case ']':
        return close(byte);
      case '"':
        return take_string();
      case ':':
        return expected_ == Expected::kColon ? expect(Expected::kValue) : fail();
      case ',':
        if (expected_ != Expected::kCommaOrClose) return fail();
        return expect(in_object() ? Expected::kKey : Expected::kValue);
      default:
        return expects_value() && kWord.contains(byte) ? take_word() : fail();
    }
  }

  [[nodiscard]] bool expects_value() const {
    return expected_ == Expected::kValue || expected_ == Expected::kValueOrClose;
  }
  bool expect(Expected next) {
    expected_ = next;
    return true;
  }

  bool open(char bracket) {
    if (depth_ == open_.size()) return fail();
    open_[depth_++] = bracket;
    return expect(bracket == '{' ? Expected::kKeyOrClose : Expected::kValueOrClose);
  }

  bool close(char bracket) {
    if (depth_ == 0 || open_[depth_ - 1] != (bracket == '}' ? '{' : '[')) return fail();
    const Expected empty = bracket == '}' ? Expected::kKeyOrClose : Expected::kValueOrClose;
    if (expected_ != Expected::kCommaOrClose && expected_ != empty) return fail();
    --depth_;
    return expect(Expected::kCommaOrClose);
  }

  bool take_string() {
    const bool is_key = expected_ == Expected::kKey || expected_ == Expected::kKeyOrClose;
    if (!is_key && !expects_value()) return fail();
    string_ = at_;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (static_cast<unsigned char>(text_[at_]) < 0x20) return fail();
      if (text_[at_] == '\\') ++at_;
    }
    return expect(is_key ? Expected::kColon : Expected::kCommaOrClose);
  }

  bool take_word() {
    while (at_ + 1 < text_.size() && kWord.contains(text_[at_ + 1])) ++at_;
    return expect(Expected::kCommaOrClose);
  }

  bool fail() {
    failed_ = {JsonEnd::Kind::kError, string_};
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t string_ = 0;  // Where the last string begins: one that lacks a quote ends with the next one's.
  Expected expected_ = Expected::kValue;
  std::array<char, kDeepestJson> open_{};
  std::size_t depth_ = 0;
  JsonEnd failed_{};
};

}  // namespace

JsonEnd find_json_end_carefully(std::string_view text) { return CarefulScan(text).run(); }

JsonEnd find_json_end(std::string_view text, bool ended) {
  const ScanKernel& kernel = scan_kernel();
  BlockScan scan;
  JsonStrings strings;
  std::array<JsonBlock, kBlocksAtOnce> blocks;
  std::array<char, kBlocksAtOnce * kBlockBytes> tail;
  // A block that is not all there may look different later.
  if (!ended) text = text.substr(0, text.size() / kBlockBytes * kBlockBytes);
  for (std::size_t at = 0; at < text.size(); at += tail.size()) {
    const char* bytes = text.data() + at;
    const std::size_t length = std::min(tail.size(), text.size() - at);
    if (length % kBlockBytes != 0) {
      std::ranges::fill(std::ranges::copy(text.substr(at), tail.begin()).out, tail.end(), ' ');
      bytes = tail.data();
    }
    const std::size_t count = (length + kBlockBytes - 1) / kBlockBytes;
    kernel.mark_json(reinterpret_cast<const std::uint8_t*>(bytes), count, strings, blocks.data());
    for (std::size_t i = 0; i < count; ++i) {
      const auto found = scan.take(blocks[i]);
      if (found == BlockScan::Found::kNothing) continue;
      const std::size_t end = at + i * kBlockBytes + scan.end();
      const bool matches = found == BlockScan::Found::kEnd && (text.front() == '{') == (text[end - 1] == '}');
      return matches ? JsonEnd{JsonEnd::Kind::kEnd, end} : find_json_end_carefully(text);
    }
  }
  return {JsonEnd::Kind::kMore, 0};
}

}  // namespace bulkmarc
