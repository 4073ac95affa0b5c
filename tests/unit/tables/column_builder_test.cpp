#include "tables/row_batch.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace bulkmarc {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ColumnBuilderTest : public testing::Test {
 protected:
  static void add_text(ColumnBuilder& builder, std::string_view text) {
    EXPECT_TRUE(builder.append(text));
    builder.end_text();
  }
  static void add_list(ColumnBuilder& builder, const std::vector<std::string>& items) {
    for (const std::string& item : items) {
      EXPECT_TRUE(builder.append(item));
      EXPECT_TRUE(builder.end_item());
    }
    builder.end_list();
  }

  /// A list of structs of a text that may be null and a list of structs of one number.
  static std::vector<Column> children() {
    return {{"text", ColumnType::kText, true},
            {"structs", ColumnType::kStructs, true, {{"number", ColumnType::kInteger, false}}}};
  }
  /// A list of as many structs as numbers, each with the number as its text and as many structs.
  static void add_structs(ColumnBuilder& builder, const std::vector<int>& numbers) {
    for (const int number : numbers) {
      ColumnBuilder* const text = builder.first_child();
      ColumnBuilder* const structs = text + 1;
      add_text(*text, std::to_string(number));
      for (int i = 0; i < number; ++i) {
        structs->first_child()->integer(i);
        EXPECT_TRUE(structs->end_struct());
      }
      structs->end_structs();
      EXPECT_TRUE(builder.end_struct());
    }
    builder.end_structs();
  }

  ColumnBuilder structs_{ColumnType::kStructs, children()};
  ColumnBuilder integers_{ColumnType::kInteger};
  ColumnBuilder text_{ColumnType::kText};
  ColumnBuilder lists_{ColumnType::kTexts};
};

TEST_F(ColumnBuilderTest, TextsStandOneAfterTheOther) {
  add_text(text_, "one");
  add_text(text_, "");
  EXPECT_TRUE(text_.append("thr"));
  EXPECT_TRUE(text_.append("ee"));
  text_.end_text();
  const ColumnValues values = text_.values();
  EXPECT_THAT(values.offsets, ElementsAre(0, 3, 3, 8));
  EXPECT_EQ(values.characters, "onethree");
  EXPECT_EQ(values.text(2), "three");
}

TEST_F(ColumnBuilderTest, WithoutNullsThereIsNoBitmap) {
  add_text(text_, "one");
  EXPECT_THAT(text_.values().validity, IsEmpty());
  EXPECT_FALSE(text_.values().is_null(0));
}

TEST_F(ColumnBuilderTest, TheBitmapHasABitForEachRowAndNoneBeyond) {
  for (int row = 0; row < 11; ++row) {
    if (row == 2 || row == 8) {
      integers_.null();
    } else {
      integers_.integer(row);
    }
  }
  const ColumnValues values = integers_.values();
  EXPECT_EQ(integers_.null_count(), 2U);
  EXPECT_THAT(values.validity, ElementsAre(0b11111011, 0b00000110));
  EXPECT_THAT(values.integers, ElementsAre(0, 1, 0, 3, 4, 5, 6, 7, 0, 9, 10));
  EXPECT_TRUE(values.is_null(8));
  EXPECT_FALSE(values.is_null(9));
}

TEST_F(ColumnBuilderTest, TheBitmapCoversTheRowsAfterTheLastNull) {
  integers_.null();
  for (int row = 1; row < 20; ++row) integers_.integer(row);
  EXPECT_THAT(integers_.values().validity, ElementsAre(0b11111110, 0xFF, 0b00001111));
}

TEST_F(ColumnBuilderTest, ListsHaveOffsetsOfTheirItems) {
  add_list(lists_, {"a", "bc"});
  add_list(lists_, {});
  lists_.null();
  add_list(lists_, {""});
  const ColumnValues values = lists_.values();
  EXPECT_THAT(values.offsets, ElementsAre(0, 2, 2, 2, 3));
  EXPECT_THAT(values.item_offsets, ElementsAre(0, 1, 3, 3));
  EXPECT_EQ(values.item(1), "bc");
  EXPECT_TRUE(values.is_null(2));
}

