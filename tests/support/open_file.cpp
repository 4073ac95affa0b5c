#include "support/open_file.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <stdexcept>

OpenFile::OpenFile(std::string_view bytes) : descriptor_(::memfd_create("open file", MFD_CLOEXEC)) {
  const auto length = static_cast<ssize_t>(bytes.size());
  if (descriptor_ < 0 || ::pwrite(descriptor_, bytes.data(), bytes.size(), 0) != length) {
    throw std::runtime_error("no file in memory");
  }
}

OpenFile::~OpenFile() { ::close(descriptor_); }

std::string OpenFile::bytes() const {
  struct ::stat status = {};
  if (::fstat(descriptor_, &status) != 0) throw std::runtime_error("can't examine the file in memory");
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  const ssize_t got = ::pread(descriptor_, bytes.data(), bytes.size(), 0);
  bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return bytes;
}
