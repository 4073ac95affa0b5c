#include "output/direct_output.hpp"

#include <fcntl.h>

#include <utility>

#include <bulkmarc/error.hpp>

#include "output/atomic_file.hpp"

namespace bulkmarc {

DirectOutput::DirectOutput(const std::filesystem::path& target)
    : name_(target), owned_(platform().open(target.c_str(), O_WRONLY, 0)), descriptor_(owned_.get()) {
  if (!owned_.is_open()) throw Error(ErrorCode::kTargetUnusable, name_, "can't be opened", -owned_.get());
}

DirectOutput::DirectOutput(int descriptor, std::filesystem::path name)
    : name_(std::move(name)), descriptor_(descriptor) {}

void DirectOutput::append(std::string_view bytes) {
  const int failed = write_all(descriptor_, bytes);
  if (failed != 0) throw Error(ErrorCode::kOutputWrite, name_, "can't write", -failed);
}

}  // namespace bulkmarc
