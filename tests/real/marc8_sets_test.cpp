#include <string>

#include "real/real_data.hpp"
#include "support/plain_record.hpp"
#include "text/marc8.hpp"
#include "text/marc8_tables.hpp"

namespace bulkmarc {
namespace {

/// Self-made records that hold every character of every set, against those that yaz-marcdump makes of them.
class Marc8SetsTest : public RealDataTest {
 protected:
  void SetUp() override {
    if (!can_decode_marc8() || !is_installed("yaz-marcdump")) GTEST_SKIP() << "no YAZ";
  }

  /// All characters of a set as it is called by `escape`, each followed by a blank that may be its base.
  static std::string all_of(const Marc8Set& set, const std::string& escape, char high_bit) {
    std::string text = escape;
    for (char code = 0x21; code < 0x7F; ++code) {
      if (set.characters[static_cast<unsigned char>(code)] != 0) (text += static_cast<char>(code | high_bit)) += ' ';
    }
    return text;
  }

  void add(const std::string& text) {
    Record& record = records_.emplace_back("00000nam  2200000 i 4500");
    record.add_control("001", std::to_string(records_.size())).add_data("500", "  ", {{'a', text}, {'b', "abc"}});
  }

  std::vector<Record> records_;
};

TEST_F(Marc8SetsTest, EveryCharacterIsWhatYazMarcdumpSays) {
  for (const Marc8Set& set : marc8_sets()) {
    add(all_of(set, std::string("\x1B(") + set.final_byte, 0));
    add(all_of(set, std::string("\x1B)") + set.final_byte, '\x80'));
    add(all_of(set, std::string("\x1B") + set.final_byte, 0));
  }
  std::string text;
  for (const EastAsianCharacter& character : east_asian_characters()) {
    for (const int shift : {16, 8, 0}) text += static_cast<char>(character.code >> shift & 0x7F);
    if (text.size() < 9'000 && &character != &east_asian_characters().back()) continue;
    add("\x1B$1" + text + "\x1B(B!");
    text.clear();
  }
  const auto path = folder_.write("sets.mrc", iso2709(records_));
  ASSERT_TRUE(run("yaz-marcdump -o marcxml -f marc-8 -t utf-8 '" + path.string() + "'", "yaz.xml"));

  const Exported exported = export_to_memory(Source::file(path));
  EXPECT_EQ(exported.report.records_exported, records_.size());
  for (const Finding& repair : exported.report.repairs) {
    EXPECT_EQ(repair.detail.substr(0, 27), "the text was read as MARC-8") << "an accent over a blank is doubtful";
  }
  auto theirs = read_marcxml(folder_.read("yaz.xml"));
  for (PlainRecord& record : theirs) record.leader.at(9) = 'a';
  const auto ours = read_marcxml(exported.bytes);
  ASSERT_EQ(ours.size(), theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) EXPECT_EQ(ours[i], theirs[i]);
}

}  // namespace
}  // namespace bulkmarc
