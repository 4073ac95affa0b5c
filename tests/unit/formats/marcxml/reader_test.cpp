#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <bulkmarc/error.hpp>

#include "formats/marcxml/reader.hpp"
#include "formats/marcxml/xml_encoding.hpp"
#include "input/text_reader.hpp"
#include "input/transcoder.hpp"
#include "support/given_stream.hpp"

namespace bulkmarc {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

/// What was read, in lines: a record as its fields with `|` after each, `$` for 0x1F, and the reasons of its repairs; a
/// reject as its place and its problem.
using Lines = std::vector<std::string>;

std::string line_of(const Batch& batch, std::size_t index) {
  const BatchRecord& record = batch.items()[index];
  if (record.rejected) {
    const Problem& problem = batch.problems(index).front();
    return fmt::format("{}+{} {}: {}", record.offset, record.raw.size(), reason_name(problem.reason), problem.detail);
  }
  std::string line = std::string(record.view.leader()) + "|";
  for (const FieldView field : record.view.fields()) line += fmt::format("{} {}|", field.tag(), field.bytes());
  std::ranges::replace(line, kSubfieldDelimiter, '$');
  if (line.starts_with(kDefaultLeader)) line.replace(0, kLeaderLength, "L");
  if (record.repaired) {
    for (const Problem& repair : batch.problems(index)) line += fmt::format(" {}", reason_name(repair.reason));
  }
  return line;
}

Lines read(std::unique_ptr<ByteStream> stream, std::size_t batch_bytes) {
  TextReader reader(std::move(stream), std::make_unique<MarcXmlFormat>("given"), batch_bytes);
  Lines lines;
  Batch batch;
  while (reader.next(batch)) {
    reader.load(batch);
    for (std::size_t i = 0; i < batch.items().size(); ++i) lines.push_back(line_of(batch, i));
  }
  return lines;
}

/// Reads `xml` in batches of many sizes, and expects the same each time.
Lines read(const std::string& xml) {
  const Lines lines = read(std::make_unique<GivenStream>(xml), 1 << 20);
  for (const std::size_t batch_bytes : {1U, 2U, 3U, 7U, 64U, 500U}) {
    EXPECT_EQ(read(std::make_unique<GivenStream>(xml, batch_bytes), batch_bytes), lines)
        << "batches of " << batch_bytes;
  }
  return lines;
}

std::string collection(std::string_view content) {
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<collection xmlns=\"http://www.loc.gov/MARC21/slim\">{}</collection>\n",
      content);
}

constexpr std::string_view kLeaderElement = "<leader>00000nam a2200000 i 4500</leader>";

std::string record(std::string_view content) { return fmt::format("<record>{}{}</record>", kLeaderElement, content); }

std::string numbered(std::string_view number) {
  return record(fmt::format("<controlfield tag=\"001\">{}</controlfield>", number));
}

std::string in_subfield(std::string_view content) {
  return collection(record(fmt::format(
      "<datafield tag=\"245\" ind1=\"1\" ind2=\" \"><subfield code=\"a\">{}</subfield></datafield>", content)));
}

/// The line of a record made by in_subfield().
std::string title(std::string_view value) { return fmt::format("L|245 1 $a{}|", value); }

TEST(MarcXmlReaderTest, RecordsHaveTheirFieldsInTheirOrder) {
  EXPECT_THAT(read(collection("\n" +
                              record("<controlfield tag=\"001\">one</controlfield>\n"
                                     "<datafield tag=\"245\" ind1=\"1\" ind2=\"0\">\n"
                                     "  <subfield code=\"a\">Title :</subfield>\n"
                                     "  <subfield code=\"b\">rest</subfield>\n"
                                     "</datafield>\n"
                                     "<controlfield tag=\"005\">five</controlfield>") +
                              "\n" + numbered("two") + "\n")),
              ElementsAre("L|001 one|245 10$aTitle :$brest|005 five|", "L|001 two|"));
}

TEST(MarcXmlReaderTest, ARecordNeedsNoCollectionAndNoDeclaration) {
  EXPECT_THAT(read(numbered("one")), ElementsAre("L|001 one|"));
  EXPECT_THAT(read("\xEF\xBB\xBF\n" + numbered("one") + numbered("two")), ElementsAre("L|001 one|", "L|001 two|"));
}

TEST(MarcXmlReaderTest, AnyPrefixWillDo) {
  EXPECT_THAT(read("<m:collection xmlns:m='http://www.loc.gov/MARC21/slim'><m:record type='Bibliographic'>"
                   "<m:leader>00000nam a2200000 i 4500</m:leader><m:controlfield tag='001'>one</m:controlfield>"
                   "<m:datafield tag='245' ind1='1' ind2=' '><m:subfield code='a'>T</m:subfield></m:datafield>"
                   "</m:record ></m:collection>"),
              ElementsAre("L|001 one|245 1 $aT|"));
}

TEST(MarcXmlReaderTest, RecordsOfAHarvestAreInTheirMetadata) {
  const auto harvested = [](std::string_view number, std::string_view prefix) {
    return fmt::format(
        "<record><header><identifier>oai:x:{0}</identifier></header><metadata>"
        "<{1}record xmlns{2}=\"http://www.loc.gov/MARC21/slim\"><{1}leader>00000nam a2200000 i 4500</{1}leader>"
        "<{1}controlfield tag=\"001\">{0}</{1}controlfield></{1}record></metadata></record>",
        number, prefix, prefix.empty() ? "" : ":marc");
  };
  EXPECT_THAT(read("<OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\"><ListRecords>" + harvested("one", "") +
                   "<record><header status=\"deleted\"><identifier>gone</identifier></header></record>" +
                   harvested("two", "marc:") + "<resumptionToken>x</resumptionToken></ListRecords></OAI-PMH>"),
              ElementsAre("L|001 one|", "L|001 two|"));
}

