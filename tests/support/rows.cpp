#include "support/rows.hpp"

#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace bulkmarc;
using Json = nlohmann::ordered_json;

namespace {

Json value_of(const ColumnValues& values, ColumnType type, std::size_t row) {
  if (values.is_null(row)) return nullptr;
  if (type == ColumnType::kInteger) return values.integers[row];
  if (type == ColumnType::kText) return values.text(row);
  Json list = Json::array();
  for (auto item = static_cast<std::size_t>(values.offsets[row]);
       item < static_cast<std::size_t>(values.offsets[row + 1]); ++item) {
    list.push_back(values.item(item));
  }
  return list;
}

}  // namespace

void append_lines(std::vector<std::string>& lines, const RowBatch& batch, const Table& table) {
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    Json object;
    for (std::size_t i = 0; i < table.columns().size(); ++i) {
      const Column& column = table.columns()[i];
      EXPECT_TRUE(column.nullable || !batch.columns()[i].is_null(row)) << column.name;
      object[column.name] = value_of(batch.columns()[i], column.type, row);
    }
    lines.push_back(object.dump());
  }
}

std::vector<std::string> lines_of(RowStream& rows) {
  std::vector<std::string> lines;
  RowBatch batch;
  while (rows.next(batch)) append_lines(lines, batch, rows.table());
  return lines;
}

void expect_same_lines(const std::vector<std::string>& lines, std::string_view ndjson) {
  std::istringstream stream{std::string(ndjson)};
  std::size_t count = 0;
  for (std::string line; std::getline(stream, line); ++count) {
    ASSERT_LT(count, lines.size());
    ASSERT_EQ(lines[count], Json::parse(line).dump()) << count;
  }
  EXPECT_EQ(lines.size(), count);
}
