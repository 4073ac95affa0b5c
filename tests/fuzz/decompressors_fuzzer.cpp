#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "compression/compressor.hpp"
#include "fuzz/fuzzing.hpp"
#include "input/decompression.hpp"
#include "support/given_stream.hpp"

// Arbitrary bytes as compressed data, which come in portions: the same data, and damage or none. And what our
// compressors make of the bytes is read as those bytes. The first byte chooses the codec, the second the portions.

namespace {

using namespace bulkmarc;

// A bomb is not a fault: reading goes on as long as the caller asks for more.
constexpr std::size_t kEnough = std::size_t{4} << 20;

struct Decompressed {
  std::string data;
  bool damaged = false;
  bool operator==(const Decompressed&) const = default;
};

Decompressed decompress(Codec codec, std::string_view bytes, std::size_t portion, std::size_t at_a_time) {
  Decompressor stream(std::make_unique<GivenStream>(std::string(bytes), portion), codec);
  Decompressed all;
  std::string room(at_a_time, '\0');
  while (all.data.size() < kEnough) {
    const std::size_t got = stream.read(room);
    require(got <= room.size(), "more was read than there is room for");
    if (got == 0) {
      require(stream.read(room) == 0, "the stream goes on after its end");
      all.damaged = !stream.damage().empty();
      return all;
    }
    all.data.append(room, 0, got);
  }
  all.data.resize(kEnough);
  return all;
}

void require_readable(Compression compression, Codec codec, std::string_view data, std::size_t portion) {
  Buffer packed;
  make_compressor(compression, 1)->compress(data, packed);
  require(decompress(codec, packed.view(), portion, 4096) == Decompressed{std::string(data)},
          "what was compressed is read as something else");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto codec = static_cast<Codec>(data[0] % 4);
  const std::size_t portion = std::size_t{1} + data[1];
  const std::string_view bytes = bytes_of(data + 2, size - 2);

  const Decompressed whole = decompress(codec, bytes, bytes.size() + 1, 16 * 1024);
  require(decompress(codec, bytes, portion, 16 * 1024) == whole, "portions decide what the data is");
  require(decompress(codec, bytes, portion, 97 * portion) == whole, "the room decides what the data is");
  if (codec == Codec::kGzip) require_readable(Compression::kGzip, codec, bytes, portion);
  if (codec == Codec::kZstd) require_readable(Compression::kZstd, codec, bytes, portion);
  return 0;
}
