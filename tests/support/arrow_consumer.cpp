#include "support/arrow_consumer.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/rows.hpp"

namespace arrow {
namespace {

using Json = nlohmann::ordered_json;

template <class Element>
const Element* buffer(const ArrowArray& array, int index) {
  const void* const begin = array.buffers[index];
  EXPECT_NE(begin, nullptr);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(begin) % 8, 0U) << "buffers are aligned to 8 bytes";
  return static_cast<const Element*>(begin);
}

bool is_valid(const ArrowArray& array, std::int64_t row) {
  if (array.buffers[0] == nullptr) return true;
  return (static_cast<const std::uint8_t*>(array.buffers[0])[row / 8] >> (row % 8) & 1) != 0;
}

void check_validity(const ArrowSchema& schema, const ArrowArray& array) {
  std::int64_t nulls = 0;
  for (std::int64_t row = 0; row < array.length; ++row) nulls += is_valid(array, row) ? 0 : 1;
  EXPECT_EQ(array.null_count, nulls);
  EXPECT_TRUE((schema.flags & ARROW_FLAG_NULLABLE) != 0 || nulls == 0) << schema.name;
}

/// Returns the last offset.
std::int32_t check_offsets(const ArrowArray& array) {
  const auto* offsets = buffer<std::int32_t>(array, 1);
  EXPECT_EQ(offsets[0], 0);
  for (std::int64_t row = 0; row < array.length; ++row) {
    EXPECT_LE(offsets[row], offsets[row + 1]);
    EXPECT_TRUE(is_valid(array, row) || offsets[row] == offsets[row + 1]);
  }
  return offsets[array.length];
}

bool is(const ArrowSchema& schema, std::string_view format) { return schema.format == format; }

std::string_view text(const ArrowArray& array, std::int64_t row) {
  const auto* offsets = static_cast<const std::int32_t*>(array.buffers[1]);
  return {static_cast<const char*>(array.buffers[2]) + offsets[row],
          static_cast<std::size_t>(offsets[row + 1] - offsets[row])};
}

Json value(const ArrowSchema& schema, const ArrowArray& array, std::int64_t row) {
  if (!is_valid(array, row)) return nullptr;
  if (is(schema, "l")) return static_cast<const std::int64_t*>(array.buffers[1])[row];
  if (is(schema, "b")) return (static_cast<const std::uint8_t*>(array.buffers[1])[row / 8] >> (row % 8) & 1) != 0;
  if (is(schema, "tdD")) return iso_date(static_cast<const std::int32_t*>(array.buffers[1])[row]);
  if (is(schema, "tss:")) return iso_timestamp(static_cast<const std::int64_t*>(array.buffers[1])[row]);
  if (is(schema, "u")) return text(array, row);
  const auto* offsets = static_cast<const std::int32_t*>(array.buffers[1]);
  Json list = Json::array();
  for (std::int32_t item = offsets[row]; item < offsets[row + 1]; ++item)
    list.push_back(text(*array.children[0], item));
  return list;
}

Json object(const ArrowSchema& schema, const ArrowArray& array, std::int64_t row) {
  Json object;
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    object[schema.children[i]->name] = value(*schema.children[i], *array.children[i], row);
  }
  return object;
}

}  // namespace

void check_schema(const ArrowSchema& schema) {
  ASSERT_NE(schema.release, nullptr);
  ASSERT_NE(schema.format, nullptr);
  ASSERT_NE(schema.name, nullptr);
  EXPECT_EQ(schema.metadata, nullptr);
  EXPECT_EQ(schema.dictionary, nullptr);
  EXPECT_EQ(schema.flags & ~std::int64_t{ARROW_FLAG_NULLABLE}, 0);
  if (is(schema, "+s")) {
    EXPECT_GT(schema.n_children, 0);
  } else if (is(schema, "+l")) {
    ASSERT_EQ(schema.n_children, 1);
    EXPECT_TRUE(is(*schema.children[0], "u"));
  } else {
    const auto is_this = [&](std::string_view format) { return is(schema, format); };
    EXPECT_TRUE(std::ranges::any_of(std::array{"l", "u", "b", "tdD", "tss:"}, is_this)) << schema.format;
    EXPECT_EQ(schema.n_children, 0);
  }
  for (std::int64_t i = 0; i < schema.n_children; ++i) check_schema(*schema.children[i]);
}

void check_array(const ArrowSchema& schema, const ArrowArray& array) {
  ASSERT_NE(array.release, nullptr);
  EXPECT_GE(array.length, 0);
  EXPECT_EQ(array.offset, 0);
  EXPECT_EQ(array.dictionary, nullptr);
  ASSERT_EQ(array.n_children, schema.n_children);
  ASSERT_NE(array.buffers, nullptr);
  check_validity(schema, array);
  if (is(schema, "+s")) {
    EXPECT_EQ(array.n_buffers, 1);
    for (std::int64_t i = 0; i < array.n_children; ++i) EXPECT_EQ(array.children[i]->length, array.length);
  } else if (is(schema, "+l")) {
    ASSERT_EQ(array.n_buffers, 2);
    EXPECT_EQ(check_offsets(array), array.children[0]->length);
  } else if (is(schema, "u")) {
    ASSERT_EQ(array.n_buffers, 3);
    check_offsets(array);
    buffer<char>(array, 2);
  } else {
    ASSERT_EQ(array.n_buffers, 2);
    buffer<std::int64_t>(array, 1);
  }
  for (std::int64_t i = 0; i < array.n_children; ++i) check_array(*schema.children[i], *array.children[i]);
}

std::vector<std::string> lines_of(const ArrowSchema& schema, const ArrowArray& array) {
  std::vector<std::string> lines;
  for (std::int64_t row = 0; row < array.length; ++row) lines.push_back(object(schema, array, row).dump());
  return lines;
}

}  // namespace arrow
