#include "input/transcoder.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <iconv.h>

#include <bulkmarc/error.hpp>

namespace bulkmarc {
namespace {

constexpr std::size_t kTranscodedAtOnce = 64 * 1024;

/// Never part of UTF-8.
constexpr char kInvalid = '\xFF';

std::size_t unit_of(std::string_view encoding) {
  if (encoding.starts_with("UTF-32")) return 4;
  return encoding.starts_with("UTF-16") ? 2 : 1;
}

}  // namespace

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
  input_.set_size(kept + original_->read(input_.room(kTranscodedAtOnce)));
  const bool ended = input_.size() == kept;
  if (ended && kept == 0) return false;

  char* from = input_.data();
  std::size_t left = input_.size();
  while (left != 0) {
    const auto room = output_.room(4 * kTranscodedAtOnce);
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
