#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

#include <oneapi/tbb/enumerable_thread_specific.h>
#include <oneapi/tbb/task_group.h>

#include "compression/compressor.hpp"
#include "output/output.hpp"
#include "pipeline/block_cutter.hpp"
#include "pipeline/pool.hpp"

namespace bulkmarc {

/// Compresses the blocks of an output in parallel, and appends them in their order. One thread at a time gives it
/// bytes; it has tasks of its own for the rest, and holds no more than a number of blocks.
class Packer {
 public:
  using MakeCompressor = std::function<std::unique_ptr<Compressor>()>;

  /// Borrows `output`. `make` is called once by each thread that compresses. Holds two blocks for each of `threads`.
  Packer(const MakeCompressor& make, AppendedOutput& output, int threads)
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
  AppendedOutput& output_;
  std::size_t most_blocks_;
  std::deque<Block*> blocks_;  // In their order; each has a task.
  std::uint64_t size_ = 0;
  tbb::task_group tasks_;
};

}  // namespace bulkmarc
