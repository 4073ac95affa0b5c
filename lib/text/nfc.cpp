#include "text/nfc.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>

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

const icu::Normalizer2& composer() {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* const found = icu::Normalizer2::getNFCInstance(error);
  if (U_FAILURE(error)) throw std::bad_alloc();
  return *found;
}

/// What ICU takes at once. The text of longer fields stays as it is.
constexpr std::size_t kMost = std::numeric_limits<std::int32_t>::max();

icu::StringPiece piece(std::string_view bytes) { return {bytes.data(), static_cast<std::int32_t>(bytes.size())}; }

}  // namespace

bool can_compose() { return true; }

bool is_composed(std::string_view bytes) {
  if (is_ascii(bytes)) return true;
  if (bytes.size() > kMost) return false;
  UErrorCode error = U_ZERO_ERROR;
  const bool composed = composer().isNormalizedUTF8(piece(bytes), error) != 0;
  return composed && U_SUCCESS(error);
}

void append_composed(std::string_view bytes, Buffer& output) {
  if (is_ascii(bytes) || bytes.size() > kMost) return output.append(bytes);
  BufferSink sink(output);
  UErrorCode error = U_ZERO_ERROR;
  composer().normalizeUTF8(0, piece(bytes), sink, nullptr, error);
  if (U_FAILURE(error)) throw std::bad_alloc();
}

}  // namespace bulkmarc
