#include "pipeline/block_cutter.hpp"

#include <algorithm>
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

}  // namespace bulkmarc
