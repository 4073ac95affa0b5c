#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include <oneapi/tbb/enumerable_thread_specific.h>
#include <oneapi/tbb/parallel_pipeline.h>

#include "compression/compressor.hpp"
#include "exporter/block_cutter.hpp"
#include "output/output.hpp"

namespace bulkmarc {

/// The stages of a pipeline that compress blocks in parallel and append them in their order.
class Packer {
 public:
  /// The Packer owns them, and the stages hand on pointers: no destructor is called where a pipeline is cut off.
  using Blocks = std::vector<Block*>;
  using MakeCompressor = std::function<std::unique_ptr<Compressor>()>;

  /// Borrows `output`. `make` is called once by each thread that compresses.
  Packer(const MakeCompressor& make, AppendedOutput& output) : cutter_(pool_), compressors_(make), output_(output) {}

  /// Takes the bytes of the files, before they go through the stages.
  [[nodiscard]] BlockCutter& cutter() { return cutter_; }

  /// The blocks that the cutter has completed since the last call, for the stages. Not thread-safe.
  [[nodiscard]] Blocks* take_complete();

  /// What becomes of these blocks. The Packer must outlive the run of the pipeline.
  [[nodiscard]] tbb::filter<Blocks*, void> stages();

  /// Compresses and appends what the cutter has left, after the pipeline has ended.
  void finish();

  /// The compressed bytes that were appended.
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  void compress(const Blocks& blocks);
  void append(Blocks* blocks);

  Pool<Block> pool_;
  Pool<Blocks> lists_;
  BlockCutter cutter_;
  tbb::enumerable_thread_specific<std::unique_ptr<Compressor>> compressors_;
  AppendedOutput& output_;
  std::uint64_t size_ = 0;
};

}  // namespace bulkmarc