TEST(MarcXmlReaderTest, ARecordWhoseOnlyChildIsDamagedIsAReject) {
  for (const char* child : {"<datafeild tag='245'>T</datafeild>", "<!-- c --> T", "< leader/>", "<>", "<leader", "<<",
                            "<metadatum><a/></metadatum>"}) {
    EXPECT_THAT(read(collection(numbered("one") + "<record>" + child + "</record>" + numbered("two"))),
                ElementsAre("L|001 one|", HasSubstr(" syntax: "), "L|001 two|"))
        << child;
  }
}

TEST(MarcXmlReaderTest, ADeletedRecordOfAHarvestIsNone) {
  EXPECT_THAT(read("<OAI-PMH><ListRecords><record><header status='deleted'/></record></ListRecords></OAI-PMH>"),
              IsEmpty());
}

TEST(MarcXmlReaderTest, TextIsDataToTheLastBlank) {
  for (const std::string_view value : {" ", "  two ", "\t\n", " \xC3\xA9 ", ""}) {
    EXPECT_THAT(read(in_subfield(value)), ElementsAre(title(value)));
  }
}

TEST(MarcXmlReaderTest, ReferencesAndCdataStandForTheirCharacters) {
  EXPECT_THAT(read(in_subfield("&lt;&amp;&gt;&quot;&apos;&#65;&#x42;&#xe9;&#x1F600;&#13;")),
              ElementsAre(title("<&>\"'AB\xC3\xA9\xF0\x9F\x98\x80\r")));
  EXPECT_THAT(read(in_subfield("a<![CDATA[<b>&amp; </record>]]> <![CDATA[c]]>")),
              ElementsAre(title("a<b>&amp; </record> c")));
}

TEST(MarcXmlReaderTest, CommentsAndInstructionsAreNotDataWhateverTheyHold) {
  EXPECT_THAT(read(in_subfield("a<!-- </record><record> & -->b<?x </record> ?>c")), ElementsAre(title("abc")));
  EXPECT_THAT(read(collection("<!-- " + numbered("no") + " -->" + numbered("one") + "<?x " + numbered("no") + "?>" +
                              "<record><!-- first -->" + std::string(kLeaderElement) + "</record>")),
              ElementsAre("L|001 one|", "L|"));
}

TEST(MarcXmlReaderTest, LineEndsAreOfOneKind) {
  EXPECT_THAT(read(in_subfield("a\r\nb\rc")), ElementsAre(title("a\nb\nc")));
}

TEST(MarcXmlReaderTest, AttributesComeInAnyOrderAndWithAnyQuotes) {
  EXPECT_THAT(read(collection("<record id='x>y'\n>" + std::string(kLeaderElement) +
                              "<datafield ind2 = '>' tag='245'\tind1=\"&quot;\" ><subfield code='&lt;' >T</subfield >"
                              "</datafield></record>")),
              ElementsAre("L|245 \">$<T|"));
}

TEST(MarcXmlReaderTest, WordsThatLookLikeTagsAreNone) {
  EXPECT_THAT(read(in_subfield("record /record :record record> &lt;record> recordings")),
              ElementsAre(title("record /record :record record> <record> recordings")));
}

TEST(MarcXmlReaderTest, FieldsMayBeEmpty) {
  EXPECT_THAT(
      read(collection(record("<controlfield tag=\"001\"/><datafield tag=\"245\" ind1=\" \" ind2=\" \"/>"
                             "<datafield tag=\"246\" ind1=\" \" ind2=\" \"><subfield code=\"a\"/></datafield>"))),
      ElementsAre("L|001 |245   |246   $a|"));
}

TEST(MarcXmlReaderTest, NoRecordsAreNotAnErrorWhereThereMightBeSome) {
  EXPECT_THAT(read(collection("")), IsEmpty());
  EXPECT_THAT(read("<collection/>"), IsEmpty());
  EXPECT_THAT(read("<OAI-PMH><error code=\"noRecordsMatch\"/></OAI-PMH>"), IsEmpty());
}

TEST(MarcXmlReaderTest, AnotherKindOfXmlIsNotMarc) {
  try {
    read("<html><body>record</body></html>");
    ADD_FAILURE() << "it was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kNotMarc);
    EXPECT_THAT(error.what(), HasSubstr("<html>"));
  }
}

TEST(MarcXmlReaderTest, WhatMayDoHarmIsRefused) {
  std::string nested;
  for (int i = 0; i < 200; ++i) nested += "<a>";
  for (const std::string& xml :
       {std::string("<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>") + collection(numbered("one")),
        nested}) {
    try {
      read(xml);
      ADD_FAILURE() << "it was read";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInputRefused);
      EXPECT_EQ(error.path(), "given");
    }
  }
  EXPECT_THAT(read("<!DOCTYPE collection SYSTEM \"marc.dtd\">" + collection(numbered("one"))),
              ElementsAre("L|001 one|"));
}

