#include "pipeline/report_builder.hpp"

#include <string>

#include <gmock/gmock.h>

namespace bulkmarc {
namespace {

/// Keeps what is appended.
class Kept final : public StreamedOutput {
 public:
  void append(std::string_view bytes) override { bytes_ += bytes; }
  void commit() override {}
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

class AccountTest : public testing::Test {
 protected:
  Report report_;
  Kept kept_;
  ReportBuilder account_{report_, 3, &kept_};
};

TEST_F(AccountTest, RecordsAreNumberedThroughAllBatches) {
  Batch batch;
  batch.input = 2;
  BatchResult result;
  result.read = 10;
  result.exported = 9;
  result.rejects.push_back({4, 0, 40, "nr", Reason::kLeader, "detail"});
  account_.settle(batch, result);
  BatchResult next;
  next.read = 10;
  next.exported = 9;
  next.rejects = {{0, 0, 100, "nr2", Reason::kIndicators, "detail"}};
  account_.settle(batch, next);
  ASSERT_EQ(report_.rejects.size(), 2U);
  EXPECT_EQ(report_.rejects[0].record, 5U);
  EXPECT_EQ(report_.rejects[1].record, 11U);
  EXPECT_EQ(report_.rejects[1].input, 2U);
  EXPECT_EQ(report_.records_read, 20U);
  EXPECT_EQ(report_.records_exported, 18U);
  EXPECT_EQ(report_.records_rejected, 2U);
}

TEST_F(AccountTest, ListsAreCappedAndCountsAreNot) {
  const Batch batch;
  for (int i = 0; i < 10; ++i) {
    BatchResult result;
    result.read = 2;
    result.repaired = 2;
    result.exported = 2;
    result.repairs = {{0, 0, 0, "", Reason::kIndicators, ""}, {1, 0, 0, "", Reason::kIndicators, ""}};
    account_.settle(batch, result);
  }
  EXPECT_EQ(report_.repairs.size(), 3U);
  EXPECT_EQ(report_.repairs.back().record, 3U);
  EXPECT_EQ(report_.records_repaired, 20U);
}

TEST_F(AccountTest, RejectedBytesAreKeptInOrder) {
  const Batch batch;
  for (const char* bytes : {"one ", "", "two"}) {
    BatchResult result;
    result.rejected_bytes.append(bytes);
    account_.settle(batch, result);
  }
  EXPECT_EQ(kept_.bytes(), "one two");
}

}  // namespace
}  // namespace bulkmarc
