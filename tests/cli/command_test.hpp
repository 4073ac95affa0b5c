#pragma once

#include <gtest/gtest.h>

#include <bulkmarc/bulkmarc.hpp>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "process.hpp"
#include "support/temporary_folder.hpp"

/// Runs the command in a folder of its own, which is gone after the test.
class CommandTest : public testing::Test {
 protected:
  /// The path of a file in the test's folder, as an argument.
  [[nodiscard]] std::string path(std::string_view name) const { return folder_.path(name).string(); }
  /// Writes a file, and returns its path.
  std::string write(std::string_view name, std::string_view bytes) const { return folder_.write(name, bytes).string(); }
  [[nodiscard]] std::string read(std::string_view name) const { return folder_.read(name); }
  [[nodiscard]] bool exists(std::string_view name) const { return std::filesystem::exists(path(name)); }
  /// The names of all files in the test's folder, sorted.
  [[nodiscard]] std::vector<std::string> files() const { return folder_.names(); }

  static Outcome run(const std::vector<std::string>& arguments, Streams streams = {});
  /// Runs with these bytes as standard input.
  [[nodiscard]] Outcome run_with_input(const std::vector<std::string>& arguments, std::string_view bytes) const;

  /// Expects that the command failed with this status, that nothing came out, and that standard error is one line that
  /// holds all of `words`.
  static void expect_failure(const Outcome& outcome, int exit_status, const std::vector<std::string>& words);

 private:
  TemporaryFolder folder_;
};

/// The bytes of well-formed ISO 2709 records whose control numbers are 1 to `count`.
std::string well_formed(int count);
/// A well-formed record that says MARC-8, and is UTF-8.
std::string mislabelled();
/// A record that the end of the input cuts off.
std::string truncated();
