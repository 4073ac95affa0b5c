#include "readers/transcoder.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <iconv.h>

#include <bulkmarc/error.hpp>

#include "readers/xml_markup.hpp"

namespace bulkmarc {
namespace {

constexpr std::size_t kChunk = 64 * 1024;

/// Never part of UTF-8.
constexpr char kInvalid = '\xFF';

struct Sign {
  std::string_view bytes;
  std::string_view encoding;
};
/// How documents begin whose declaration can't be read as ASCII; the longer signs first.
constexpr std::array kSigns = {
    Sign{{"\xFF\xFE\0\0", 4}, "UTF-32LE"}, Sign{{"\0\0\xFE\xFF", 4}, "UTF-32BE"}, Sign{{"<\0\0\0", 4}, "UTF-32LE"},
    Sign{{"\0\0\0<", 4}, "UTF-32BE"},      Sign{"\xFF\xFE", "UTF-16LE"},          Sign{"\xFE\xFF", "UTF-16BE"},
    Sign{{"<\0", 2}, "UTF-16LE"},          Sign{{"\0<", 2}, "UTF-16BE"},          Sign{"\xEF\xBB\xBF", ""},
};

bool is_utf8_name(std::string_view name) {
  constexpr std::array<std::string_view, 4> kNames = {"utf-8", "utf8", "us-ascii", "ascii"};
  const auto same = [name](std::string_view other) {
    return std::ranges::equal(name, other, [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
  };
  return std::ranges::any_of(kNames, same);
}

/// The value of the declaration's `encoding`, or nothing.
std::string_view declared_encoding(std::string_view document) {
  const std::string_view declaration = document.substr(0, document.find("?>"));
  if (!declaration.starts_with("<?xml")) return {};
  const std::size_t word = declaration.find("encoding");
  if (word == xml::kNowhere) return {};
  const std::size_t quote = declaration.find_first_of("\"'", word);
  if (quote == xml::kNowhere) return {};
  const std::string_view value = declaration.substr(quote + 1);
  return value.substr(0, value.find(declaration[quote]));
}

std::size_t unit_of(std::string_view encoding) {
  if (encoding.starts_with("UTF-32")) return 4;
  return encoding.starts_with("UTF-16") ? 2 : 1;
}

}  // namespace

std::string xml_encoding_of(std::string_view first_bytes) {
  const auto* const sign =
      std::ranges::find_if(kSigns, [first_bytes](const Sign& each) { return first_bytes.starts_with(each.bytes); });
  if (sign != kSigns.end()) return std::string(sign->encoding);
  const std::string_view declared = declared_encoding(first_bytes);
  return is_utf8_name(declared) ? std::string() : std::string(declared);
}

Transcoder::Transcoder(std::unique_ptr<ByteStream> original, const std::string& encoding)
    : original_(std::move(original)), converter_(iconv_open("UTF-8", encoding.c_str())), unit_(unit_of(encoding)) {
  if (reinterpret_cast<std::intptr_t>(converter_) == -1) {
    throw Error(ErrorCode::kInputEncoding, original_->path(),
                fmt::format("is in the encoding \"{}\", which is not known", encoding.substr(0, 40)));
  }
}

Transcoder::~Transcoder() { iconv_close(converter_); }

std::size_t Transcoder::read(std::span<char> bytes) {
  while (handed_out_ == output_.size()) {
    if (!convert()) return 0;
  }
  const std::string_view next = output_.view().substr(handed_out_, bytes.size());
  std::ranges::copy(next, bytes.begin());
  handed_out_ += next.size();
  return next.size();
}

bool Transcoder::convert() {
  output_.clear();
  handed_out_ = 0;
  const std::size_t kept = input_.size();
  input_.set_size(kept + original_->read(input_.room(kChunk)));
  const bool ended = input_.size() == kept;
  if (ended && kept == 0) return false;

  char* from = input_.data();
  std::size_t left = input_.size();
  while (left != 0) {
    const auto room = output_.room(4 * kChunk);
    char* to = room.data();
    std::size_t free = room.size();
    const std::size_t result = iconv(converter_, &from, &left, &to, &free);
    output_.set_size(output_.size() + (room.size() - free));
    if (result != static_cast<std::size_t>(-1) || errno == E2BIG) continue;
    // A character whose end is still to come, or else no character.
    if (errno == EINVAL && !ended) break;
    const std::size_t skipped = std::min(unit_, left);
    from += skipped;
    left -= skipped;
    output_.append({&kInvalid, 1});
  }
  std::memmove(input_.data(), from, left);
  input_.set_size(left);
  return true;
}

}  // namespace bulkmarc
