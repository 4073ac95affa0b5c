#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <bulkmarc/bulkmarc.hpp>

#include "support/exports.hpp"
#include "support/temporary_folder.hpp"

/// Tests of real records (data/real/README.md).
class RealDataTest : public testing::Test {
 protected:
  static std::filesystem::path real(std::string_view name);
  static std::filesystem::path schema();
  static Exported export_as(bulkmarc::Format format, std::string_view name);

  /// Runs a program with its standard output in a file of the test's folder. Returns true when it succeeded.
  [[nodiscard]] bool run(const std::string& command, std::string_view output) const;
  /// True when the program can be run.
  static bool is_installed(const std::string& program);

  TemporaryFolder folder_;
};
