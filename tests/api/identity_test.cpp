#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <bulkmarc/bulkmarc.hpp>

#include "support/exports.hpp"
#include "support/filled_pipe.hpp"
#include "support/output_form.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

constexpr std::array kThreads = {1, 2, 3, 8};
constexpr std::array<std::size_t, 3> kBatchBytes = {4096, 40'000, 1 << 20};

/// Records, and among them padding, damage, records that need repair, and one that ISO 2709 can't hold.
std::vector<Record> odd_records() {
  std::vector<Record> records = numbered_records(500);
  for (std::size_t i = 50; i < records.size(); i += 97) records[i].add_field("500", "no subfields");
  for (std::size_t i = 60; i < records.size(); i += 101)
    records[i].add_field("500",
                         "  \x1F"
                         "abroken \xC3");
  for (std::size_t i = 70; i < records.size(); i += 211) records[i].add_control("009", std::string(9'000, 'x'));
  return records;
}

std::string odd_file() {
  const std::vector<Record> records = odd_records();
  std::string bytes;
  for (std::size_t i = 0; i < records.size(); ++i) {
    std::string record = iso2709(records[i].view());
    if (i % 83 == 0) record.replace(0, 5, "00100");
    if (i % 149 == 0) record[40] = 'x';
    bytes += record;
    if (i % 300 == 299) bytes += "\r\n";
  }
  return bytes + iso2709(records[3].view()).substr(0, 100);
}

class IdentityTest : public testing::TestWithParam<OutputForm> {
 protected:
  static ExportOptions options(int threads, std::size_t batch_bytes, Backend backend = Backend::kAuto) {
    ExportOptions options = GetParam().options();
    options.run.threads = threads;
    options.run.batch_bytes = batch_bytes;
    options.backend = backend;
    options.run.statistics = true;
    return options;
  }

  /// Exports with many numbers of threads, batch sizes and backends, and expects the same bytes and the same account.
  template <class MakeSource>
  void expect_identical_exports(const MakeSource& make_source) {
    const Exported expected = export_to_memory(make_source(), options(1, 128 * 1024));
    for (const int threads : kThreads) {
      for (const std::size_t batch_bytes : kBatchBytes) {
        for (const Backend backend : {Backend::kMapped, Backend::kStreamed, Backend::kPlaced, Backend::kDirect}) {
          const Exported exported =
              export_to_file(make_source(), folder_.path("out"), options(threads, batch_bytes, backend));
          expect_same(exported, expected);
          ASSERT_FALSE(HasFailure()) << threads << " threads, " << batch_bytes << " bytes";
          ASSERT_EQ(backend_name(exported.report.backend), backend_name(backend));
        }
      }
    }
  }

  TemporaryFolder folder_;
};

TEST_P(IdentityTest, ExportOfAFileIsIdenticalForAnyNumberOfThreads) {
  const auto path = folder_.write("in.mrc", odd_file());
  expect_identical_exports([&] { return Source::file(path); });
}

TEST_P(IdentityTest, ExportOfRecordsIsIdenticalForAnyNumberOfThreads) {
  const std::vector<Record> records = odd_records();
  expect_identical_exports([&] { return Source::records(records); });
}

TEST_P(IdentityTest, EverySourceOfTheSameRecordsGivesTheSameBytes) {
  const std::vector<Record> records = odd_records();
  const Exported expected = export_to_memory(Source::records(records), options(2, 4096));
  const Exported indexed = export_to_memory(
      Source::indexed(records.size(), [&](std::uint64_t index, Record& record) { record = records[index]; }),
      options(3, 10'000));
  std::size_t next = 0;
  const auto pull = [&](Record& record) {
    if (next == records.size()) return false;
    record = records[next++];
    return true;
  };
  const Exported pulled = export_to_memory(Source::pulled(pull), options(2, 20'000));
  expect_same(indexed, expected);
  expect_same(pulled, expected);
}

TEST_P(IdentityTest, APipeGivesTheSameAsAFile) {
  const std::string bytes = odd_file();
  const Exported expected = export_to_memory(Source::file(folder_.write("in.mrc", bytes)), options(2, 20'000));
  for (const std::size_t batch_bytes : kBatchBytes) {
    const FilledPipe pipe(bytes);
    const Exported piped = export_to_memory(Source::file(pipe.path()), options(2, batch_bytes));
    expect_same(piped, expected);
  }
}

TEST_P(IdentityTest, StrictExportsAreIdenticalToo) {
  const std::vector<Record> records = odd_records();
  const auto strict = [](ExportOptions options) {
    options.run.strict = true;
    return options;
  };
  const Exported expected = export_to_memory(Source::records(records), strict(options(1, 4096, Backend::kStreamed)));
  EXPECT_EQ(expected.report.records_repaired, 0U);
  for (const std::size_t batch_bytes : kBatchBytes) {
    const Exported mapped = export_to_memory(Source::records(records), strict(options(2, batch_bytes)));
    expect_same(mapped, expected);
  }
}

TEST_P(IdentityTest, SeveralFilesGiveTheRecordsOfAllInTheirOrder) {
  const std::vector<Record> records = numbered_records(300);
  const auto part = [&](std::size_t from, std::size_t count) {
    return iso2709(std::span<const Record>(records).subspan(from, count));
  };
  const std::vector<std::filesystem::path> paths = {folder_.write("a.mrc", part(0, 100)), folder_.write("b.mrc", ""),
                                                    folder_.write("c.mrc", part(100, 200))};
  const Exported whole = export_to_memory(Source::file(folder_.write("all.mrc", part(0, 300))), options(2, 4096));
  const Exported parts = export_to_memory(Source::files(paths), options(3, 4096));
  EXPECT_EQ(parts.bytes == whole.bytes, true);
  EXPECT_EQ(parts.report.records_read, 300U);
  EXPECT_EQ(parts.report.bytes_read, whole.report.bytes_read);
}

INSTANTIATE_TEST_SUITE_P(AllForms, IdentityTest, testing::ValuesIn(all_output_forms()),
                         [](const auto& parameter) { return parameter.param.name; });

}  // namespace
}  // namespace bulkmarc
