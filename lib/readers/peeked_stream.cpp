#include "readers/peeked_stream.hpp"

#include <algorithm>

namespace bulkmarc {

std::string_view PeekedStream::peek(std::size_t length) {
  while (peeked_.size() - read_ < length) {
    const std::size_t size = peeked_.size();
    const std::size_t got = stream_->read(peeked_.room(length - (size - read_)));
    if (got == 0) break;
    peeked_.set_size(size + got);
  }
  return peeked_.view().substr(read_, length);
}

std::size_t PeekedStream::read(std::span<char> bytes) {
  if (read_ == peeked_.size()) return stream_->read(bytes);
  const std::string_view next = peeked_.view().substr(read_, bytes.size());
  std::ranges::copy(next, bytes.begin());
  read_ += next.size();
  return next.size();
}

}  // namespace bulkmarc
