#pragma once

#include <stdexcept>

/// The command line asks for something that can't be meant. Ends the command with ExitStatus::kUsage.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
