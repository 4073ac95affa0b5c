#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include <bulkmarc/compression.hpp>

#include "text/buffer.hpp"

namespace bulkmarc {

/// Compresses pieces of a file, each to something that can be read alone: a gzip member, a Zstandard frame. Not
/// thread-safe: every thread needs its own.
class Compressor {
 public:
  virtual ~Compressor() = default;

  /// Sets `packed`, which depends on `piece` and the level alone. Throws std::bad_alloc.
  virtual void compress(std::string_view piece, Buffer& packed) = 0;
};

/// The levels of a compression, from the fastest to the smallest, and the one that is usual.
struct Levels {
  int lowest;
  int usual;
  int highest;
};

/// REQUIRES: `compression` is not kNone.
[[nodiscard]] Levels levels_of(Compression compression);
/// REQUIRES: the same, and a level within levels_of(). Throws std::bad_alloc.
[[nodiscard]] std::unique_ptr<Compressor> make_compressor(Compression compression, int level);

}  // namespace bulkmarc
