#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "support/exports.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

ExportOptions in_small_batches(Format format, Backend backend) {
  ExportOptions options;
  options.format = format;
  options.backend = backend;
  options.run.threads = 2;
  options.run.batch_bytes = 4096;
  return options;
}

TEST(ConcurrencyTest, ExportsToDifferentTargetsMayRunAtOnce) {
  const TemporaryFolder folder;
  const std::vector<Record> records = numbered_records(1000);
  std::vector<std::thread> threads;
  std::vector<Exported> exported(10);
  for (std::size_t i = 0; i < exported.size(); ++i) {
    threads.emplace_back([&, i] {
      const Backend backend = i % 2 == 0 ? Backend::kMapped : Backend::kStreamed;
      const Format format = record_formats()[i / 2];
      exported[i] =
          export_to_file(Source::records(records), folder.path(std::to_string(i)), in_small_batches(format, backend));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < exported.size(); i += 2) {
    EXPECT_EQ(exported[i].bytes == exported[i + 1].bytes, true) << i;
    EXPECT_EQ(exported[i].report.records_exported, 1000U);
  }
  EXPECT_EQ(folder.names().size(), 10U);
}

TEST(ConcurrencyTest, ExportsAtOnceGiveWhatTheyGiveOneAfterAnother) {
  const TemporaryFolder folder;
  const auto input = folder.write("in.mrc", iso2709(numbered_records(1000)));
  for (const Backend backend : {Backend::kMapped, Backend::kStreamed, Backend::kPlaced, Backend::kDirect}) {
    const auto export_to = [&](const std::string& name) {
      return export_to_file(Source::file(input), folder.path(name), in_small_batches(Format::kMarcXml, backend));
    };
    const Exported alone = export_to("alone");
    for (const std::size_t count : {2, 4}) {
      std::vector<Exported> exported(count);
      std::vector<std::thread> threads;
      for (std::size_t i = 0; i < count; ++i) {
        threads.emplace_back([&, i] { exported[i] = export_to(std::to_string(i)); });
      }
      for (std::thread& thread : threads) thread.join();
      for (const Exported& each : exported) expect_same(each, alone);
    }
  }
}

TEST(ConcurrencyTest, TwoExportsToOneTargetLeaveTheWholeOfOne) {
  const TemporaryFolder folder;
  const std::vector<Record> few = numbered_records(300);
  const std::vector<Record> many = numbered_records(900);
  const auto path = folder.path("out");
  const std::string of_few = export_to_memory(Source::records(few)).bytes;
  const std::string of_many = export_to_memory(Source::records(many)).bytes;
  for (int run = 0; run < 10; ++run) {
    const auto export_all = [&](const std::vector<Record>& records, Backend backend) {
      export_to_file(Source::records(records), path, in_small_batches(Format::kMarcXml, backend));
    };
    std::thread first([&] { export_all(few, Backend::kMapped); });
    std::thread second([&] { export_all(many, run % 2 == 0 ? Backend::kStreamed : Backend::kDirect); });
    first.join();
    second.join();
    const std::string bytes = folder.read("out");
    EXPECT_EQ(bytes == of_few || bytes == of_many, true);
    EXPECT_EQ(folder.names().size(), 1U);
  }
}

}  // namespace
}  // namespace bulkmarc
