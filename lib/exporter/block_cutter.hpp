#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "exporter/pool.hpp"
#include "output/output.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {

/// So many bytes of a file are compressed at a time. Larger blocks take more memory; gzip gains nothing from them, and
/// Zstandard a few hundredths.
inline constexpr std::size_t kBlockBytes = std::size_t{1} << 20;

/// A stretch of a file, on its way through the compression.
struct Block {
  Buffer bytes;
  Buffer packed;
  std::optional<FileContent> ended;  ///< The file that it is the last block of.
};

/// Cuts each file into blocks of kBlockBytes, whatever pieces it comes in; so the blocks depend on the file alone. Not
/// thread-safe.
class BlockCutter final : public FileSink {
 public:
  /// Takes its blocks from `pool`, which it borrows.
  explicit BlockCutter(Pool<Block>& pool) : pool_(pool) {}

  void append(std::string_view bytes) override;
  /// The last block of a file may be shorter. A file of no bytes has one block without any.
  void end_file(const FileContent& content) override;

  /// The blocks that are complete since the last call, in their order. Whoever has written one gives it back to the
  /// pool.
  [[nodiscard]] std::vector<Block*> take_complete();

 private:
  Block& open_block();
  void close_block();

  Pool<Block>& pool_;
  Block* open_ = nullptr;
  std::vector<Block*> complete_;
};

}  // namespace bulkmarc
