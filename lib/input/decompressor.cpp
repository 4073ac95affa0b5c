#include "input/decompressor.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

namespace bulkmarc {
namespace {

// How much is decoded of, and to, in one call.
constexpr std::size_t kDecompressedAtOnce = std::size_t{128} << 10;

}  // namespace

Decompressor::Decompressor(std::unique_ptr<ByteStream> compressed, Codec codec)
    : compressed_(std::move(compressed)), codec_(codec), decoder_(make_decoder(codec)) {}

std::size_t Decompressor::read(std::span<char> bytes) {
  if (output_.empty() && !decompress()) return 0;
  const std::string_view next = output_.substr(0, bytes.size());
  std::ranges::copy(next, bytes.begin());
  output_.remove_prefix(next.size());
  return next.size();
}

bool Decompressor::decompress() {
  while (damage_.empty()) {
    if (!within_member_ && !find_member()) return false;
    // A decoder may have more to give, even at the end of its input.
    const bool ended = !fill();
    decompressed_.clear();
    const auto room = decompressed_.room(kDecompressedAtOnce);
    const Decoder::Step step = decoder_->decode(input_, room);
    input_.remove_prefix(step.consumed);
    consumed_ += step.consumed;
    output_ = {room.data(), step.produced};
    if (step.state == Decoder::Step::kDamaged) note_damage(step.damage);
    if (step.state == Decoder::Step::kEndOfMember) within_member_ = false;
    if (step.produced != 0) return true;
    if (ended && failure_) std::rethrow_exception(failure_);
    if (ended && step.state == Decoder::Step::kMore) note_damage("it was cut off");
  }
  return false;
}

bool Decompressor::fill() {
  if (!input_.empty()) return true;
  buffer_.clear();
  const auto room = buffer_.room(kDecompressedAtOnce);
  std::size_t length = 0;
  try {
    while (!failure_ && length < kDecompressedAtOnce) {
      const std::size_t got = compressed_->read(room.subspan(length));
      if (got == 0) break;
      length += got;
    }
  } catch (const Error&) {
    failure_ = std::current_exception();
  }
  input_ = {room.data(), length};
  return length != 0;
}

bool Decompressor::find_member() {
  while (fill()) {
    const std::size_t zeros = std::min(input_.find_first_not_of('\0'), input_.size());
    input_.remove_prefix(zeros);
    consumed_ += zeros;
    if (!input_.empty()) return within_member_ = true;
  }
  if (failure_) std::rethrow_exception(failure_);
  return false;
}

void Decompressor::note_damage(std::string_view what) {
  damage_ = fmt::format("the {} data is damaged at its byte {}: {}", codec_name(codec_), consumed_, what);
}

}  // namespace bulkmarc
