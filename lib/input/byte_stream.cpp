#include "input/byte_stream.hpp"

#include <algorithm>

#include <bulkmarc/error.hpp>

namespace bulkmarc {

std::string_view PeekedStream::peek(std::size_t length) {
  try {
    while (!failure_ && peeked_.size() - read_ < length) {
      const std::size_t size = peeked_.size();
      const std::size_t got = stream_->read(peeked_.room(length - (size - read_)));
      if (got == 0) break;
      peeked_.set_size(size + got);
    }
  } catch (const Error&) {
    if (read_ == peeked_.size()) throw;
    failure_ = std::current_exception();
  }
  return peeked_.view().substr(read_, length);
}

std::size_t PeekedStream::read(std::span<char> bytes) {
  if (read_ == peeked_.size()) {
    if (failure_) std::rethrow_exception(failure_);
    return stream_->read(bytes);
  }
  const std::string_view next = peeked_.view().substr(read_, bytes.size());
  std::ranges::copy(next, bytes.begin());
  read_ += next.size();
  return next.size();
}

}  // namespace bulkmarc
