#pragma once

#include <sys/stat.h>

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include <bulkmarc/source.hpp>

#include "input/byte_stream.hpp"

namespace bulkmarc {

/// What reports and errors call an input.
[[nodiscard]] std::string name_of(const Input& input);

/// True for an input that may be opened any number of times. Its bytes are then the same, unless it is a file that is
/// not regular.
[[nodiscard]] bool opens_again(const Input& input);

/// The status of what the system reads; nothing for memory and functions. Throws Error (kInputOpen) where there is no
/// such file.
[[nodiscard]] std::optional<struct ::stat> status_of(const Input& input);

/// An input that is open, and its status as status_of() would tell it.
struct OpenedInput {
  std::unique_ptr<ByteStream> stream;
  std::optional<struct ::stat> status = std::nullopt;
};

/// Opens an input that is no folder. What waits for data stops waiting with Error (kCancelled) when `stop` is
/// requested. What is read of a file is counted in `tally`, if there is one. Throws Error (kInputOpen).
[[nodiscard]] OpenedInput open_input(const Input& input, const std::stop_token& stop,
                                     const std::shared_ptr<ReadTally>& tally = {});

}  // namespace bulkmarc
