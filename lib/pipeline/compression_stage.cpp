#include "pipeline/compression_stage.hpp"

#include <algorithm>
#include <exception>
#include <utility>

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
    open_ = pool_.take();
    open_->open();
    open_->error = nullptr;
    open_->bytes.clear();
    open_->ended.reset();
    open_->bytes.reserve(kBlockBytes);
  }
  return *open_;
}

void BlockCutter::close_block() {
  Block& block = *std::exchange(open_, nullptr);
  block.close();
  take_(block);
}

Packer::~Packer() {
  tasks_.cancel();
  tasks_.wait();
}

void Packer::take(Block& block) {
  blocks_.push_back(&block);
  tasks_.run([this, taken = &block] {
    if (taken->claim()) compress(*taken);
  });
  append_until(most_blocks_);
  while (!blocks_.empty() && blocks_.front()->is_packed()) append_first();
}

void Packer::append_until(std::size_t most_left) {
  while (blocks_.size() > most_left) {
    if (!blocks_.front()->is_packed()) help();
    if (blocks_.front()->is_packed()) append_first();
  }
}

void Packer::help() {
  for (Block* block : blocks_) {
    if (block->claim()) return compress(*block);
  }
  blocks_.front()->wait_until_packed();
}

/// Never throws: a task's exception would be lost where nobody waits for it, so the block keeps it.
void Packer::compress(Block& block) {
  try {
    compressors_.local()->compress(block.bytes.view(), block.packed);
  } catch (...) {
    block.error = std::current_exception();
  }
  block.set_packed();
}

void Packer::append_first() {
  Block* const block = blocks_.front();
  if (block->error) std::rethrow_exception(block->error);
  output_.append(block->packed.view());
  size_ += block->packed.size();
  if (block->ended) output_.end_file(*block->ended);
  blocks_.pop_front();
  pool_.give_back(block);
}

}  // namespace bulkmarc
