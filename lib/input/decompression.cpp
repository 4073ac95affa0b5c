#include "input/decompression.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>

namespace bulkmarc {
namespace {

// How much is decoded to in one call.
constexpr std::size_t kDecompressedAtOnce = std::size_t{128} << 10;

}  // namespace

Decompressor::Decompressor(std::unique_ptr<ByteStream> compressed, Codec codec)
    : codec_(codec),
      cutter_(std::move(compressed), codec),
      portions_([codec](Portion& portion) { portion.decode_members(codec, 0); }),
      decoder_(make_decoder(codec)) {}

void Decompressor::run_on(TaskRunner* runner) {
  if (!has_member_decoder(codec_)) return;
  portions_.run_on(runner);
  portions_ahead_ = runner != nullptr ? 2 * runner->threads() : 0;
}

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
    if (!within_member_ && take_members()) {
      if (!output_.empty()) return true;
      continue;
    }
    within_member_ = true;
    // A decoder may have more to give, even at the end of its input.
    const bool ended = !fill();
    decompressed_.clear();
    const auto room = decompressed_.room(kDecompressedAtOnce);
    const std::size_t offered = kCompressedAtOnce - static_cast<std::size_t>(consumed_ % kCompressedAtOnce);
    const Decoder::Step step = decoder_->decode(input_.substr(0, offered), room);
    consume(step.consumed);
    output_ = {room.data(), step.produced};
    if (step.state == Decoder::Step::kDamaged) note_damage(step.damage);
    if (step.state == Decoder::Step::kEndOfMember) within_member_ = false;
    if (step.produced != 0) return true;
    if (ended && cutter_.failure()) std::rethrow_exception(cutter_.failure());
    if (ended && step.state == Decoder::Step::kMore) note_damage("it was cut off");
  }
  return false;
}

bool Decompressor::take_members() {
  if (portions_ahead_ == 0) return false;
  const std::size_t begin = portion_->compressed.size() - input_.size();
  if (!portion_->was_decoded_from(begin)) portion_->decode_members(codec_, begin);
  output_ = portion_->data();
  consume(portion_->length());
  return portion_->length() != 0;
}

bool Decompressor::fill() {
  if (!input_.empty()) return true;
  if (portion_ != nullptr) portions_.pop();
  portion_ = nullptr;
  read_ahead();
  if (portions_.size() == 0) return false;
  if (portions_ahead_ != 0 && !within_member_) {
    portion_ = &portions_.first();
  } else {
    // Nothing may depend on whether a thread has tried it meanwhile.
    portion_ = &portions_.withdraw_first();
    portion_->forget();
  }
  input_ = portion_->compressed.view();
  return true;
}

void Decompressor::read_ahead() {
  while (portions_.size() < portions_ahead_ + 1) {
    Portion& portion = portions_.make();
    if (!(portions_ahead_ != 0 ? cutter_.cut_at_member(portion) : cutter_.cut(portion))) return;
    portions_.begin();
  }
}

bool Decompressor::find_member() {
  while (fill()) {
    consume(std::min(input_.find_first_not_of('\0'), input_.size()));
    if (!input_.empty()) return true;
  }
  if (cutter_.failure()) std::rethrow_exception(cutter_.failure());
  return false;
}

void Decompressor::consume(std::size_t length) {
  input_.remove_prefix(length);
  consumed_ += length;
}

void Decompressor::note_damage(std::string_view what) {
  damage_ = fmt::format("the {} data is damaged at its byte {}: {}", codec_name(codec_), consumed_, what);
}

}  // namespace bulkmarc