TEST(MarcXmlReaderTest, DeepNestingWithinARecordIsAReject) {
  std::string nested;
  for (int i = 0; i < 100'000; ++i) nested += "<a>";
  const Lines lines = read(std::make_unique<GivenStream>(collection(record(nested) + numbered("two"))), 4096);
  EXPECT_THAT(lines, ElementsAre(HasSubstr("syntax: "), "L|001 two|"));
}

TEST(MarcXmlReaderTest, AnErrorInOneRecordTouchesNoOther) {
  for (const std::string_view damaged :
       {"<record><leader>x</leader><controlfield tag='001'>no</controlfieldx></record>",  // Tags that do not match.
        "<record><leader>x</leader><controlfield tag='001'>no</controlfield>",            // No end.
        "<record><leader>x</leader><controlfield tag=001>no</controlfield></record>",     // No quotes.
        "<record><leader>x</leader><controlfield tag='001'>&nbsp;</controlfield></record>",
        "<record><leader>x</leader><controlfield tag='001'>&#x1F;</controlfield></record>",
        "<record><leader>x</leader><controlfield tag='001'>a & b</controlfield></record>",
        "<record><leader>x</leader><controlfield tag='001'>a < b</controlfield></record>",
        "<record><leader>x</leader><controlfield tag='001'>&#0;</controlfield></record>",
        "<record><leader>x</leader><controlfield tag='001'>a ]]> b</controlfield></record>",
        "<record><leader>x</leader><controlfield tag='001'>&amp;]]></controlfield></record>",
        "<record><leader>x</leader><controlfield tag='001' tag='001'>no</controlfield></record>",
        "<record><leader>x</leader><controlfield tag='001' a='1' b='2' a='3'>no</controlfield></record>",
        "<record><leader>x</leader><controlfield tag='001'>no<i/></controlfield></record>",
        "<record><leader>x</leader><controlfield tag='0015'>no</controlfield></record>",
        "<record><leader>x</leader><holding/></record>",
        "<record><leader>x</leader>text</record>",
        "<record><leader>x</leader><!-- </record>",
        "<leader>x</leader></record>",
        "<record id=\"x><leader>x</leader></record>",
        "<record></record>",
        "<record/>"}) {
    const std::string before = collection(numbered("one"));
    const std::string begin = before.substr(0, before.find("</collection>"));
    const Lines lines = read(begin + std::string(damaged) + numbered("two") + "</collection>");
    ASSERT_GE(lines.size(), 2U) << damaged;
    EXPECT_EQ(lines.front(), "L|001 one|") << damaged;
    EXPECT_EQ(lines.back(), "L|001 two|") << damaged;
    const std::size_t place = begin.size() + (damaged.starts_with("<record id") ? 14 : 0);
    EXPECT_THAT(Lines(lines.begin() + 1, lines.end() - 1),
                ElementsAre(AllOf(StartsWith(fmt::format("{}+", place)), HasSubstr(" syntax: "))))
        << damaged;
  }
}

TEST(MarcXmlReaderTest, WhatOnlyLooksLikeTheEndOfACdataSectionIsText) {
  EXPECT_THAT(read(in_subfield("a > b ]> ] ]>")), ElementsAre(HasSubstr("a > b ]> ] ]>")));
  EXPECT_THAT(read(in_subfield("]]&gt;&#93;]><![CDATA[]]]>>")), ElementsAre(HasSubstr("]]>]]>]>")));
}

TEST(MarcXmlReaderTest, TheProblemNamesThePlaceInTheRecord) {
  EXPECT_THAT(read(in_subfield("&nbsp;")), ElementsAre(HasSubstr("byte 107 of the record: &nbsp; is not")));
  EXPECT_THAT(read(in_subfield("</a>")), ElementsAre(HasSubstr("byte 107 of the record: ")));
}

TEST(MarcXmlReaderTest, WhatIsCutOffIsTruncatedAndSaidSo) {
  const std::string whole = collection(numbered("one") + "\n" + numbered("two"));
  const std::size_t first_ends = whole.find("</record>") + 9;
  for (std::size_t length = whole.find("<collection") + 1; length < whole.find("</collection>"); ++length) {
    const Lines lines = read(std::make_unique<GivenStream>(whole.substr(0, length)), 4096);
    const bool has_first = length >= first_ends;
    ASSERT_GE(lines.size(), has_first ? 2U : 1U) << length;
    if (has_first) {
      EXPECT_EQ(lines.front(), "L|001 one|") << length;
    }
    EXPECT_THAT(lines.back(), HasSubstr(" truncated: the input ends ")) << length;
  }
  EXPECT_THAT(read(whole.substr(0, first_ends)), ElementsAre("L|001 one|", HasSubstr("before </collection>")));
  EXPECT_THAT(read(collection(numbered("one") + "<!-- " + numbered("two"))),
              ElementsAre("L|001 one|", HasSubstr("truncated: the input ends before -->")));
}

/// The lines, or the error.
Lines try_to_read(const std::string& xml, std::size_t batch_bytes) {
  try {
    return read(std::make_unique<GivenStream>(xml, batch_bytes), batch_bytes);
  } catch (const Error& error) {
    return {std::string(error_name(error.code()))};
  }
}

TEST(MarcXmlReaderTest, AnyByteMayBeWrongAndTheBatchesMakeNoDifference) {
  using namespace std::string_literals;
  const std::string whole =
      collection("<!-- c --><w><record a='1'>" + std::string(kLeaderElement) +
                 "<!-- - --><datafield tag='245' ind1='1' ind2=\"0\"><subfield code='a'>T&lt;<![CDATA[x]]></subfield>"
                 "</datafield></record></w>" +
                 numbered("two"));
  for (std::size_t at = 39; at < whole.size(); ++at) {
    for (const std::string& wrong :
         {""s, "\0"s, "<"s, ">"s, "&"s, "\""s, "/"s, "!"s, "\xFF"s, "</record>"s, "<record>"s}) {
      std::string damaged = whole;
      damaged.replace(at, 1, wrong);
      const Lines lines = try_to_read(damaged, 1 << 20);
      EXPECT_EQ(try_to_read(damaged, 1), lines) << damaged;
      EXPECT_FALSE(lines.empty()) << damaged;
    }
  }
}

TEST(MarcXmlReaderTest, DamageOfTheStreamIsAReject) {
  const std::string whole = collection(numbered("one"));
  const std::string cut = whole.substr(0, whole.find("</coll"));
  EXPECT_THAT(read(std::make_unique<GivenStream>(cut, 10, "the wire broke"), 4096),
              ElementsAre("L|001 one|", fmt::format("{}+0 truncated: the wire broke", cut.size())));
}

TEST(MarcXmlReaderTest, OddRecordsAreRepaired) {
  EXPECT_THAT(read(collection("<record><controlfield tag='001'>one</controlfield></record>")),
              ElementsAre("L|001 one| leader"));
  EXPECT_THAT(read(collection("<record><leader>00000cam</leader></record>")),
              ElementsAre("00000cam                | leader"));
  EXPECT_THAT(read(collection(record("<datafield tag='245'><subfield>T</subfield></datafield>"))),
              ElementsAre("L|245   $?T| indicators subfields"));
  EXPECT_THAT(
      read(collection(record("<datafield tag='245' ind1='' ind2='12'>x<subfield code='ab'>T</subfield></datafield>"))),
      ElementsAre("L|245   $?x$?T| indicators subfields"));
  EXPECT_THAT(read(in_subfield("a\x1E"
                               "b\x1F"
                               "c")),
              ElementsAre(title("a\xEF\xBF\xBD"
                                "b\xEF\xBF\xBD"
                                "c") +
                          " delimiter_in_data"));
  EXPECT_THAT(read(in_subfield("caf\xE9 ")), ElementsAre(title("caf\xEF\xBF\xBD ") + " invalid_utf8"));
}

TEST(MarcXmlReaderTest, ARecordMayBeMuchLongerThanABatchButNotEndless) {
  const std::string longest(1 << 20, 'x');
  EXPECT_THAT(read(std::make_unique<GivenStream>(in_subfield(longest)), 4096), ElementsAre(title(longest)));
  const std::string endless(40 << 20, 'x');
  const Lines lines = read(std::make_unique<GivenStream>(in_subfield(endless)), 1 << 20);
  ASSERT_FALSE(lines.empty());
  for (const std::string& line : lines) EXPECT_THAT(line, HasSubstr("syntax: "));
}

/// The lines of one record that has `content`.
Lines read_record(std::string_view content) { return read(collection(record(content))); }

TEST(MarcXmlReaderTest, AReferenceInOneAttributeTouchesNoOther) {
  for (const char* other :
       {"id=\"a&amp;b\"", "x=\"&#65;\" y=\"&#66;\"", "xmlns=\"&lt;\"", "note=\"a&#10;b\"", "id='\t'"}) {
    EXPECT_THAT(
        read_record(fmt::format("<datafield tag=\"&#50;45\" {0} ind1=\"&#49;\" {0}2 ind2=\"&#x32;\">"
                                "<subfield {0} code=\"&#97;\">T</subfield><subfield code=\"&#98;\" {0}>U</subfield>"
                                "</datafield>",
                                other)),
        ElementsAre(HasSubstr(" syntax: ")))
        << other << ": an attribute called \"2\" is none";
    EXPECT_THAT(
        read_record(fmt::format("<datafield tag=\"&#50;45\" {0} ind1=\"&#49;\" ind2=\"&#x32;\">"
                                "<subfield {0} code=\"&#97;\">T</subfield><subfield code=\"&#98;\" {0}>U</subfield>"
                                "</datafield>"
                                "<controlfield {0} tag=\"&#48;01\">one</controlfield>",
                                other)),
        ElementsAre("L|245 12$aT$bU|001 one|"))
        << other;
  }
}

TEST(MarcXmlReaderTest, ATagWithAReferenceOutlivesTheAttributesOfItsSubfields) {
  EXPECT_THAT(
      read_record("<datafield tag=\"&#50;45\" ind1=\"1\" ind2=\" \"><subfield tag=\"&#57;99\" code=\"a\">T</subfield>"
                  "<subfield code=\"b\" tag=\"&#65;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\">U"
                  "</subfield></datafield>"),
      ElementsAre("L|245 1 $aT$bU|"));
}

TEST(MarcXmlReaderTest, TagsAreMendedAndTheRecordIsKept) {
  EXPECT_THAT(read_record("<datafield ind1=\"1\" ind2=\"0\"><subfield code=\"a\">T</subfield></datafield>"),
              ElementsAre("L|??? 10$aT| syntax"));
  EXPECT_THAT(read_record("<datafield tag=\" \" ind1=\"1\" ind2=\"0\"><subfield code=\"a\">T</subfield></datafield>"),
              ElementsAre("L|??? 10$aT| syntax"));
  EXPECT_THAT(read_record("<controlfield>one</controlfield>"), ElementsAre("L|???   $?one| subfields syntax"));
  EXPECT_THAT(
      read_record("<controlfield tag=\"1\">one</controlfield>"
                  "<datafield tag=\"20\" ind1=\" \" ind2=\" \"><subfield code=\"a\">0</subfield></datafield>"
                  "<datafield tag=\" 245\" ind1=\"1\" ind2=\"0\"><subfield code=\"a\">T</subfield></datafield>"
                  "<datafield tag=\"30  \" ind1=\"1\" ind2=\"0\"><subfield code=\"a\">T</subfield></datafield>"),
      ElementsAre("L|001 one|020   $a0|245 10$aT|030 10$aT| syntax"));
  for (const char* tag : {"2450", "24\xC3\xA9", "x", "2 4 5"}) {
    EXPECT_THAT(read_record(fmt::format("<controlfield tag=\"001\">a</controlfield><datafield tag=\"{}\"/>", tag)),
                ElementsAre(HasSubstr(" syntax: ")))
        << tag;
  }
}

TEST(MarcXmlReaderTest, AControlFieldWithAnotherTagIsAllData) {
  EXPECT_THAT(
      read_record("<controlfield tag=\"FMT\">BK</controlfield><controlfield tag=\"SYS\">000012345</controlfield>"),
      ElementsAre("L|FMT   $?BK|SYS   $?000012345| subfields"));
}

TEST(MarcXmlReaderTest, TextOfAnotherElementInADataFieldIsKept) {
  const auto field = [](std::string_view content) {
    return fmt::format("<datafield tag=\"650\" ind1=\" \" ind2=\"0\">{}</datafield>", content);
  };
  EXPECT_THAT(read_record(field("<subfields code=\"a\">Odd</subfields><subfield code=\"b\">x</subfield>")),
              ElementsAre("L|650  0$?Odd$bx| syntax"));
  EXPECT_THAT(read_record(field("<a>one<b> two<c/></b><!-- no --> three</a>")),
              ElementsAre("L|650  0$?one two three| syntax"));
  EXPECT_THAT(read_record(field("<subfield code=\"a\">x</subfield><a/><b> </b>")), ElementsAre("L|650  0$ax| syntax"));
  for (const char* wrong : {"<a>", "<a></b>", "<a><subfield code=\"a\">x</subfield></a>",
                            "<datafield tag=\"1\"></datafield>", "<a>&nbsp;</a>"}) {
    EXPECT_THAT(read_record(field(wrong)), ElementsAre(HasSubstr(" syntax: "))) << wrong;
  }
}

/// Where the first problem of the first record is.
FieldLocation location_in(const std::string& xml) {
  TextReader reader(std::make_unique<GivenStream>(xml), std::make_unique<MarcXmlFormat>("given"), 1 << 20);
  Batch batch;
  reader.next(batch);
  reader.load(batch);
  return batch.problems(0).front().location;
}

TEST(MarcXmlReaderTest, FindingsSayWhereTheyAre) {
  const std::string first = "<datafield tag='245' ind1='1' ind2='0'><subfield code='a'>T</subfield></datafield>";
  FieldLocation location = location_in(collection(
      record(first + "<datafield tag='245' ind1='1' ind2='0'><subfield code='a'>T</subfield><b>x</b></datafield>")));
  EXPECT_EQ(location.tag, "245");
  EXPECT_EQ(location.occurrence, 2U);
  EXPECT_EQ(location.position, 5U);

  location = location_in(collection(record(first + "<controlfield tag='7'>x</controlfield>")));
  EXPECT_EQ(location.tag, "007");
  EXPECT_EQ(location.occurrence, 1U);

  location = location_in(collection(
      record(first + "<datafield tag='245' ind1='1' ind2='0'><subfield code='a'>&nbsp;</subfield></datafield>")));
  EXPECT_EQ(location.tag, "245");
  EXPECT_EQ(location.occurrence, 2U);
  EXPECT_THAT(location.snippet, HasSubstr("&nbsp;"));

  location = location_in(collection(record("<controlfield tag='001'>a<b/></controlfield>")));
  EXPECT_EQ(location.tag, "001");
  EXPECT_EQ(location.occurrence, 1U);
  EXPECT_THAT(location.snippet, HasSubstr("<b/>"));
}

TEST(MarcXmlReaderTest, WhatIsNotOfMarcXmlBeforeTheLeaderIsPassedOver) {
  const std::string odd =
      "<record xmlns=\"http://www.loc.gov/MARC21/slim\"><identifier>oai:x:a</identifier><d><e f='g'/>2016</d>\n" +
      std::string(kLeaderElement) + "<controlfield tag=\"001\">one</controlfield></record>";
  EXPECT_THAT(read(odd), ElementsAre("L|001 one| syntax"));
  EXPECT_THAT(read(collection(odd + numbered("two"))), ElementsAre("L|001 one| syntax", "L|001 two|"));
  EXPECT_THAT(read(collection("<record><identifier>x</identifier><controlfield tag='001'>one</controlfield></record>")),
              ElementsAre("L|001 one| syntax leader"));
  EXPECT_THAT(read(collection("<record><id>x</id></record>" + numbered("two"))),
              ElementsAre(HasSubstr(" syntax: "), "L|001 two|"));
}

std::string sru(std::string_view data) {
  return fmt::format(
      "<zs:searchRetrieveResponse xmlns:zs=\"http://www.loc.gov/zing/srw/\"><zs:version>1.1</zs:version>"
      "<zs:numberOfRecords>2</zs:numberOfRecords><zs:records>{}</zs:records><zs:echoedSearchRetrieveRequest>"
      "<zs:query>x</zs:query><zs:xQuery><any/></zs:xQuery></zs:echoedSearchRetrieveRequest></"
      "zs:searchRetrieveResponse>",
      data);
}

std::string sru_record(std::string_view data) {
  return fmt::format(
      "<zs:record><zs:recordSchema>marcxml</zs:recordSchema><zs:recordPacking>string</zs:recordPacking>"
      "<zs:recordData>{}</zs:recordData><zs:recordPosition>1</zs:recordPosition></zs:record>",
      data);
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char byte : text) {
    result += byte == '<' ? "&lt;" : byte == '>' ? "&gt;" : byte == '&' ? "&amp;" : std::string(1, byte);
  }
  return result;
}

