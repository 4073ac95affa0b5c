#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>
#include <string_view>
#include <utility>

#include "output/output.hpp"
#include "platform/stop.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {

/// A function of the caller, which is given the bytes in blocks of one size; the last one may be shorter. Batches are
/// gathered for that: whoever writes to a disk, a socket or an interpreter has a cost for each call.
class FunctionOutput final : public StreamedOutput {
 public:
  static constexpr std::size_t kBlockBytes = std::size_t{1} << 20;

  explicit FunctionOutput(std::function<void(std::string_view)> write, std::stop_token stop = {})
      : write_(std::move(write)), stop_(std::move(stop)) {
    block_.reserve(kBlockBytes);
  }

  void append(std::string_view bytes) override {
    while (!bytes.empty()) {
      const std::string_view next = bytes.substr(0, kBlockBytes - block_.size());
      block_.append(next);
      bytes.remove_prefix(next.size());
      if (block_.size() == kBlockBytes) hand_over();
    }
  }
  /// The last block may fail like any other, so it goes before anything takes effect that stands beside the output.
  void prepare() override {
    if (block_.size() != 0) hand_over();
  }
  void commit() override { prepare(); }

 private:
  void hand_over() {
    throw_if_stopped(stop_);
    write_(block_.view());
    block_.clear();
  }

  std::function<void(std::string_view)> write_;
  std::stop_token stop_;
  Buffer block_;
};

}  // namespace bulkmarc
