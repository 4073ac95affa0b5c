#include "output/json_file.hpp"

#include <fcntl.h>

#include <cerrno>
#include <cstddef>

#include "platform/platform.hpp"

namespace bulkmarc {

Buffer read_json_file(const std::filesystem::path& path, ErrorCode too_long) {
  constexpr std::size_t kLongest = std::size_t{256} << 20;  // More than a million parts, or ranges.
  const Descriptor file(platform().open(path.c_str(), O_RDONLY | O_NONBLOCK, 0));
  if (!file.is_open()) throw Error(ErrorCode::kInputOpen, path, "can't be opened", -file.get());
  Buffer bytes;
  while (true) {
    const std::size_t size = bytes.size();
    const ssize_t got = platform().read(file.get(), bytes.room(kReadAtOnce).data(), kReadAtOnce);
    if (got == -EINTR) continue;
    if (got < 0) throw Error(ErrorCode::kInputRead, path, "can't read", static_cast<int>(-got));
    if (got == 0) return bytes;
    bytes.set_size(size + static_cast<std::size_t>(got));
    if (bytes.size() > kLongest) throw Error(too_long, path, "has more than 256 MiB");
  }
}

}  // namespace bulkmarc