TEST(MarcXmlReaderTest, ARecordMayBeTheTextOfItsWrapper) {
  const std::string two = record("<controlfield tag='001'>t&amp;o</controlfield>");
  EXPECT_THAT(read(sru(sru_record(escaped(numbered("one"))) + sru_record("\n<![CDATA[" + two + "]]>"))),
              ElementsAre("L|001 one|", "L|001 t&o|"));
  EXPECT_THAT(
      read(sru(sru_record("<!-- c -->" + escaped("<?xml version='1.0'?>\n" + collection(numbered("one")).substr(39))) +
               sru_record(numbered("two")))),
      ElementsAre("L|001 one|", "L|001 two|"));
  EXPECT_THAT(read(sru(sru_record(escaped(numbered("one").substr(0, 60))) + sru_record(escaped(two)))),
              ElementsAre(HasSubstr("syntax: "), "L|001 t&o|"));
  EXPECT_THAT(read(sru(sru_record(escaped(numbered("one") + numbered("two"))))), ElementsAre(HasSubstr("syntax: ")));
  EXPECT_THAT(read(sru(sru_record(escaped(sru_record(escaped(numbered("one"))))) + sru_record(two))),
              ElementsAre(HasSubstr("syntax: "), "L|001 t&o|"));
}

constexpr std::string_view kDublinCore =
    "<oai_dc:dc xmlns:oai_dc=\"http://www.openarchives.org/OAI/2.0/oai_dc/\"><dc:title>The "
    "leader</dc:title></oai_dc:dc>";

