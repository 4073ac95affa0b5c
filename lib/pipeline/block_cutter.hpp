#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "output/output.hpp"
#include "pipeline/pool.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {

/// So many bytes of a file are compressed at a time. Larger blocks take more memory; gzip gains nothing from them, and
/// Zstandard a few hundredths.
inline constexpr std::size_t kBlockBytes = std::size_t{1} << 20;

/// A stretch of a file, on its way through the compression, which any one thread does.
class Block {
 public:
  Buffer bytes;
  Buffer packed;
  std::optional<FileContent> ended;  ///< The file that it is the last block of.
  std::exception_ptr error;          ///< Why it is not compressed, once it is packed.

  /// It is filled, by one thread.
  void open() { state_ = State::kOpen; }
  /// It waits for a thread that compresses it.
  void close() { state_ = State::kClosed; }
  /// True for one caller after close(), who then compresses it and calls set_packed().
  [[nodiscard]] bool claim() {
    State expected = State::kClosed;
    return state_.compare_exchange_strong(expected, State::kClaimed);
  }
  void set_packed() {
    state_ = State::kPacked;
    state_.notify_all();
  }
  [[nodiscard]] bool is_packed() const { return state_ == State::kPacked; }
  /// REQUIRES: somebody has claimed it.
  void wait_until_packed() const { state_.wait(State::kClaimed); }

 private:
  enum class State { kOpen, kClosed, kClaimed, kPacked };
  std::atomic<State> state_ = State::kOpen;
};

/// Cuts each file into blocks of kBlockBytes, whatever pieces it comes in; so the blocks depend on the file alone. Not
/// thread-safe.
class BlockCutter final : public FileSink {
 public:
  /// Takes its blocks from `pool`, which it borrows, and hands those that are complete to `take`, in their order.
  BlockCutter(Pool<Block>& pool, std::function<void(Block&)> take) : pool_(pool), take_(std::move(take)) {}

  void append(std::string_view bytes) override;
  /// The last block of a file may be shorter. A file of no bytes has one block without any.
  void end_file(const FileContent& content) override;

 private:
  Block& open_block();
  void close_block();

  Pool<Block>& pool_;
  std::function<void(Block&)> take_;
  Block* open_ = nullptr;
};

}  // namespace bulkmarc
