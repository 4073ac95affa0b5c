#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace bulkmarc {

/// Writes a ZIP archive (PKWARE's APPNOTE) from its first byte to its last: what is compressed is handed on at once,
/// and only the names are kept. The bytes depend on nothing but names and contents: every time is 1980-01-01, the first
/// that ZIP knows. There is no ZIP64, which not every reader of spreadsheets takes: the archive and each entry end
/// below 4 GiB.
class ZipWriter {
 public:
  using Write = std::function<void(std::string_view bytes)>;
  static constexpr std::uint64_t kMostBytes = 0xFFFF'FFFF;

  /// `write` takes the bytes, in order; none of them is from beyond `most_bytes`, which is no more than kMostBytes.
  explicit ZipWriter(Write write, std::uint64_t most_bytes = kMostBytes);
  ~ZipWriter();
  ZipWriter(const ZipWriter&) = delete;
  ZipWriter& operator=(const ZipWriter&) = delete;

  // All of them throw Error (kOutputWrite) when the archive becomes too long, and what `write` throws.

  /// REQUIRES: the entry before has ended; the name is ASCII.
  void begin(std::string name);
  /// REQUIRES: an entry has begun.
  void append(std::string_view bytes);
  void end();
  /// An entry whose contents are all there.
  void add(std::string name, std::string_view contents);
  /// REQUIRES: the last entry has ended. Nothing is written after that.
  void finish();

 private:
  struct Entry {
    std::string name;
    std::uint64_t offset = 0;
    std::uint64_t packed = 0;
    std::uint64_t length = 0;
    std::uint32_t crc = 0;
  };

  void put(std::string_view bytes);
  /// Hands on what the compressor makes of its input, all of it with Z_FINISH.
  void deflate(int flush);

  Write write_;
  std::uint64_t most_bytes_;
  std::uint64_t size_ = 0;
  std::vector<Entry> entries_;
  z_stream stream_ = {};
  std::vector<char> packed_;
};

}  // namespace bulkmarc
