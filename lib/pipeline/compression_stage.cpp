#include "pipeline/compression_stage.hpp"

#include <algorithm>

namespace bulkmarc {

void BlockCutter::append(std::string_view bytes) {
  while (!bytes.empty()) {
    // A full block is closed when it is known that more follows, so that no file ends with an empty one.
    if (open_ != nullptr && open_->bytes.size() == kBlockBytes) close_block();
    Buffer& block = open_block().bytes;
    const std::size_t length = std::min(bytes.size(), kBlockBytes - block.size());
    block.append(bytes.substr(0, length));
    bytes.remove_prefix(length);
  }
}

void BlockCutter::end_file(const FileContent& content) {
  open_block().ended = content;
  close_block();
}

Block& BlockCutter::open_block() {
  if (open_ == nullptr) {
    open_ = &blocks_.make();
    open_->bytes.clear();
    open_->ended.reset();
    open_->bytes.reserve(kBlockBytes);
  }
  return *open_;
}

void BlockCutter::close_block() {
  open_ = nullptr;
  blocks_.begin();
  take_();
}

Packer::Packer(const MakeCompressor& make, StreamedOutput& output, int threads)
    : tasks_(threads),
      compressors_(make),
      blocks_([this](Block& block) { compressors_.local()->compress(block.bytes.view(), block.packed); }),
      cutter_(blocks_, [this] { take(); }),
      output_(output),
      most_blocks_(2 * static_cast<std::size_t>(threads)) {
  blocks_.run_on(&tasks_);
}

void Packer::take() {
  append_until(most_blocks_);
  while (blocks_.size() != 0 && blocks_.is_first_done()) append_first();
}

void Packer::append_until(std::size_t most_left) {
  while (blocks_.size() > most_left) append_first();
}

void Packer::append_first() {
  const Block& block = blocks_.first();
  output_.append(block.packed.view());
  size_ += block.packed.size();
  if (block.ended) output_.end_file(*block.ended);
  blocks_.pop();
}

}  // namespace bulkmarc