std::string harvest(std::string_view metadata) {
  return fmt::format(
      "<OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\"><responseDate>2026</responseDate><request "
      "verb=\"ListRecords\">"
      "http://x</request><ListRecords><record><header><identifier>oai:x:1</identifier><datestamp>2026</datestamp></"
      "header>"
      "<metadata>{}</metadata><about><p><q/></p></about></record></ListRecords></OAI-PMH>",
      metadata);
}

TEST(MarcXmlReaderTest, RecordsOfAnotherSchemaAreRejectsBesideThoseOfMarc) {
  const std::string dublin_core = harvest(kDublinCore);
  EXPECT_THAT(read(collection(numbered("one")) + dublin_core + collection(numbered("two"))),
              ElementsAre("L|001 one|", HasSubstr("the record is of another schema, with <oai_dc:dc>"), "L|001 two|"));
  EXPECT_THAT(read(sru(sru_record(escaped(kDublinCore)) + sru_record(escaped(numbered("two"))))),
              ElementsAre(HasSubstr("the record is of another schema, with <oai_dc:dc>"), "L|001 two|"));
}

TEST(MarcXmlReaderTest, MarcMayStandDeepWithinAnotherSchema) {
  EXPECT_THAT(read(harvest("<mets:mets><mets:xmlData>" + numbered("one") + "</mets:xmlData></mets:mets>")),
              ElementsAre("L|001 one|"));
}

