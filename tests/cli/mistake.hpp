#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "command_test.hpp"

/// Invalid arguments, and what the command says of them.
struct Mistake {
  std::vector<std::string> arguments;
  std::string message;
};

inline std::ostream& operator<<(std::ostream& out, const Mistake& mistake) {
  for (const std::string& argument : mistake.arguments) out << argument << ' ';
  return out;
}

/// A mistake in the arguments that export and check share.
class MistakeTest : public CommandTest, public testing::WithParamInterface<Mistake> {
 protected:
  /// Expects one line that tells it, from both subcommands, and no file `output`.
  void expect_one_line(const std::string& output) const {
    const std::string input = write("in.mrc", well_formed(2));
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"export", input, "-o", path(output)}, std::vector<std::string>{"check", input}}) {
      std::vector<std::string> arguments = command;
      arguments.insert(arguments.end(), GetParam().arguments.begin(), GetParam().arguments.end());
      expect_failure(run(arguments), 2, {GetParam().message, "--help'"});
      EXPECT_FALSE(exists(output));
    }
  }
};
