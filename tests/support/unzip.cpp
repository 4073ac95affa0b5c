#include "support/unzip.hpp"

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <stdexcept>

namespace {

void require_of_zip(bool condition, const char* what) {
  if (!condition) throw std::runtime_error(what);
}

/// Takes numbers and texts from the beginning of bytes.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : rest_(bytes) {}

  std::string_view text(std::size_t length) {
    require_of_zip(length <= rest_.size(), "the archive is cut off");
    const std::string_view taken = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return taken;
  }
  std::uint32_t number(std::size_t bytes) {
    std::uint32_t value = 0;
    unsigned shift = 0;
    for (const char byte : text(bytes)) {
      value |= static_cast<std::uint32_t>(static_cast<unsigned char>(byte)) << shift;
      shift += 8;
    }
    return value;
  }

 private:
  std::string_view rest_;
};

std::string inflated(std::string_view packed, std::size_t length) {
  std::string text(length + 1, '\0');
  z_stream stream = {};
  require_of_zip(inflateInit2(&stream, -MAX_WBITS) == Z_OK, "no memory");
  stream.next_in = reinterpret_cast<z_const Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  const int result = inflate(&stream, Z_FINISH);
  const bool is_all = stream.avail_in == 0 && stream.avail_out == 1;
  inflateEnd(&stream);
  require_of_zip(result == Z_STREAM_END && is_all, "an entry's data is not what its lengths say");
  text.pop_back();
  return text;
}

constexpr std::size_t kEndLength = 22;

}  // namespace

std::vector<std::pair<std::string, std::string>> unzip(std::string_view archive) {
  require_of_zip(archive.size() >= kEndLength, "no archive");
  Fields end(archive.substr(archive.size() - kEndLength));
  require_of_zip(end.number(4) == 0x06054B50, "the archive has no end");
  end.text(6);
  const std::size_t count = end.number(2);
  const std::size_t directory_length = end.number(4);
  const std::size_t directory_begin = end.number(4);
  require_of_zip(directory_begin + directory_length + kEndLength == archive.size(),
                 "the directory is not where it should be");

  std::vector<std::pair<std::string, std::string>> entries;
  Fields directory(archive.substr(directory_begin, directory_length));
  std::size_t at = 0;
  for (std::size_t i = 0; i < count; ++i) {
    require_of_zip(directory.number(4) == 0x02014B50, "no entry of the directory");
    directory.text(2);
    const std::string_view kind = directory.text(10);
    const std::uint32_t crc = directory.number(4);
    const std::size_t packed = directory.number(4);
    const std::size_t length = directory.number(4);
    const std::size_t name_length = directory.number(2);
    directory.text(12);
    require_of_zip(directory.number(4) == at, "an entry is not where the one before it ends");
    const std::string_view name = directory.text(name_length);

    Fields local(archive.substr(at, directory_begin - at));
    require_of_zip(local.number(4) == 0x04034B50 && local.text(10) == kind, "a local header is another one");
    require_of_zip(local.text(12) == std::string_view("\0\0\0\0\0\0\0\0\0\0\0\0", 12),
                   "lengths that are not known yet");
    require_of_zip(local.number(2) == name_length && local.number(2) == 0 && local.text(name_length) == name,
                   "another name");
    const std::string_view data = local.text(packed);
    require_of_zip(local.number(4) == 0x08074B50 && local.number(4) == crc && local.number(4) == packed &&
                       local.number(4) == length,
                   "a data descriptor is another one");
    at += 30 + name_length + packed + 16;

    std::string text = inflated(data, length);
    require_of_zip(crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())) == crc,
                   "an entry's check is wrong");
    entries.emplace_back(name, std::move(text));
  }
  require_of_zip(at == directory_begin, "there is something between the entries and the directory");
  return entries;
}
