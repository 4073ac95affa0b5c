#include "support/rows.hpp"

#include <algorithm>
#include <ctime>
#include <sstream>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace bulkmarc;
using Json = nlohmann::json;

namespace {

// The lines are put together by hand: a thousand objects of the JSON library take a sanitized program seconds.
void append_text(std::string& line, std::string_view text) {
  const auto is_odd = [](char byte) { return static_cast<unsigned char>(byte) < 0x20 || byte == '"' || byte == '\\'; };
  if (std::ranges::any_of(text, is_odd)) {
    line += Json(text).dump();
  } else {
    line.append(1, '"').append(text).append(1, '"');
  }
}

void append_value(std::string& line, const ColumnValues& values, ColumnType type, std::size_t row) {
  if (values.is_null(row)) {
    line += "null";
  } else if (type == ColumnType::kInteger) {
    line += std::to_string(values.integers[row]);
  } else if (type == ColumnType::kBoolean) {
    line += values.integers[row] == 0 ? "false" : "true";
  } else if (type == ColumnType::kDate) {
    append_text(line, iso_date(values.integers[row]));
  } else if (type == ColumnType::kTimestamp) {
    append_text(line, iso_timestamp(values.integers[row]));
  } else if (type == ColumnType::kText) {
    append_text(line, values.text(row));
  } else {
    const auto first = static_cast<std::size_t>(values.offsets[row]);
    const auto end = static_cast<std::size_t>(values.offsets[row + 1]);
    line += '[';
    for (std::size_t item = first; item < end; ++item) {
      if (item != first) line += ',';
      append_text(line, values.item(item));
    }
    line += ']';
  }
}

std::tm parts_of(std::int64_t seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&time, &parts);
  return parts;
}

}  // namespace

std::string iso_date(std::int64_t days) {
  const std::tm parts = parts_of(days * 24 * 60 * 60);
  return fmt::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

std::string iso_timestamp(std::int64_t seconds) {
  const std::tm parts = parts_of(seconds);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

void append_lines(std::vector<std::string>& lines, const RowBatch& batch, const Table& table) {
  const auto& columns = table.columns();
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const ColumnValues& values = batch.columns()[i];
      EXPECT_TRUE(columns[i].nullable || !values.is_null(row)) << columns[i].name;
      line += i == 0 ? '{' : ',';
      append_text(line, columns[i].name);
      line += ':';
      append_value(line, values, columns[i].type, row);
    }
    lines.push_back(line + '}');
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
    if (lines[count] == line) continue;
    ASSERT_EQ(lines[count], Json::parse(line).dump()) << count;
  }
  EXPECT_EQ(lines.size(), count);
}