TEST(MarcXmlReaderTest, XmlWithoutMarcIsNotMarcWhateverItsRootIs) {
  for (const std::string& xml :
       {harvest(kDublinCore), sru(sru_record(kDublinCore)), sru(sru_record(escaped(kDublinCore))),
        std::string(
            "<collection xmlns=\"http://www.indexdata.com/turbomarc\"><r><l>00000nam a2200000 i 4500</l><c001>x</c001>"
            "<d245 i1=\"1\" i2=\"0\"><sa>T</sa></d245></r></collection>"),
        std::string("<OAI-PMH><Identify><repositoryName>x</repositoryName></Identify></OAI-PMH>"),
        std::string("<collection><item/></collection>")}) {
    for (const std::size_t batch_bytes : {std::size_t{1}, std::size_t{50}, std::size_t{1} << 20}) {
      try {
        read(std::make_unique<GivenStream>(xml, batch_bytes), batch_bytes);
        ADD_FAILURE() << "it was read: " << xml;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::kNotMarc) << xml;
      }
    }
  }
}

TEST(MarcXmlReaderTest, AnswersWithoutRecordsAreFine) {
  for (const std::string& xml :
       {sru(""),
        std::string(
            "<OAI-PMH><responseDate>x</responseDate><request/><error code='noRecordsMatch'>none</error></OAI-PMH>"),
        harvest(""), std::string("<?xml version='1.0'?>\n<!-- none -->\n<collection>\n</collection>\n"),
        std::string("<searchRetrieveResponse><diagnostics><diag:diagnostic><diag:uri>x</diag:uri></diag:diagnostic>"
                    "</diagnostics></searchRetrieveResponse>")}) {
    EXPECT_THAT(read(xml), IsEmpty()) << xml;
  }
}

