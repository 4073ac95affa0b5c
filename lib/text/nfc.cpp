#include "text/nfc.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <string>

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/unistr.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

class BufferSink final : public icu::ByteSink {
 public:
  explicit BufferSink(Buffer& output) : output_(output) {}
  void Append(const char* bytes, std::int32_t length) override {
    output_.append({bytes, static_cast<std::size_t>(length)});
  }

 private:
  Buffer& output_;
};

template <class Get>
const icu::Normalizer2& normalizer(const Get& get) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* const found = get(error);
  if (U_FAILURE(error)) throw std::bad_alloc();
  return *found;
}
const icu::Normalizer2& composer() {
  static const icu::Normalizer2& found = normalizer(icu::Normalizer2::getNFCInstance);
  return found;
}
const icu::Normalizer2& decomposer() {
  static const icu::Normalizer2& found = normalizer(icu::Normalizer2::getNFKDInstance);
  return found;
}

/// What ICU takes at once. The text of longer fields stays as it is.
constexpr std::size_t kMost = std::numeric_limits<std::int32_t>::max();

icu::StringPiece piece(std::string_view bytes) { return {bytes.data(), static_cast<std::int32_t>(bytes.size())}; }

/// The most non-starters (characters that combine) that may follow each other (UAX #15, Stream-Safe Text Format).
constexpr std::size_t kMostNonStarters = 30;
constexpr std::string_view kGraphemeJoiner = "\xCD\x8F";

/// True when this many bytes beyond ASCII follow each other as more non-starters have at least: no byte of a text
/// stands for more than one of them. Looks at one byte of many where there are none.
bool may_hold_too_many(std::string_view bytes) {
  constexpr std::size_t kFewestBytes = kMostNonStarters + 1;
  std::size_t begin = 0;  // Of the bytes that may be non-starters.
  while (bytes.size() - begin >= kFewestBytes) {
    std::size_t at = begin + kFewestBytes;
    while (at > begin && static_cast<unsigned char>(bytes[at - 1]) >= 0x80) --at;
    if (at == begin) return true;
    begin = at;
  }
  return false;
}

/// What a character's compatibility decomposition begins and ends with.
struct NonStarters {
  std::size_t leading = 0;
  std::size_t trailing = 0;
  bool all = false;
};

NonStarters non_starters_of(char32_t character) {
  const auto is_non_starter = [](UChar32 part) { return decomposer().getCombiningClass(part) != 0; };
  const auto code = static_cast<UChar32>(character);
  icu::UnicodeString parts;
  if (decomposer().getDecomposition(code, parts) == 0) {
    const std::size_t one = is_non_starter(code) ? 1 : 0;
    return {one, one, one == 1};
  }
  NonStarters found;
  bool only = true;
  for (std::int32_t i = 0; i < parts.length(); i += U16_LENGTH(parts.char32At(i))) {
    if (is_non_starter(parts.char32At(i))) {
      found.leading += only ? 1 : 0;
      ++found.trailing;
    } else {
      only = false;
      found.trailing = 0;
    }
  }
  found.all = only;
  return found;
}

/// Calls `take(end)` for every place before which U+034F must stand, so that never too many non-starters follow each
/// other. REQUIRES: `bytes` is valid UTF-8.
template <class Take>
void each_break(std::string_view bytes, const Take& take) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t begin = at;
    if (static_cast<unsigned char>(bytes[at]) < 0x80) {
      count = 0;
      ++at;
      continue;
    }
    UChar32 character;
    const char* const text = bytes.data();
    U8_NEXT_UNSAFE(text, at, character);
    const NonStarters found = non_starters_of(static_cast<char32_t>(character));
    if (count + found.leading > kMostNonStarters) {
      take(begin);
      count = 0;
    }
    count = found.all ? count + found.leading : found.trailing;
  }
}

std::size_t count_breaks(std::string_view bytes) {
  std::size_t count = 0;
  if (may_hold_too_many(bytes)) each_break(bytes, [&count](std::size_t) { ++count; });
  return count;
}

std::string with_breaks(std::string_view bytes) {
  std::string safe;
  std::size_t copied = 0;
  each_break(bytes, [&](std::size_t at) {
    safe += bytes.substr(copied, at - copied);
    safe += kGraphemeJoiner;
    copied = at;
  });
  safe += bytes.substr(copied);
  return safe;
}

}  // namespace

bool can_compose() { return true; }

bool is_composed(std::string_view bytes) {
  if (is_ascii(bytes)) return true;
  if (bytes.size() > kMost || count_breaks(bytes) != 0) return false;
  UErrorCode error = U_ZERO_ERROR;
  const bool composed = composer().isNormalizedUTF8(piece(bytes), error) != 0;
  return composed && U_SUCCESS(error);
}

std::size_t append_composed(std::string_view bytes, Buffer& output) {
  if (is_ascii(bytes) || bytes.size() > kMost / 2) {
    output.append(bytes);
    return 0;
  }
  const std::size_t breaks = count_breaks(bytes);
  std::string safe;
  if (breaks != 0) bytes = safe = with_breaks(bytes);
  BufferSink sink(output);
  UErrorCode error = U_ZERO_ERROR;
  composer().normalizeUTF8(0, piece(bytes), sink, nullptr, error);
  if (U_FAILURE(error)) throw std::bad_alloc();
  return breaks;
}

}  // namespace bulkmarc
