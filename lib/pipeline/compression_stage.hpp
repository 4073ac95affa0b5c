#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <oneapi/tbb/enumerable_thread_specific.h>
#include <oneapi/tbb/task_group.h>

#include "compression/compressor.hpp"
#include "output/output.hpp"
#include "pipeline/pool.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {

/// How many bytes of a file are compressed at a time. Larger blocks take more memory; gzip gains nothing from them, and
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

/// Compresses the blocks of an output in parallel, and appends them in their order. One thread at a time gives it
/// bytes; it has tasks of its own for the rest, and holds no more than a number of blocks.
class Packer {
 public:
  using MakeCompressor = std::function<std::unique_ptr<Compressor>()>;

  /// Borrows `output`. `make` is called once by each thread that compresses. Holds two blocks for each of `threads`.
  Packer(const MakeCompressor& make, StreamedOutput& output, int threads)
      : cutter_(pool_, [this](Block& block) { take(block); }),
        compressors_(make),
        output_(output),
        most_blocks_(2 * static_cast<std::size_t>(threads)) {}
  /// Waits for its tasks; what was not appended is lost.
  ~Packer();
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;

  /// Takes the bytes of the files, before they are compressed. Where too many blocks are not yet, it helps, and so is
  /// slow. Throws what compressor and output throw, also for blocks that came before.
  [[nodiscard]] FileSink& sink() { return cutter_; }

  /// Appends all blocks. Throws as sink() does.
  void finish() { append_until(0); }

  /// The compressed bytes that were appended.
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  void take(Block& block);
  void compress(Block& block);
  /// Sees to it that the first block is compressed, or at least another one.
  void help();
  void append_first();
  void append_until(std::size_t most_left);

  Pool<Block> pool_;
  BlockCutter cutter_;
  tbb::enumerable_thread_specific<std::unique_ptr<Compressor>> compressors_;
  StreamedOutput& output_;
  std::size_t most_blocks_;
  std::deque<Block*> blocks_;  // In their order; each has a task.
  std::uint64_t size_ = 0;
  tbb::task_group tasks_;
};

}  // namespace bulkmarc
