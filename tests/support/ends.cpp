#include "support/ends.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <span>
#include <stdexcept>
#include <utility>

using namespace bulkmarc;

namespace {

/// Reads `bytes`, which it borrows, some at a time.
Input::Function function_that_reads(std::string_view bytes, std::size_t at_a_time) {
  return [left = bytes, at_a_time](std::span<char> room) mutable {
    const std::string_view next = left.substr(0, std::min(room.size(), at_a_time));
    std::ranges::copy(next, room.begin());
    left.remove_prefix(next.size());
    return next.size();
  };
}

void read_to_end(int descriptor, std::string& bytes) {
  std::string some(100'000, '\0');
  for (ssize_t got = 1; got > 0;) {
    got = ::read(descriptor, some.data(), some.size());
    if (got > 0) bytes.append(some, 0, static_cast<std::size_t>(got));
  }
  ::close(descriptor);
}

}  // namespace

GivenInput::GivenInput(std::string bytes, Giver giver) : bytes_(std::move(bytes)), giver_(giver) {
  if (giver == Giver::kPipe) pipe_ = std::make_unique<FilledPipe>(bytes_);
  if (giver == Giver::kOpenFile) file_ = std::make_unique<OpenFile>(bytes_);
}

Input GivenInput::input() const {
  switch (giver_) {
    case Giver::kFunction:
      return Input::function(function_that_reads(bytes_, std::string::npos));
    case Giver::kFunctionOfSingleBytes:
      return Input::function(function_that_reads(bytes_, 1));
    case Giver::kPipe:
      return Input::descriptor(pipe_->descriptor());
    case Giver::kOpenFile:
      return Input::descriptor(file_->descriptor());
    case Giver::kMemory:
      break;
  }
  return Input::memory(bytes_);
}

TakenOutput::TakenOutput(Taker taker) : taker_(taker) {
  if (taker == Taker::kOpenFile) file_ = std::make_unique<OpenFile>("");
  if (taker != Taker::kPipe) return;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  write_end_ = ends[1];
  reader_ = std::thread([this, read_end = ends[0]] { read_to_end(read_end, bytes_); });
}

TakenOutput::~TakenOutput() { end_pipe(); }

Target TakenOutput::target() {
  if (taker_ == Taker::kFunction) return Target::function([this](std::string_view bytes) { bytes_ += bytes; });
  return Target::descriptor(taker_ == Taker::kPipe ? write_end_ : file_->descriptor());
}

std::string TakenOutput::bytes() {
  end_pipe();
  return taker_ == Taker::kOpenFile ? file_->bytes() : bytes_;
}

void TakenOutput::end_pipe() {
  if (!reader_.joinable()) return;
  ::close(write_end_);
  reader_.join();
}
