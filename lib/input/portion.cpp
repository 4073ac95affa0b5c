#include "input/portion.hpp"

#include <algorithm>
#include <utility>

#include <bulkmarc/error.hpp>

namespace bulkmarc {
namespace {

/// Smaller members are joined, so that a task has something to do.
constexpr std::size_t kLeastCompressed = std::size_t{32} << 10;

/// The longest sign of a member.
constexpr std::size_t kSignLength = 4;

}  // namespace

void Portion::decode_members(Codec codec, std::size_t begin) {
  begin_ = begin;
  length_ = 0;
  decompressed_.clear();
  std::string_view left = compressed.view().substr(begin);
  // Most portions of a long member, which no member begins, take no memory.
  if (!left.starts_with(codec_sign(codec))) return;
  if (!decoder_) decoder_ = make_member_decoder(codec);
  const auto room = decompressed_.room(kMostDecompressed);
  std::size_t produced = 0;
  while (!left.empty()) {
    const auto member = decoder_->decode(left, room.subspan(produced));
    if (!member) break;
    left.remove_prefix(member->consumed);
    produced += member->produced;
  }
  length_ = compressed.size() - begin - left.size();
  decompressed_.set_size(produced);
}

bool PortionCutter::cut(Portion& portion) {
  std::swap(portion.compressed, rest_);
  rest_.clear();
  portion.forget();
  if (portion.compressed.size() == 0) read_more(portion.compressed);
  return portion.compressed.size() != 0;
}

bool PortionCutter::cut_at_member(Portion& portion) {
  cut(portion);
  Buffer& bytes = portion.compressed;
  bytes.reserve(Portion::kMostCompressed);
  std::size_t searched = kLeastCompressed;
  std::size_t end = std::string_view::npos;
  while (true) {
    if (searched < bytes.size()) end = find_member(codec_, bytes.view(), searched);
    if (end != std::string_view::npos || ended_ || bytes.size() + kCompressedAtOnce > Portion::kMostCompressed) break;
    searched = std::max(searched, bytes.size() - std::min(bytes.size(), kSignLength - 1));
    read_more(bytes);
  }
  if (end < bytes.size()) {
    rest_.append(bytes.view().substr(end));
    bytes.set_size(end);
  }
  return bytes.size() != 0;
}

void PortionCutter::read_more(Buffer& bytes) {
  const std::size_t length = kCompressedAtOnce - static_cast<std::size_t>(read_ % kCompressedAtOnce);
  const std::size_t size = bytes.size();
  const auto room = bytes.room(length);
  std::size_t read = 0;
  try {
    while (!ended_ && read < length) {
      const std::size_t got = compressed_->read(room.subspan(read));
      ended_ = got == 0;
      read += got;
    }
  } catch (const Error&) {
    failure_ = std::current_exception();
    ended_ = true;
  }
  bytes.set_size(size + read);
  read_ += read;
}

}  // namespace bulkmarc
