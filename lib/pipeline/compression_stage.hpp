#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <oneapi/tbb/enumerable_thread_specific.h>

#include "compression/compressor.hpp"
#include "output/output.hpp"
#include "pipeline/task_group.hpp"
#include "tasks/ordered_tasks.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {

/// How many bytes of a file are compressed at a time. Larger blocks take more memory; gzip gains nothing from them, and
/// Zstandard a few hundredths.
inline constexpr std::size_t kBlockBytes = std::size_t{1} << 20;

/// A stretch of a file, and what it is compressed to.
struct Block {
  Buffer bytes;
  Buffer packed;
  std::optional<FileContent> ended;  ///< The file that it is the last block of.
};

/// Cuts each file into blocks of kBlockBytes, whatever pieces it comes in; so the blocks depend on the file alone. Not
/// thread-safe.
class BlockCutter final : public FileSink {
 public:
  /// Makes the blocks in `blocks`, which it borrows, and calls `take` after each that is begun.
  BlockCutter(OrderedTasks<Block>& blocks, std::function<void()> take) : blocks_(blocks), take_(std::move(take)) {}

  void append(std::string_view bytes) override;
  /// The last block of a file may be shorter. A file of no bytes has one block without any.
  void end_file(const FileContent& content) override;

 private:
  Block& open_block();
  void close_block();

  OrderedTasks<Block>& blocks_;
  std::function<void()> take_;
  Block* open_ = nullptr;
};

/// Compresses the blocks of an output in parallel, and appends them in their order. One thread at a time gives it
/// bytes; it has tasks of its own for the rest, and holds no more than a number of blocks. What was not appended when
/// it is destroyed is lost.
class Packer {
 public:
  using MakeCompressor = std::function<std::unique_ptr<Compressor>()>;

  /// Borrows `output`. `make` is called once by each thread that compresses. Holds two blocks for each of `threads`.
  Packer(const MakeCompressor& make, StreamedOutput& output, int threads);

  /// Takes the bytes of the files, before they are compressed. Where too many blocks are not yet, it helps, and so is
  /// slow. Throws what compressor and output throw, also for blocks that came before.
  [[nodiscard]] FileSink& sink() { return cutter_; }

  /// Appends all blocks. Throws as sink() does.
  void finish() { append_until(0); }

  /// The compressed bytes that were appended.
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  /// Appends what is compressed, and more if there are too many blocks.
  void take();
  void append_first();
  void append_until(std::size_t most_left);

  TaskGroup tasks_;
  tbb::enumerable_thread_specific<std::unique_ptr<Compressor>> compressors_;
  OrderedTasks<Block> blocks_;
  BlockCutter cutter_;
  StreamedOutput& output_;
  std::size_t most_blocks_;
  std::uint64_t size_ = 0;
};

}  // namespace bulkmarc
