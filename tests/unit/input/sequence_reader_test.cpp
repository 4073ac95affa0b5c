#include "input/chained_reader.hpp"

#include <gtest/gtest.h>

#include "formats/iso2709/reader.hpp"
#include "support/exports.hpp"
#include "support/temporary_folder.hpp"
#include "support/walk.hpp"

namespace bulkmarc {
namespace {

class SequenceReaderTest : public testing::Test {
 protected:
  void add_file(std::string_view name, std::string_view bytes) {
    readers_.push_back(std::make_unique<Iso2709FileReader>(InputFile(folder_.write(name, bytes)), 4096));
  }
  void add_stream(std::string_view name, std::string_view bytes) {
    readers_.push_back(
        std::make_unique<Iso2709StreamReader>(std::make_unique<InputFile>(folder_.write(name, bytes)), 4096));
  }

  TemporaryFolder folder_;
  std::vector<std::unique_ptr<Reader>> readers_;
};

TEST_F(SequenceReaderTest, InputsFollowOneAnother) {
  const auto records = numbered_records(30);
  add_file("a.mrc", iso2709(std::span(records).first(10)));
  add_file("empty.mrc", "");
  add_file("b.mrc", iso2709(std::span(records).subspan(10)));
  SequenceReader reader(std::move(readers_));
  const Walked walked = walk(reader);
  ASSERT_EQ(walked.items.size(), 30U);
  EXPECT_EQ(walked.items[10].offset, 0U) << "offsets count from the beginning of each input";
  for (std::size_t i = 0; i < records.size(); ++i) EXPECT_EQ(walked.items[i].raw, iso2709(records[i].view()));
}

TEST_F(SequenceReaderTest, OneStreamAmongTheInputsMakesAllReadableOnlyOnce) {
  const std::string bytes = iso2709(numbered_records(3));
  add_file("a.mrc", bytes);
  add_stream("b.mrc", bytes);
  SequenceReader reader(std::move(readers_));
  EXPECT_FALSE(reader.rereadable());
  EXPECT_EQ(reader.total(), 0U);
  EXPECT_EQ(walk(reader).items.size(), 6U);
}

TEST_F(SequenceReaderTest, FilesAddUpToATotal) {
  const std::string bytes = iso2709(numbered_records(3));
  add_file("a.mrc", bytes);
  add_file("b.mrc", bytes);
  const SequenceReader reader(std::move(readers_));
  EXPECT_TRUE(reader.rereadable());
  EXPECT_EQ(reader.total(), 2 * bytes.size());
  EXPECT_EQ(reader.inputs().size(), 2U);
}

}  // namespace
}  // namespace bulkmarc
