#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <bulkmarc/error.hpp>

#include "readers/given_stream.hpp"
#include "readers/marcxml_format.hpp"
#include "readers/text_reader.hpp"
#include "readers/transcoder.hpp"

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

TEST(MarcXmlReaderTest, CommentsAndInstructionsAreNoDataWhateverTheyHold) {
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

TEST(MarcXmlReaderTest, NoRecordsAreNoErrorWhereThereMightBeSome) {
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
        "<record><leader>x</leader><controlfield tag='01'>no</controlfield></record>",
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
  const std::string encoding = xml_encoding_of(bytes);
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
