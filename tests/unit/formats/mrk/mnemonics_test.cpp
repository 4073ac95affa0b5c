#include "formats/mrk/mnemonics.hpp"

#include <gtest/gtest.h>

namespace bulkmarc {
namespace {

std::string decoded(std::string_view text) {
  std::string output;
  append_without_mnemonics(text, output);
  return output;
}

TEST(MrkMnemonicsTest, WhatHasAMeaningInTheFormatIsNamed) {
  EXPECT_EQ(decoded("{dollar}5 {lcub}a{rcub} {bsol}"), "$5 {a} \\");
}

TEST(MrkMnemonicsTest, CharactersBeyondAsciiAreNamed) {
  EXPECT_EQ(decoded("{AElig}sop, {Lstrok}{oelig}, {copy}2001, {phono}, 40{deg}, {iquest}"),
            "Æsop, Łœ, ©2001, ℗, 40°, ¿");
}

TEST(MrkMnemonicsTest, ACombiningCharacterFollowsItsLetter) {
  EXPECT_EQ(decoded("caf{acute}e"), "cafe\u0301");
  EXPECT_EQ(decoded("{dotb}{macr}a"), "a\u0323\u0304");
  EXPECT_EQ(decoded("{llig}t{rlig}s"), "t\uFE20s\uFE21");
  EXPECT_EQ(decoded("{acute}{aelig}"), "æ\u0301");
  EXPECT_EQ(decoded("{acute}é!"), "é\u0301!");
  EXPECT_EQ(decoded("{acute}"), "\u0301") << "nothing is lost where no letter follows";
}

TEST(MrkMnemonicsTest, ALetterAndItsMarkMayShareAMnemonic) {
  EXPECT_EQ(decoded("{eacute}{Ccaron}{zdot}"), "e\u0301C\u030Cz\u0307");
}

TEST(MrkMnemonicsTest, CodesOfMarc8AreUnderstood) { EXPECT_EQ(decoded("{24}{E2}e{A5}"), "$e\u0301Æ"); }

TEST(MrkMnemonicsTest, WhatIsUnknownIsKept) {
  for (const char* text :
       {"{", "}", "{}", "{unknown}", "{dollar", "{ dollar}", "{FF}", "{{", "{averylongwordthatisno}"}) {
    EXPECT_EQ(decoded(text), text);
  }
  EXPECT_EQ(decoded("{{dollar}}"), "{$}");
}

TEST(MrkMnemonicsTest, AllOfTheLibraryOfCongressAreKnown) {
  EXPECT_EQ(decoded("{pipe}{space}{spcirc}{spgrave}{sptilde}{spundscr}{squf}{A}{z}{0}"), "| ^`~_|Az0");
  EXPECT_EQ(decoded("{IJlig}{No}{osuper}{rdquofh}{rsquor}{shy}{circb}a{vlineb}b"),
            "\u0132№º”’\u00AD"
            "a\u032D"
            "b\u0329");
  EXPECT_EQ(decoded("{agr}{bgr}{ggr}{Acy}{zhcy}{SHCHcy}{ubrevecy}{softcy}"), "αβγАжЩўь");
  EXPECT_EQ(decoded("{Odblunder}{Ehookr}{Scommab}"), "O\u0333E\u0328S\u0326");
  EXPECT_EQ(decoded("{0A}{1F}"), "\n\x1F");
}

TEST(MrkMnemonicsTest, UnknownWordsInBracesAreCounted) {
  std::string output;
  EXPECT_EQ(append_without_mnemonics("{what}{acute}e {FF} {two words} { {} {averylongwordthatisnone}", output), 2U);
}

TEST(MrkMnemonicsTest, InMarc8TheyAreItsCodes) {
  std::string output;
  EXPECT_EQ(append_mnemonics_as_marc8("caf{acute}e {eacute} {AElig}{dollar}{hellip}{esc}{cyril}{what}\xE2o", output),
            1U);
  EXPECT_EQ(output,
            "caf\xE2"
            "e \xE2"
            "e \xA5$&#x2026;\x1B(N{what}\xE2o");
}

}  // namespace
}  // namespace bulkmarc
