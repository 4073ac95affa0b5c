#include "pipeline/file_sequence.hpp"

#include <bulkmarc/error.hpp>

namespace bulkmarc {
namespace {

[[noreturn]] void refuse_kept() {
  throw Error(ErrorCode::kNotResumable, {},
              "the parts of the run that was cut off are not those that the inputs give; a run that does not resume "
              "exports all again");
}

}  // namespace

bool FileSequence::has_room(std::uint64_t bytes) const {
  if (is_empty()) return true;
  if (limits_.records != 0 && content_.records >= limits_.records) return false;
  return limits_.bytes == 0 || content_.bytes + bytes <= limits_.bytes;
}

void FileSequence::end_file() {
  if (!is_kept()) {
    sink_.end_file(content_);
  } else if (content_ != kept_[files_]) {
    refuse_kept();
  }
  bytes_ += content_.bytes;
  ++files_;
  content_ = {};
}

void FileSequence::finish() const {
  if (is_kept()) refuse_kept();
}

}  // namespace bulkmarc
