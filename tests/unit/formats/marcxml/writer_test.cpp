#include <string>

#include <gtest/gtest.h>

#include <bulkmarc/record.hpp>

#include "formats/marcxml/schema.hpp"
#include "support/emitted.hpp"
#include "support/plain_record.hpp"

namespace bulkmarc {
namespace {

Emitted emit_xml(const Record& record) { return emit(Format::kMarcXml, record); }

/// The text of the only control field, emitted with this data.
std::string control_field(std::string_view data) {
  Record record;
  record.add_field("003", data);
  const std::string xml = emit_xml(record).text;
  const std::size_t from = xml.find("<controlfield");
  return xml.substr(from, xml.find("\n</record>") - from);
}

TEST(MarcXmlTest, ARecordIsLeaderControlFieldsAndDataFields) {
  Record record("00000nam  2200000 i 4500");
  record.add_data("245", "1 ", {{'a', "Moby Dick /"}, {'c', "Melville."}}).add_control("001", "ocm1");
  const Emitted emitted = emit_xml(record);
  EXPECT_EQ(emitted.text,
            "<record>\n"
            "<leader>00000nam a2200000 i 4500</leader>\n"
            "<controlfield tag=\"001\">ocm1</controlfield>\n"
            "<datafield tag=\"245\" ind1=\"1\" ind2=\" \"><subfield code=\"a\">Moby Dick /</subfield>"
            "<subfield code=\"c\">Melville.</subfield></datafield>\n"
            "</record>\n");
  EXPECT_EQ(emitted.repair(), "none");
}

TEST(MarcXmlTest, MarkupInDataIsEscaped) {
  EXPECT_EQ(control_field("a < b & c > d \"'"), "<controlfield tag=\"003\">a &lt; b &amp; c &gt; d \"'</controlfield>");
}

TEST(MarcXmlTest, WhiteSpaceIsData) {
  EXPECT_EQ(control_field("  a\t\n\rb  "), "<controlfield tag=\"003\">  a\t\n&#xD;b  </controlfield>");
}

TEST(MarcXmlTest, WhatXmlForbidsBecomesTheReplacementCharacterAndIsReported) {
  for (const std::string_view bad :
       {std::string_view("\0", 1), std::string_view("\x08"), std::string_view("\x1B"), std::string_view("\x1F"),
        std::string_view("\xEF\xBF\xBE"), std::string_view("\xEF\xBF\xBF")}) {
    const std::string data = "a" + std::string(bad) + "b";
    EXPECT_EQ(control_field(data),
              "<controlfield tag=\"003\">a\xEF\xBF\xBD"
              "b</controlfield>");
    Record record;
    record.add_field("003", data);
    EXPECT_EQ(emit_xml(record).repair(), "character");
  }
}

TEST(MarcXmlTest, CharactersNearTheForbiddenOnesAreKept) {
  for (const char* good : {"\xEF\xBF\xBD", "\xEF\xBB\xBF", "\xEF\xBF\xBC", "\x7F", "\xC2\x85", "\xF0\x9F\xBF\xBF"}) {
    Record record;
    record.add_control("003", good);
    const Emitted emitted = emit_xml(record);
    EXPECT_NE(emitted.text.find(good), std::string::npos);
    EXPECT_EQ(emitted.repair(), "none");
  }
}

TEST(MarcXmlTest, AttributesAreEscaped) {
  Record record;
  record.add_data("<&\"", "<\"", {{'>', "x"}, {'&', "y"}, {'\'', "z"}});
  const std::string xml = emit_xml(record).text;
  EXPECT_NE(xml.find("tag=\"&lt;&amp;&quot;\" ind1=\"&lt;\" ind2=\"&quot;\""), std::string::npos) << xml;
  EXPECT_NE(xml.find("code=\"&gt;\""), std::string::npos) << xml;
  EXPECT_NE(xml.find("code=\"&amp;\""), std::string::npos) << xml;
  EXPECT_NE(xml.find("code=\"'\""), std::string::npos) << xml;
}

TEST(MarcXmlTest, ACodeThatXmlForbidsIsReplaced) {
  for (const char* code : {"\x01", "\xEF\xBF\xBE", "\xEF\xBF\xBF"}) {
    Record record;
    record.add_field("245", std::string("10\x1F") + code + "text");
    const std::string xml = emit_xml(record).text;
    EXPECT_NO_THROW(require_well_formed_xml(xml)) << xml;
    EXPECT_NE(xml.find("<subfield code=\"\xEF\xBF\xBD\">text</subfield>"), std::string::npos) << xml;
  }
}

TEST(MarcXmlTest, FindingsSayWhere) {
  const auto location_in = [](std::string_view tag, std::string_view bytes) {
    const Emitted emitted = emit_xml(Record().add_control("001", "x").add_field(tag, bytes));
    EXPECT_EQ(emitted.result.repairs.size(), 1U);
    EXPECT_EQ(emitted.result.repairs.at(0).location.tag, tag);
    return emitted.result.repairs.at(0).location;
  };
  const FieldLocation escape = location_in("500",
                                           "  \x1F"
                                           "a1 129\x1Bp0");
  EXPECT_EQ(escape.occurrence, 1U);
  EXPECT_EQ(escape.subfield, "a");
  EXPECT_EQ(escape.position, 9U);
  EXPECT_EQ(escape.snippet, " \\x1Fa1 129\\x1Bp0");
  EXPECT_EQ(location_in("003", "ab\x01").position, 2U);
  EXPECT_EQ(location_in("500",
                        "  \x1F"
                        "ax\xEF\xBF\xBF")
                .position,
            5U);
  EXPECT_EQ(location_in("500",
                        "A \x1F"
                        "ax")
                .position,
            0U)
      << "schema: an indicator";
  EXPECT_EQ(location_in("500", "  \x1F|x").subfield, "|") << "schema: a code";
  EXPECT_EQ(location_in("c-t",
                        "  \x1F"
                        "ax")
                .position,
            0U)
      << "schema: a tag";
  EXPECT_EQ(location_in("000", "x").position, 0U) << "schema: a control field's tag";
  const Emitted leader = emit_xml(Record("00000nam a2200000 i|4500"));
  ASSERT_EQ(leader.result.repairs.size(), 1U);
  EXPECT_EQ(leader.result.repairs[0].location.tag, "LDR");
}

TEST(MarcXmlTest, WhatTheSchemaForbidsIsExportedAndReported) {
  const std::vector<std::pair<const char*, void (*)(Record&)>> oddities = {
      {"schema",
       [](Record& r) {
         r.add_data("C-T", "  ", {{'a', "x"}});
       }},
      {"schema",
       [](Record& r) {
         r.add_data("cAt", "  ", {{'a', "x"}});
       }},
      {"schema", [](Record& r) { r.add_control("000", "x"); }},
      {"schema",
       [](Record& r) {
         r.add_data("245", "A ", {{'a', "x"}});
       }},
      {"schema",
       [](Record& r) {
         r.add_data("245", " |", {{'a', "x"}});
       }},
      {"schema",
       [](Record& r) {
         r.add_data("245", "  ", {{'|', "x"}});
       }},
      {"schema", [](Record& r) { r.set_leader("00000nam a2200000 i|4500"); }},
      {"subfields", [](Record& r) { r.add_data("245", "  ", {}); }},
      {"none",
       [](Record& r) {
         r.add_data("CAT", "z0", {{'A', "x"}});
       }},
  };
  for (const auto& [reason, make_odd] : oddities) {
    Record record;
    record.add_control("001", "1");
    make_odd(record);
    const Emitted emitted = emit_xml(record);
    EXPECT_EQ(emitted.repair(), reason) << emitted.text;
    EXPECT_EQ(emitted.result.exported, 1U);
  }
}

TEST(MarcXmlSchemaTest, AllowsTheLeadersOfTheStandard) {
  using marcxml_schema::allows_leader;
  EXPECT_TRUE(allows_leader("00000nam a2200000 i 4500"));
  EXPECT_TRUE(allows_leader("     cz  a22     n  4500"));
  EXPECT_TRUE(allows_leader("00000nam a2200000 i     "));
  EXPECT_FALSE(allows_leader("00000n m a2200000 i 4500"));
  EXPECT_FALSE(allows_leader("00000nam a3200000 i 4500"));
  EXPECT_FALSE(allows_leader("00000nam a2200000 i|4500"));
  EXPECT_FALSE(allows_leader("0000xnam a2200000 i 4500"));
  EXPECT_FALSE(allows_leader("00000nam a2200000 i 4501"));
}

}  // namespace
}  // namespace bulkmarc
