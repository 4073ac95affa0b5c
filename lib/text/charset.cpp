#include "text/charset.hpp"

#include <algorithm>

#include "text/marc8_tables.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

char lower(char byte) { return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + ('a' - 'A')) : byte; }

}  // namespace

const Charset* charset_from_name(std::string_view name) {
  const auto is_named = [name](const Charset& charset) {
    return std::ranges::equal(name, charset.name, {}, lower, lower);
  };
  const auto found = std::ranges::find_if(all_charsets(), is_named);
  return found == all_charsets().end() ? nullptr : &*found;
}

std::size_t CharsetDecoder::append(std::string_view bytes, Buffer& output) {
  std::size_t wrong = std::string_view::npos;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto byte = static_cast<unsigned char>(bytes[at]);
    if (byte < 0x80 && marks_.empty()) {
      const std::size_t begin = at;
      while (at < bytes.size() && static_cast<unsigned char>(bytes[at]) < 0x80) ++at;
      output.append(bytes.substr(begin, at - begin));
      continue;
    }
    // A line ends, or a field: what comes next is no letter.
    if (byte < 0x20 && !finish(output)) wrong = std::min(wrong, at);
    const char32_t character = byte < 0x80 ? byte : charset_.characters[byte - 0x80];
    if (character == 0) wrong = std::min(wrong, at);
    if ((character & kCombining) != 0) {
      marks_ += character & ~kCombining;
    } else {
      put(character == 0 ? U'\uFFFD' : character, output);
    }
    ++at;
  }
  return wrong;
}

bool CharsetDecoder::finish(Buffer& output) {
  if (marks_.empty()) return true;
  put(U'\uFFFD', output);
  return false;
}

void CharsetDecoder::put(char32_t character, Buffer& output) {
  append_character(character, output);
  for (const char32_t mark : marks_) append_character(mark, output);
  marks_.clear();
}

}  // namespace bulkmarc