TEST(MarcXmlReaderTest, AnotherFormatBehindTheRecordsIsNamed) {
  const std::string xml = collection(numbered("one"));
  const std::string iso =
      "00070nam a2200049 i 4500001000200000245001800002\x1Ez\x1E"
      "10\x1F"
      "aTitle z\x1F"
      "brest\x1E\x1D";
  const std::string json = R"({"leader":"00000nam a2200000 i 4500","fields":[{"001":"z"}]})";
  const std::string mrk = "=LDR  00000nam a2200000 i 4500\n=001  z\n\n";
  const auto begins = [&xml](std::size_t length, std::string_view format) {
    return fmt::format("{}+{} syntax: another format begins here: {}", xml.size(), length, format);
  };
  EXPECT_THAT(read(xml + iso), ElementsAre("L|001 one|", begins(iso.size(), "ISO 2709")));
  EXPECT_THAT(read(xml + iso + iso), ElementsAre("L|001 one|", begins(2 * iso.size(), "ISO 2709")));
  EXPECT_THAT(read(xml + iso.substr(30)), ElementsAre("L|001 one|", HasSubstr("another format begins here: ISO 2709")));
  EXPECT_THAT(read(xml + json), ElementsAre("L|001 one|", begins(json.size(), "JSON")));
  EXPECT_THAT(read(xml + "\x1E" + json), ElementsAre("L|001 one|", begins(json.size() + 1, "JSON")));
  EXPECT_THAT(read(xml + "[" + json + "]"), ElementsAre("L|001 one|", begins(json.size() + 2, "JSON")));
  EXPECT_THAT(read(xml + mrk), ElementsAre("L|001 one|", begins(mrk.size(), "mrk")));
  EXPECT_THAT(read(xml + "\xEF\xBB\xBF\r\n" + mrk), ElementsAre("L|001 one|", HasSubstr("begins here: mrk")));
  EXPECT_THAT(read(xml + iso + xml), ElementsAre("L|001 one|", begins(iso.size(), "ISO 2709"), "L|001 one|"))
      << "MARCXML that follows is read";
}

TEST(MarcXmlReaderTest, AnotherFormatAmongTheRecordsIsNamed) {
  const std::string iso = "00070nam a2200049 i 4500001000200000\x1Ez\x1E\x1D";
  EXPECT_THAT(read(collection(numbered("one") + iso + numbered("two"))),
              ElementsAre("L|001 one|", HasSubstr("another format begins here: ISO 2709"), "L|001 two|"));
}

TEST(MarcXmlReaderTest, OtherTextBetweenRecordsIsStray) {
  for (const char* text : {"text", " a\n b 00001 \n\n", "x\xEF\xBB\xBFy", "not &this;", "it=001 "}) {
    const std::string xml = collection(numbered("one") + text + numbered("two")) + text;
    std::uint64_t skipped = 0;
    for (const std::size_t batch_bytes : {std::size_t{1} << 20, std::size_t{1}, std::size_t{3}, std::size_t{64}}) {
      TextReader reader(std::make_unique<GivenStream>(xml, batch_bytes), std::make_unique<MarcXmlFormat>("given"),
                        batch_bytes);
      Batch batch;
      std::uint64_t sum = 0;
      std::size_t records = 0;
      while (reader.next(batch)) {
        reader.load(batch);
        sum += batch.skipped().bytes;
        records += batch.items().size();
      }
      if (skipped == 0) skipped = sum;
      EXPECT_EQ(sum, skipped) << text << ", batches of " << batch_bytes;
      EXPECT_EQ(records, 2U) << text;
    }
    EXPECT_NE(skipped, 0U) << text;
  }
}

TEST(MarcXmlReaderTest, ASecondDocumentIsReadToo) {
  EXPECT_THAT(read(collection(numbered("one")) + collection(numbered("two")) + numbered("three")),
              ElementsAre("L|001 one|", "L|001 two|", "L|001 three|"));
}

TEST(MarcXmlReaderTest, MoreAttributesThanAnybodyNeedsAreAReject) {
  std::string attributes;
  for (int i = 0; i < 300; ++i) attributes += fmt::format(" a{}=''", i);
  EXPECT_THAT(
      read(collection("<record" + attributes + ">" + std::string(kLeaderElement) + "</record>" + numbered("two"))),
      ElementsAre(HasSubstr("a tag has too many attributes"), "L|001 two|"));
}

TEST(MarcXmlReaderTest, NamesInProblemsAreShort) {
  const std::string name(1 << 20, 'n');
  for (const Lines& lines :
       {read(std::make_unique<GivenStream>(collection(record("<" + name + "/>"))), 1 << 20),
        read(std::make_unique<GivenStream>(in_subfield("<" + name + "/>")), 1 << 20),
        read(std::make_unique<GivenStream>(collection(record("<controlfield tag='" + name + "'>x</controlfield>"))),
             1 << 20)}) {
    ASSERT_FALSE(lines.empty());
    EXPECT_LE(lines.front().size(), 250U);
  }
}

/// The same characters in another encoding, of one or two bytes each.
std::string encode(std::u16string_view text, bool big_endian) {
  std::string bytes;
  for (const char16_t unit : text) {
    const char low = static_cast<char>(unit & 0xFF);
    const char high = static_cast<char>(unit >> 8);
    bytes += big_endian ? std::string{high, low} : std::string{low, high};
  }
  return bytes;
}

Lines read_encoded(const std::string& bytes, std::size_t at_a_time = 4096) {
  const std::string encoding = xml_encoding_of(bytes).name;
  auto stream = std::make_unique<GivenStream>(bytes, at_a_time);
  if (encoding.empty()) return read(std::move(stream), 4096);
  return read(std::make_unique<Transcoder>(std::move(stream), encoding), 4096);
}

TEST(XmlEncodingTest, Utf16IsKnownByItsMarkAndWithoutIt) {
  const std::u16string xml =
      u"<?xml version='1.0' encoding='UTF-16'?><record><leader>00000nam a2200000 i 4500</leader>"
      u"<datafield tag='245' ind1='1' ind2=' '><subfield "
      u"code='a'>\u00E9\u56F3\xD83D\xDE00</subfield></datafield></record>";
  const std::string expected = title("\xC3\xA9\xE5\x9B\xB3\xF0\x9F\x98\x80");
  for (const bool big_endian : {false, true}) {
    for (const std::size_t at_a_time : {1U, 2U, 3U, 4096U}) {
      EXPECT_THAT(read_encoded(encode(xml, big_endian), at_a_time), ElementsAre(expected));
      EXPECT_THAT(read_encoded(encode(u"\uFEFF" + xml, big_endian), at_a_time), ElementsAre(expected));
    }
  }
}

