#include "pipeline/part_splitter.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/error.hpp>

#include "support/exports.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;

/// Keeps the files.
class KeepingSink final : public FileSink {
 public:
  void append(std::string_view bytes) override { open_ += bytes; }
  void end_file(const FileContent& content) override {
    EXPECT_EQ(content.bytes, open_.size());
    files.push_back(std::exchange(open_, {}));
    contents.push_back(content);
  }

  std::vector<std::string> files;
  std::vector<FileContent> contents;

 private:
  std::string open_;
};

/// Adds serialized records, a batch at a time, to a PartSplitter for JSON: "[\n", ",\n" and "\n]\n" around and between
/// them.
class DividerTest : public testing::Test {
 protected:
  /// `batches` have records, of which an empty one stands for a reject.
  void divide(FileLimits limits, const std::vector<std::vector<std::string>>& batches,
              const std::vector<FileContent>& kept = {}) {
    sink_ = {};
    PartSplitter divider(*formatter_, limits, kept, sink_);
    std::uint64_t number = 1;
    for (const auto& batch : batches) {
      std::string bytes;
      std::vector<ExportedRecord> records;
      for (std::size_t i = 0; i < batch.size(); ++i) {
        if (batch[i].empty()) continue;
        bytes.append(formatter_->separator()).append(batch[i]);
        records.push_back({i, bytes.size()});
      }
      divider.add(bytes, records, number);
      number += batch.size();
    }
    divider.finish();
    EXPECT_EQ(divider.files(), kept.size() + sink_.files.size());
  }

  std::string file_of(std::string_view records) const {
    return std::string(formatter_->prologue()).append(records).append(formatter_->epilogue());
  }

  std::unique_ptr<Formatter> formatter_ = make_formatter(Format::kJson, {});
  KeepingSink sink_;
};

TEST_F(DividerTest, WithoutLimitsAllIsOneFile) {
  divide({}, {{"a", "b"}, {}, {"c"}});
  EXPECT_THAT(sink_.files, ElementsAre(file_of("a,\nb,\nc")));
}

TEST_F(DividerTest, WithoutRecordsThereIsOneFileAllTheSame) {
  divide({.records = 1, .bytes = 1}, {{}, {""}});
  EXPECT_THAT(sink_.files, ElementsAre(file_of("")));
  EXPECT_EQ(sink_.contents[0].first_record, 0U);
}

TEST_F(DividerTest, EveryFileIsWholeAndHasAsManyRecordsAsItMay) {
  divide({.records = 2}, {{"a", "b", "c"}, {"d"}, {"e"}});
  EXPECT_THAT(sink_.files, ElementsAre(file_of("a,\nb"), file_of("c,\nd"), file_of("e")));
}

TEST_F(DividerTest, TheLastFileIsNotEmptyWhereTheRecordsComeOutEven) {
  divide({.records = 2}, {{"a", "b"}, {"c", "d"}});
  EXPECT_EQ(sink_.files.size(), 2U);
}

TEST_F(DividerTest, FilesDoNotDependOnTheBatches) {
  const std::vector<std::string> records = {"aa", "b", "", "cccc", "d", "eeeeee", "", "f", "g"};
  for (const FileLimits limits : {FileLimits{.records = 3}, FileLimits{.bytes = 14}, FileLimits{2, 15}}) {
    divide(limits, {records});
    const auto whole = sink_.files;
    const auto contents = sink_.contents;
    for (std::size_t length = 1; length < records.size(); ++length) {
      std::vector<std::vector<std::string>> batches;
      for (std::size_t at = 0; at < records.size(); ++at) {
        if (at % length == 0) batches.emplace_back();
        batches.back().push_back(records[at]);
      }
      divide(limits, batches);
      EXPECT_EQ(sink_.files, whole) << length;
      EXPECT_EQ(sink_.contents, contents) << length;
    }
  }
}

TEST_F(DividerTest, AFileIsAsLargeAsItMayBeAndNotLarger) {
  const std::uint64_t size = file_of("aa,\nbb").size();
  divide({.bytes = size}, {{"aa", "bb", "cc"}});
  EXPECT_THAT(sink_.files, ElementsAre(file_of("aa,\nbb"), file_of("cc")));
  divide({.bytes = size - 1}, {{"aa", "bb", "cc"}});
  EXPECT_EQ(sink_.files.size(), 3U);
}

TEST_F(DividerTest, ARecordThatIsTooLongForAnyFileHasOneOfItsOwn) {
  const std::string longest(1000, 'x');
  divide({.bytes = 20}, {{"a", longest, "b", longest}});
  EXPECT_THAT(sink_.files, ElementsAre(file_of("a"), file_of(longest), file_of("b"), file_of(longest)));
}

TEST_F(DividerTest, ContentsNumberTheRecordsAsTheWholeRunDoes) {
  divide({.records = 2}, {{"a", ""}, {"", "b", "c"}, {"", "d"}});
  EXPECT_THAT(sink_.contents,
              ElementsAre(FileContent{1, 2, file_of("a,\nb").size()}, FileContent{5, 2, file_of("c,\nd").size()}));
}

TEST_F(DividerTest, FilesThatAreKeptArePassedOver) {
  const std::vector<std::vector<std::string>> batches = {{"a", "b", "c"}, {"d", "e"}};
  divide({.records = 2}, batches);
  const auto contents = sink_.contents;
  divide({.records = 2}, batches, {contents[0]});
  EXPECT_THAT(sink_.files, ElementsAre(file_of("c,\nd"), file_of("e")));
  divide({.records = 2}, batches, contents);
  EXPECT_THAT(sink_.files, ElementsAre());
}

TEST_F(DividerTest, AFileThatIsKeptMustBeWhatTheRecordsGive) {
  const std::vector<std::vector<std::string>> batches = {{"a", "b", "c"}};
  divide({.records = 2}, batches);
  auto contents = sink_.contents;
  EXPECT_THROW(divide({.records = 2}, {{"a", "bb", "c"}}, contents), Error);
  EXPECT_THROW(divide({.records = 2}, {{"", "a", "b", "c"}}, contents), Error);
  contents.push_back(contents[1]);
  EXPECT_THROW(divide({.records = 2}, batches, contents), Error);
}

}  // namespace
}  // namespace bulkmarc