TEST_F(ColumnBuilderTest, TextsOfAnyLengthAreWholeHoweverTheyComeIn) {
  std::string whole;
  for (char letter = 'a'; whole.size() < 200; letter = letter == 'z' ? 'a' : static_cast<char>(letter + 1))
    whole += letter;
  std::string expected;
  for (std::size_t length = 0; length <= 80; ++length) {
    const std::string_view text = std::string_view(whole).substr(length, length);
    add_text(text_, text);
    EXPECT_TRUE(text_.append(whole, length, 2 * length));
    text_.end_text();
    EXPECT_TRUE(text_.append(text, 0, length));  // Nothing may be read after it.
    text_.end_text();
    EXPECT_TRUE(text_.repeat(1));
    for (int i = 0; i < 4; ++i) expected += text;
  }
  EXPECT_EQ(text_.values().characters, expected);
  EXPECT_EQ(text_.rows(), 4 * 81U);
}

TEST_F(ColumnBuilderTest, TheLastValueMayBeRepeated) {
  integers_.integer(7);
  EXPECT_TRUE(integers_.repeat(1));
  integers_.null();
  EXPECT_TRUE(integers_.repeat(1));
  integers_.integer(8);
  EXPECT_TRUE(integers_.repeat(1));
  EXPECT_THAT(integers_.values().integers, ElementsAre(7, 7, 0, 0, 8, 8));
  EXPECT_THAT(integers_.values().validity, ElementsAre(0b110011));
  text_.null();
  EXPECT_TRUE(text_.repeat(1));
  EXPECT_EQ(text_.null_count(), 2U);
}

