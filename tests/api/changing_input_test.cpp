#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "support/exports.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

class ChangingInputTest : public testing::Test {
 protected:
  void expect_changed(Source source, const ExportOptions& options) {
    folder_.write("out", "old");
    try {
      export_records(std::move(source), Target::file(folder_.path("out")), options);
      ADD_FAILURE() << "the change passed unnoticed";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInputChanged) << error.what();
    }
    EXPECT_EQ(folder_.read("out"), "old");
  }

  /// Options that call `change` once, when the first batch has been measured.
  template <class Change>
  static ExportOptions when_measured(Change change) {
    ExportOptions options;
    options.backend = Backend::kMapped;
    options.run.threads = 1;
    options.run.batch_bytes = 4096;
    options.run.progress = [change, done = false](const Progress&) mutable {
      if (!done) change();
      done = true;
    };
    return options;
  }

  TemporaryFolder folder_;
};

TEST_F(ChangingInputTest, ARecordThatGrowsBetweenTheTwoWalksIsAnError) {
  std::atomic<int> calls = 0;
  ExportOptions options;
  options.backend = Backend::kMapped;
  expect_changed(Source::indexed(10,
                                 [&](std::uint64_t, Record& record) {
                                   record.add_control("001", std::string(static_cast<std::size_t>(++calls), 'x'));
                                 }),
                 options);
}

TEST_F(ChangingInputTest, ARecordThatShrinksBetweenTheTwoWalksIsAnError) {
  std::atomic<int> calls = 0;
  ExportOptions options;
  options.backend = Backend::kMapped;
  expect_changed(Source::indexed(10,
                                 [&](std::uint64_t, Record& record) {
                                   record.add_control("001", std::string(static_cast<std::size_t>(100 - ++calls), 'x'));
                                 }),
                 options);
}

TEST_F(ChangingInputTest, AFileThatIsCutDuringTheRunIsAnError) {
  const auto path = folder_.write("in.mrc", iso2709(numbered_records(500)));
  expect_changed(Source::file(path), when_measured([path] { std::filesystem::resize_file(path, 5000); }));
}

TEST_F(ChangingInputTest, AFileThatGrowsDuringTheRunIsExportedAsItWas) {
  const std::string bytes = iso2709(numbered_records(500));
  const auto path = folder_.write("in.mrc", bytes);
  const auto options = when_measured([&] { folder_.write("in.mrc", bytes + iso2709(numbered_records(5))); });
  EXPECT_EQ(export_records(Source::file(path), Target::file(folder_.path("out")), options).records_exported, 500U);
}

}  // namespace
}  // namespace bulkmarc
