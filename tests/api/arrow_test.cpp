#include <bulkmarc/arrow.hpp>

#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "support/arrow_consumer.hpp"
#include "support/exports.hpp"
#include "support/rows.hpp"

namespace bulkmarc {
namespace {

using testing::HasSubstr;

class ArrowTest : public testing::Test {
 protected:
  ArrowTest() {
    options_.batch_bytes = 4096;
    options_.threads = 2;
    for (std::size_t i = 0; i < records_.size(); ++i) {
      if (i % 5 != 0)
        records_[i].add_control("005", fmt::format("{}{:02}{:02}23595{}.0", 1800 + i, i % 12 + 1, i % 28 + 1, i % 10));
    }
  }

  RowStream rows() const { return {Source::records(records_), table_, options_}; }

  ArrowArrayStream stream_of(RowStream rows) {
    ArrowArrayStream stream = {};
    export_arrow(std::move(rows), &stream);
    EXPECT_NE(stream.release, nullptr);
    EXPECT_EQ(stream.get_schema(&stream, &schema_), 0);
    arrow::check_schema(schema_);
    return stream;
  }

  template <class Node>
  static void release(Node& node) {
    node.release(&node);
    EXPECT_EQ(node.release, nullptr);
  }

  std::vector<std::string> lines_of_rows() const {
    RowStream again = rows();
    return lines_of(again);
  }

  std::vector<Record> records_ = numbered_records(500);
  Table table_ = Table::of_columns(
      "id=001,title=245$a$b,subjects[]=650$a,none=999$a,nothing[]=999$a,number:int=001/2-#,"
      "day:date=005,time:timestamp=005,subject:bool=650,missing:bool=999,never:date=999$a");
  RunOptions options_;
  ArrowSchema schema_ = {};
};

TEST_F(ArrowTest, AConsumerReadsTheRows) {
  for (const Table& table : {table_, Table::subfields(), Table::records()}) {
    table_ = table;
    ArrowArrayStream stream = stream_of(rows());
    std::vector<std::string> lines;
    while (true) {
      ArrowArray array = {};
      ASSERT_EQ(stream.get_next(&stream, &array), 0);
      if (array.release == nullptr) break;
      arrow::check_array(schema_, array);
      for (std::string& line : arrow::lines_of(schema_, array)) lines.push_back(std::move(line));
      release(array);
    }
    ArrowArray after_the_end = {};
    EXPECT_EQ(stream.get_next(&stream, &after_the_end), 0);
    EXPECT_EQ(after_the_end.release, nullptr);
    release(stream);
    release(schema_);
    EXPECT_EQ(lines == lines_of_rows(), true);
  }
}

TEST_F(ArrowTest, TheSchemaIsThatOfTheTable) {
  ArrowArrayStream stream = stream_of(rows());
  EXPECT_STREQ(schema_.format, "+s");
  std::string columns;
  for (std::int64_t i = 0; i < schema_.n_children; ++i) {
    const ArrowSchema& child = *schema_.children[i];
    columns += std::string(child.name) + " " + child.format + ((child.flags & ARROW_FLAG_NULLABLE) != 0 ? "? " : " ");
  }
  EXPECT_EQ(columns,
            "record_number l id u? title u? subjects +l none u? nothing +l "
            "number l? day tdD? time tss:? subject b missing b never tdD? ");
  release(schema_);
  release(stream);
}

TEST_F(ArrowTest, ArraysAndSchemaOutliveTheStream) {
  ArrowArrayStream stream = stream_of(rows());
  ArrowArray array = {};
  ASSERT_EQ(stream.get_next(&stream, &array), 0);
  release(stream);
  arrow::check_array(schema_, array);
  const std::vector<std::string> lines = arrow::lines_of(schema_, array);
  EXPECT_EQ(lines.front(), lines_of_rows().front());
  release(array);
  release(schema_);
}

TEST_F(ArrowTest, AChildMayBeMovedOutAndOutlivesItsParent) {
  ArrowArrayStream stream = stream_of(rows());
  ArrowArray array = {};
  ASSERT_EQ(stream.get_next(&stream, &array), 0);
  ArrowArray subjects = std::exchange(*array.children[3], {});
  ArrowArray items = std::exchange(*subjects.children[0], {});
  ArrowSchema schema_of_subjects = std::exchange(*schema_.children[3], {});
  release(array);
  release(schema_);
  release(stream);
  release(subjects);
  arrow::check_array(*schema_of_subjects.children[0], items);
  release(items);
  release(schema_of_subjects);
}

TEST_F(ArrowTest, AnArrayMayBeMovedAsAWholeAndReleasedInAnotherThread) {
  ArrowArrayStream stream = stream_of(rows());
  ArrowArray array = {};
  ASSERT_EQ(stream.get_next(&stream, &array), 0);
  ArrowArray moved = std::exchange(array, {});
  std::thread([&] {
    arrow::check_array(schema_, moved);
    release(moved);
  }).join();
  release(stream);
  release(schema_);
}

TEST_F(ArrowTest, ASchemaMayBeAskedForAgain) {
  ArrowArrayStream stream = stream_of(rows());
  ArrowSchema again = {};
  EXPECT_EQ(stream.get_schema(&stream, &again), 0);
  release(schema_);
  arrow::check_schema(again);
  release(again);
  release(stream);
}

TEST_F(ArrowTest, AnErrorIsThatOfTheStream) {
  ArrowArrayStream stream =
      stream_of({Source::pulled([](Record&) -> bool { throw std::runtime_error("the cursor is gone"); }), table_});
  EXPECT_EQ(stream.get_last_error(&stream), nullptr);
  ArrowArray array = {};
  for (int attempt = 0; attempt < 2; ++attempt) {
    EXPECT_EQ(stream.get_next(&stream, &array), EIO);
    EXPECT_THAT(stream.get_last_error(&stream), HasSubstr("the cursor is gone"));
    EXPECT_EQ(array.release, nullptr);
  }
  release(stream);
  release(schema_);
}

TEST_F(ArrowTest, ACancelledStreamSaysSo) {
  std::stop_source stop;
  stop.request_stop();
  options_.stop = stop.get_token();
  ArrowArrayStream stream = stream_of(rows());
  ArrowArray array = {};
  EXPECT_EQ(stream.get_next(&stream, &array), ECANCELED);
  release(stream);
  release(schema_);
}

}  // namespace
}  // namespace bulkmarc
