#include "text/utf8.hpp"

#include <cstdint>

#include <simdjson.h>

namespace bulkmarc {
namespace {

/// What may follow a lead byte: the length of the character and the range of its second byte (Unicode, table 3-7).
struct Lead {
  std::uint8_t length;
  std::uint8_t second_from;
  std::uint8_t second_to;
};

Lead lead_of(unsigned char byte) {
  if (byte < 0x80) return {1, 0, 0};
  if (byte < 0xC2 || byte > 0xF4) return {0, 0, 0};
  if (byte < 0xE0) return {2, 0x80, 0xBF};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte < 0xF0) return {3, 0x80, 0xBF};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {4, 0x80, 0xBF};
}

/// How many of the first bytes belong to a character, whole or cut off; at least 1.
struct Part {
  std::size_t length;
  bool whole;
};

Part first_part(std::string_view bytes) {
  const Lead lead = lead_of(static_cast<unsigned char>(bytes.front()));
  if (lead.length <= 1) return {1, lead.length == 1};
  std::size_t length = 1;
  std::uint8_t from = lead.second_from;
  std::uint8_t to = lead.second_to;
  while (length < lead.length && length < bytes.size()) {
    const auto byte = static_cast<unsigned char>(bytes[length]);
    if (byte < from || byte > to) break;
    from = 0x80;
    to = 0xBF;
    ++length;
  }
  return {length, length == lead.length};
}

constexpr std::size_t kSurrogateLength = 3;

/// The surrogate that `bytes` begins with, encoded as if it were a character; or 0.
char32_t first_surrogate(std::string_view bytes) {
  if (bytes.size() < kSurrogateLength || bytes[0] != '\xED') return 0;
  const auto second = static_cast<unsigned char>(bytes[1]);
  const auto third = static_cast<unsigned char>(bytes[2]);
  if (second < 0xA0 || second > 0xBF || (third & 0xC0) != 0x80) return 0;
  return 0xD000U | (second & 0x3FU) << 6 | (third & 0x3FU);
}

/// Appends what an invalid part stands for; returns its length.
std::size_t append_replacement(std::string_view bytes, std::size_t length, Buffer& output) {
  const char32_t first = first_surrogate(bytes);
  if (first != 0) {
    const char32_t second = first_surrogate(bytes.substr(kSurrogateLength));
    if (first < 0xDC00 && second >= 0xDC00) {
      append_character(0x10000 + ((first & 0x3FF) << 10) + (second & 0x3FF), output);
      return 2 * kSurrogateLength;
    }
    length = kSurrogateLength;
  }
  output.append(kReplacementCharacter);
  return length;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  static const simdjson::implementation& best = *simdjson::get_available_implementations().detect_best_supported();
  return best.validate_utf8(bytes.data(), bytes.size());
}

bool is_ascii(std::string_view bytes) {
  unsigned char all = 0;  // Without an early exit the loop becomes one of vectors.
  for (const char byte : bytes) all |= static_cast<unsigned char>(byte);
  return all < 0x80;
}

std::size_t utf8_length(std::string_view bytes) {
  const Part part = first_part(bytes);
  return part.whole ? part.length : 0;
}

std::string shortened(std::string_view text, std::size_t most) {
  constexpr std::string_view kMore = "...";
  constexpr std::size_t kMostContinuations = 3;
  if (text.size() <= most) return std::string(text);
  const std::size_t room = most - kMore.size();
  std::size_t end = room;
  while (end > 0 && room - end < kMostContinuations && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)).append(kMore);
}

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char byte) {
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
  });
  return lower;
}

void append_character(char32_t character, Buffer& output) {
  constexpr char32_t kLeads[] = {0, 0, 0xC0, 0xE0, 0xF0};
  const std::size_t length = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
  char bytes[4];
  for (std::size_t i = length; --i > 0; character >>= 6) bytes[i] = static_cast<char>(0x80 | (character & 0x3F));
  bytes[0] = static_cast<char>(kLeads[length] | character);
  output.append({bytes, length});
}

std::size_t find_invalid_utf8(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const Part part = first_part(bytes.substr(at));
    if (!part.whole) break;
    at += part.length;
  }
  return at;
}

std::size_t append_valid_utf8(std::string_view bytes, Buffer& output) {
  std::size_t invalid = 0;
  while (!bytes.empty()) {
    const std::size_t valid = find_invalid_utf8(bytes);
    output.append(bytes.substr(0, valid));
    bytes.remove_prefix(valid);
    if (bytes.empty()) break;
    bytes.remove_prefix(append_replacement(bytes, first_part(bytes).length, output));
    ++invalid;
  }
  return invalid;
}

}  // namespace bulkmarc