TEST(XmlEncodingTest, TheDeclarationTellsTheEncoding) {
  const auto declared = [](std::string_view encoding, std::string_view value) {
    return fmt::format("<?xml version=\"1.0\" encoding='{}' ?>", encoding) + in_subfield(value).substr(39);
  };
  EXPECT_THAT(read_encoded(declared("ISO-8859-1", "\xE9")), ElementsAre(title("\xC3\xA9")));
  EXPECT_THAT(read_encoded(declared("windows-1252", "\x80")), ElementsAre(title("\xE2\x82\xAC")));
  EXPECT_THAT(read_encoded(declared("koi8-r", "\xC1")), ElementsAre(title("\xD0\xB0")));
  EXPECT_THAT(read_encoded(declared("utf-8", "\xC3\xA9")), ElementsAre(title("\xC3\xA9")));
  EXPECT_THAT(read_encoded(declared("us-ascii", "\xC3\xA9")), ElementsAre(title("\xC3\xA9")));
}

TEST(XmlEncodingTest, WhatTheEncodingDoesNotKnowIsFoundInItsRecord) {
  const std::string xml = "<?xml version='1.0' encoding='windows-1252'?>" + in_subfield(
                                                                                "a\x81"
                                                                                "b")
                                                                                .substr(39);
  EXPECT_THAT(read_encoded(xml), ElementsAre(title("a\xEF\xBF\xBD"
                                                   "b") +
                                             " invalid_utf8"));
}

std::string declaring(std::string_view encoding, std::string_view value = "") {
  return fmt::format("<?xml version='1.0' encoding='{}'?>", encoding) + in_subfield(value).substr(39);
}

TEST(XmlEncodingTest, ADeclarationThatCouldBeReadIsNotInUtf16) {
  for (const char* encoding : {"utf-16", "UTF-16LE", "UCS-2", "UTF-32", "UCS-4BE", "IBM037", "EBCDIC-INT"}) {
    const XmlEncoding found = xml_encoding_of(declaring(encoding));
    EXPECT_EQ(found.name, "") << encoding;
    EXPECT_THAT(found.contradiction,
                HasSubstr(fmt::format("the XML declaration says \"{}\", the text is in UTF-8", encoding)));
  }
  EXPECT_THAT(read_encoded(declaring("utf-16", "\xC3\xA9")), ElementsAre(title("\xC3\xA9")));
}

TEST(XmlEncodingTest, AByteOrderMarkIsStrongerThanTheDeclaration) {
  EXPECT_THAT(xml_encoding_of("\xEF\xBB\xBF" + declaring("iso-8859-1")).contradiction, HasSubstr("in UTF-8"));
  EXPECT_EQ(xml_encoding_of("\xEF\xBB\xBF" + declaring("UTF-8")).contradiction, "");
  const auto wide = [](std::u16string_view declared) {
    return encode(u"\uFEFF<?xml version='1.0' encoding='" + std::u16string(declared) + u"'?><record/>", false);
  };
  EXPECT_EQ(xml_encoding_of(wide(u"UTF-8")).name, "UTF-16LE");
  EXPECT_THAT(xml_encoding_of(wide(u"UTF-8")).contradiction, HasSubstr("\"utf-8\", the text is in UTF-16LE"));
  for (const auto* declared : {u"UTF-16", u"utf-16le", u"ISO-10646-UCS-2", u""}) {
    EXPECT_EQ(xml_encoding_of(wide(declared)).contradiction, "");
  }
}

TEST(XmlEncodingTest, TextThatIsValidUtf8IsNotInAnEncodingOfSingleBytes) {
  for (const char* encoding : {"ISO-8859-1", "windows-1252", "koi8-r"}) {
    EXPECT_EQ(xml_encoding_of(declaring(encoding, "caf\xC3\xA9")).name, "") << encoding;
    EXPECT_NE(xml_encoding_of(declaring(encoding, "caf\xC3\xA9")).contradiction, "") << encoding;
    EXPECT_EQ(xml_encoding_of(declaring(encoding, "caf\xE9 \xC3\xA9")).name, encoding);
    EXPECT_EQ(xml_encoding_of(declaring(encoding, "cafe")).name, encoding);
    EXPECT_EQ(xml_encoding_of(declaring(encoding, "cafe")).contradiction, "");
  }
}

TEST(XmlEncodingTest, AContradictionIsARepairOfTheFirstRecord) {
  const std::string xml = collection("\n" + numbered("one") + numbered("two"));
  for (const std::size_t batch_bytes : {std::size_t{1}, std::size_t{70}, std::size_t{1} << 20}) {
    auto format = std::make_unique<MarcXmlFormat>("given");
    format->set_note({Reason::kMislabelled, "the declaration is wrong"});
    TextReader reader(std::make_unique<GivenStream>(xml), std::move(format), batch_bytes);
    Lines lines;
    Batch batch;
    while (reader.next(batch)) {
      reader.load(batch);
      for (std::size_t i = 0; i < batch.items().size(); ++i) lines.push_back(line_of(batch, i));
    }
    EXPECT_THAT(lines, ElementsAre("L|001 one| mislabelled", "L|001 two|"));
  }
}

TEST(XmlEncodingTest, AnUnknownEncodingIsAnError) {
  try {
    Transcoder(std::make_unique<GivenStream>(""), "klingon");
    ADD_FAILURE() << "it is known";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInputEncoding);
    EXPECT_THAT(error.what(), HasSubstr("klingon"));
  }
}

}  // namespace
}  // namespace bulkmarc
