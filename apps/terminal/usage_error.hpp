#pragma once

#include <stdexcept>

/// The command line asks for something that is invalid. Ends the command with ExitStatus::kUsage.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
