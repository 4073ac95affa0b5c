#include "output/file_output.hpp"

#include <cerrno>
#include <cstdint>
#include <system_error>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

namespace bulkmarc {

std::string MappedFileOutput::obstacle(AtomicFile& file) {
  const int refused = file.allocate(0, 1);
  if (refused == -EOPNOTSUPP || refused == -ENOSYS) return "the file system can't allocate space in advance";
  if (refused != 0) return {};  // A full disk, say: presize() will meet it too, and say how much was wanted.
  std::unique_ptr<Mapping> mapping;
  const int unmappable = platform().map(file.descriptor(), 0, 1, mapping);
  mapping.reset();
  file.cut_to(0);
  if (unmappable == 0) return {};
  return fmt::format("the file can't be mapped: {}", std::generic_category().message(-unmappable));
}

void MappedFileOutput::presize(std::uint64_t size) {
  if (size == 0) return;
  const auto fail = [&](ErrorCode code, const char* what, int failed) {
    throw Error(code, file_->target(), fmt::format("can't {} {} bytes", what, size), -failed);
  };
  int failed = file_->allocate(0, size);
  if (failed != 0) fail(ErrorCode::kOutputAllocate, "allocate", failed);
  failed = platform().map(file_->descriptor(), 0, size, mapping_);
  if (failed != 0) fail(ErrorCode::kOutputMap, "map", failed);
}

std::span<char> MappedFileOutput::slice(std::uint64_t offset, std::uint64_t length) {
  if (length == 0) return {};
  return mapping_->bytes().subspan(offset, length);
}

void MappedFileOutput::prepare() {
  mapping_.reset();
  file_->prepare();
}

void MappedFileOutput::commit() {
  prepare();
  file_->commit();
}

}  // namespace bulkmarc