TEST_F(ColumnBuilderTest, AValueIsRepeatedInMemoryThatGrows) {
  integers_.integer(7);
  add_text(text_, "ab");
  EXPECT_TRUE(integers_.repeat(10'000));
  EXPECT_TRUE(text_.repeat(10'000));
  EXPECT_THAT(integers_.values().integers, AllOf(SizeIs(10'001), Each(7)));
  EXPECT_EQ(text_.values().text(10'000), "ab");
  text_.clear(5);
  add_text(text_, "ab");
  EXPECT_FALSE(text_.repeat(2));
  EXPECT_EQ(text_.rows(), 1U);
}

TEST_F(ColumnBuilderTest, TextsOfAnyLengthAreRepeated) {
  std::string expected;
  for (std::size_t length = 0; length <= 40; ++length) {
    const std::string text(length, static_cast<char>('0' + length));
    const std::size_t count = length % 7;
    add_text(text_, text);
    EXPECT_TRUE(text_.repeat(count));
    EXPECT_EQ(text_.text(text_.rows() - 1), text);
    for (std::size_t i = 0; i <= count; ++i) expected += text;
  }
  EXPECT_EQ(text_.values().characters, expected);
}

TEST_F(ColumnBuilderTest, ATextIsRepeatedUpToTheLastByteThatThereIsRoomFor) {
  for (const std::size_t length : {std::size_t{2}, std::size_t{16}, std::size_t{17}}) {
    text_.clear(3 * length);
    add_text(text_, std::string(length, 'x'));
    EXPECT_FALSE(text_.repeat(3));
    EXPECT_EQ(text_.rows(), 1U);
    EXPECT_TRUE(text_.repeat(2));
    EXPECT_EQ(text_.values().characters, std::string(3 * length, 'x'));
    EXPECT_EQ(text_.values().text(2), std::string(length, 'x'));
  }
}

TEST_F(ColumnBuilderTest, TheBitmapHoldsNullsThatAreFarApart) {
  constexpr std::size_t kBetween = 1000;
  for (std::size_t row = 0; row < 3 * kBetween; ++row) {
    row % kBetween == 1 ? integers_.null() : integers_.integer(1);
  }
  const ColumnValues values = integers_.values();
  EXPECT_EQ(values.validity.size(), 3 * kBetween / 8);
  for (std::size_t row = 0; row < 3 * kBetween; ++row) EXPECT_EQ(values.is_null(row), row % kBetween == 1) << row;
}

TEST_F(ColumnBuilderTest, WhatIsTakenBackLeavesNothing) {
  add_text(text_, "stays");
  text_.null();
  for (int row = 0; row < 20; ++row) text_.null();
  EXPECT_TRUE(text_.append("cut off"));
  text_.truncate(2);
  EXPECT_EQ(text_.null_count(), 1U);
  for (int row = 2; row < 20; ++row) add_text(text_, "x");
  const ColumnValues values = text_.values();
  EXPECT_THAT(values.validity, ElementsAre(0b11111101, 0xFF, 0b00001111));
  EXPECT_EQ(values.characters, "stays" + std::string(18, 'x'));
  EXPECT_EQ(values.offsets.size(), 21U);
}

TEST_F(ColumnBuilderTest, AListIsTakenBackWithItsItems) {
  add_list(lists_, {"a"});
  add_list(lists_, {"b", "c"});
  EXPECT_TRUE(lists_.append("d"));
  EXPECT_TRUE(lists_.end_item());
  lists_.truncate(1);
  add_list(lists_, {"e"});
  EXPECT_THAT(lists_.values().offsets, ElementsAre(0, 1, 2));
  EXPECT_THAT(lists_.values().item_offsets, ElementsAre(0, 1, 2));
  EXPECT_EQ(lists_.values().characters, "ae");
}

TEST_F(ColumnBuilderTest, StructsHaveTheirValuesInTheChildren) {
  add_structs(structs_, {2, 1});
  add_structs(structs_, {});
  structs_.null();
  add_structs(structs_, {0});
  const ColumnValues values = structs_.values();
  EXPECT_THAT(values.offsets, ElementsAre(0, 2, 2, 2, 3));
  EXPECT_TRUE(values.is_null(2));
  ASSERT_EQ(values.children.size(), 2U);
  EXPECT_EQ(values.children[0].characters, "210");
  EXPECT_THAT(values.children[1].offsets, ElementsAre(0, 2, 3, 3));
  EXPECT_THAT(values.children[1].children[0].integers, ElementsAre(0, 1, 0));
}

TEST_F(ColumnBuilderTest, StructsAreTakenBackWithAllThatIsInThem) {
  add_structs(structs_, {1});
  structs_.first_child()->null();
  structs_.first_child()[1].null();
  EXPECT_TRUE(structs_.end_struct());
  structs_.end_structs();
  add_text(*structs_.first_child(), "cut off");
  structs_.truncate(1);
  add_structs(structs_, {3});
  const ColumnValues values = structs_.values();
  EXPECT_THAT(values.offsets, ElementsAre(0, 1, 2));
  EXPECT_EQ(values.children[0].characters, "13");
  EXPECT_THAT(values.children[0].validity, IsEmpty());
  EXPECT_THAT(values.children[1].offsets, ElementsAre(0, 1, 4));
  EXPECT_THAT(values.children[1].children[0].integers, ElementsAre(0, 0, 1, 2));
}

TEST_F(ColumnBuilderTest, AClearedListOfStructsIsEmpty) {
  add_structs(structs_, {1, 2});
  structs_.clear();
  EXPECT_EQ(structs_.rows(), 0U);
  add_structs(structs_, {1});
  EXPECT_EQ(structs_.values().children[0].characters, "1");
}

TEST_F(ColumnBuilderTest, NoMoreStructsThanThereIsRoomFor) {
  structs_.clear(3);
  ColumnBuilder* const text = structs_.first_child();
  for (int i = 0; i < 4; ++i) {
    text->null();
    text[1].null();
    EXPECT_EQ(structs_.end_struct(), i < 3);
  }
}

TEST_F(ColumnBuilderTest, ABuilderIsForColumnsOfItsTypes) {
  EXPECT_TRUE(structs_.is_for({"any", ColumnType::kStructs, false, children()}));
  EXPECT_FALSE(structs_.is_for({"any", ColumnType::kStructs, false, {{"text", ColumnType::kText, true}}}));
  EXPECT_FALSE(structs_.is_for({"any", ColumnType::kTexts, false}));
  EXPECT_TRUE(text_.is_for({"any", ColumnType::kText, false}));
}

TEST_F(ColumnBuilderTest, AClearedOneBeginsAnewInTheSameMemory) {
  add_text(text_, std::string(100'000, 'x'));
  text_.null();
  const char* const memory = text_.values().characters.data();
  text_.clear();
  add_text(text_, std::string(100'000, 'y'));
  EXPECT_EQ(text_.rows(), 1U);
  EXPECT_EQ(text_.null_count(), 0U);
  EXPECT_THAT(text_.values().validity, IsEmpty());
  EXPECT_EQ(text_.values().characters.data(), memory);
}

TEST_F(ColumnBuilderTest, AColumnHasRoomForSoMuchAndNotForOneMore) {
  const std::string piece(kMostInColumn / 8, 'x');
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(text_.append(piece));
  EXPECT_TRUE(text_.append(""));
  EXPECT_FALSE(text_.append("x"));
  EXPECT_FALSE(text_.append(piece));
  text_.end_text();
  EXPECT_EQ(text_.values().offsets.back(), static_cast<std::int32_t>(kMostInColumn));
  text_.clear();
  EXPECT_TRUE(text_.append(piece));
}

}  // namespace
}  // namespace bulkmarc
