#include "formats/xlsx/zip_writer.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include <bulkmarc/error.hpp>

namespace bulkmarc {
namespace {

constexpr std::uint32_t kLocalHeader = 0x04034B50;
constexpr std::uint32_t kDataDescriptor = 0x08074B50;
constexpr std::uint32_t kDirectoryEntry = 0x02014B50;
constexpr std::uint32_t kEndOfDirectory = 0x06054B50;

constexpr std::uint16_t kVersion = 20;  // Deflate.
constexpr std::uint16_t kLengthsFollow = 0x0008;
constexpr std::uint16_t kDeflated = 8;
constexpr std::uint16_t kMidnight = 0;
constexpr std::uint16_t kFirstOfJanuary1980 = 0x0021;

constexpr std::size_t kPackedAtOnce = std::size_t{64} << 10;
constexpr std::size_t kMostAtOnce = std::size_t{1} << 30;  // The lengths of zlib have 32 bits.
/// The usual level, 6, takes twice as long for files that are a fifteenth smaller.
constexpr int kLevel = 3;
constexpr int kRawDeflate = -MAX_WBITS;
constexpr int kMemoryLevel = 9;

/// A header, in the byte order of ZIP.
class Header {
 public:
  explicit Header(std::uint32_t signature) { number(signature); }

  Header& half(std::uint64_t value) { return little_endian(value, 2); }
  Header& number(std::uint64_t value) { return little_endian(value, 4); }
  Header& text(std::string_view value) {
    bytes_ += value;
    return *this;
  }
  /// What a local header and a directory entry have in common, up to the time.
  Header& kind() {
    return half(kVersion).half(kLengthsFollow).half(kDeflated).half(kMidnight).half(kFirstOfJanuary1980);
  }

  [[nodiscard]] std::string_view bytes() const { return bytes_; }

 private:
  Header& little_endian(std::uint64_t value, int bytes) {
    for (; bytes > 0; --bytes, value >>= 8) bytes_ += static_cast<char>(value & 0xFF);
    return *this;
  }

  std::string bytes_;
};

/// Adds to a size that may not be more than `most`.
void grow(std::uint64_t& size, std::size_t bytes, std::uint64_t most) {
  if (bytes > most - size) {
    throw Error(ErrorCode::kOutputWrite, {}, "a spreadsheet of more than 4 GiB can't be written: divide it into parts");
  }
  size += bytes;
}

}  // namespace

ZipWriter::ZipWriter(Write write, std::uint64_t most_bytes)
    : write_(std::move(write)), most_bytes_(most_bytes), packed_(kPackedAtOnce) {
  if (deflateInit2(&stream_, kLevel, Z_DEFLATED, kRawDeflate, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
}

ZipWriter::~ZipWriter() { deflateEnd(&stream_); }

void ZipWriter::begin(std::string name) {
  Header header(kLocalHeader);
  header.kind().number(0).number(0).number(0).half(name.size()).half(0).text(name);
  entries_.push_back({.name = std::move(name), .offset = size_});
  put(header.bytes());
  deflateReset(&stream_);
}

void ZipWriter::append(std::string_view bytes) {
  Entry& entry = entries_.back();
  grow(entry.length, bytes.size(), kMostBytes);
  for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kMostAtOnce))) {
    const std::string_view piece = bytes.substr(0, kMostAtOnce);
    stream_.next_in = reinterpret_cast<z_const Bytef*>(const_cast<char*>(piece.data()));
    stream_.avail_in = static_cast<uInt>(piece.size());
    entry.crc = static_cast<std::uint32_t>(crc32(entry.crc, stream_.next_in, stream_.avail_in));
    deflate(Z_NO_FLUSH);
  }
}

void ZipWriter::end() {
  deflate(Z_FINISH);
  const Entry& entry = entries_.back();
  put(Header(kDataDescriptor).number(entry.crc).number(entry.packed).number(entry.length).bytes());
}

void ZipWriter::add(std::string name, std::string_view contents) {
  begin(std::move(name));
  append(contents);
  end();
}

void ZipWriter::finish() {
  const std::uint64_t directory = size_;
  for (const Entry& entry : entries_) {
    Header header(kDirectoryEntry);
    header.half(kVersion).kind().number(entry.crc).number(entry.packed).number(entry.length);
    header.half(entry.name.size()).half(0).half(0).half(0).half(0).number(0).number(entry.offset).text(entry.name);
    put(header.bytes());
  }
  const std::size_t count = entries_.size();
  Header end(kEndOfDirectory);
  put(end.half(0).half(0).half(count).half(count).number(size_ - directory).number(directory).half(0).bytes());
}

void ZipWriter::put(std::string_view bytes) {
  grow(size_, bytes.size(), most_bytes_);
  write_(bytes);
}

void ZipWriter::deflate(int flush) {
  do {
    stream_.next_out = reinterpret_cast<Bytef*>(packed_.data());
    stream_.avail_out = static_cast<uInt>(packed_.size());
    ::deflate(&stream_, flush);  // Fails for nothing but a stream that was not begun.
    const std::size_t length = packed_.size() - stream_.avail_out;
    if (length == 0) break;
    entries_.back().packed += length;
    put({packed_.data(), length});
  } while (stream_.avail_out == 0);
}

}  // namespace bulkmarc
