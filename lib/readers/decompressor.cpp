#include "readers/decompressor.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace bulkmarc {

Decompressor::Decompressor(std::unique_ptr<ByteStream> compressed, Codec codec)
    : compressed_(std::move(compressed)), codec_(codec), decoder_(make_decoder(codec)) {}

std::size_t Decompressor::read(std::span<char> bytes) {
  while (damage_.empty()) {
    if (!within_member_ && !find_member()) return 0;
    // A decoder may have more to give, even at the end of its input.
    const bool ended = !fill();
    const Decoder::Step step = decoder_->decode(input_, bytes);
    input_.remove_prefix(step.consumed);
    consumed_ += step.consumed;
    if (step.state == Decoder::Step::kDamaged) note_damage(step.damage);
    if (step.state == Decoder::Step::kEndOfMember) within_member_ = false;
    if (step.produced != 0) return step.produced;
    if (ended && step.state == Decoder::Step::kMore) note_damage("it was cut off");
  }
  return 0;
}

bool Decompressor::fill() {
  constexpr std::size_t kChunk = 128 * 1024;
  if (!input_.empty()) return true;
  buffer_.clear();
  const auto room = buffer_.room(kChunk);
  input_ = {room.data(), compressed_->read(room)};
  return !input_.empty();
}

bool Decompressor::find_member() {
  while (fill()) {
    const std::size_t zeros = std::min(input_.find_first_not_of('\0'), input_.size());
    input_.remove_prefix(zeros);
    consumed_ += zeros;
    if (!input_.empty()) return within_member_ = true;
  }
  return false;
}

void Decompressor::note_damage(std::string_view what) {
  damage_ = fmt::format("the {} data is damaged at its byte {}: {}", codec_name(codec_), consumed_, what);
}

}  // namespace bulkmarc
