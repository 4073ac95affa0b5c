#include <algorithm>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <bulkmarc/error.hpp>

#include "formats/marcxml/reader.hpp"
#include "input/text_reader.hpp"
#include "support/given_stream.hpp"
#include "support/sanitized.hpp"

namespace bulkmarc {
namespace {

/// Some text again and again, between a beginning and an end.
struct Pattern {
  std::string begin;
  std::string repeated;
  std::string end;

  [[nodiscard]] std::string text(std::size_t length) const {
    std::string text = begin;
    while (text.size() + end.size() < length) text += repeated;
    return text + end;
  }
};

const std::string kRecordBegin = "<record><leader>00000nam a2200000 i 4500</leader>";
const std::string kDataField = "<datafield tag='245' ind1=' ' ind2=' '>";

/// What makes a careless reader look at the same bytes again and again.
std::vector<Pattern> patterns() {
  std::vector<Pattern> all;
  for (const char* each : {"<!--",
                           "<![CDATA[",
                           "<?x ",
                           "<!DOCTYPE ",
                           "<!",
                           "<?",
                           "<!-- a",
                           "<a ",
                           "<a b='",
                           "<a b=\"c' ",
                           "</a",
                           "</",
                           "<",
                           "<a>",
                           "</a>",
                           "&",
                           "&amp",
                           "<record",
                           "<record>",
                           "</record",
                           "</record ",
                           "</x:record",
                           "<record><!--",
                           "<record><![CDATA[",
                           "<record><?",
                           "<record><header>",
                           "<record><metadata>",
                           "<record><header/><!--",
                           "<record><leader><!--",
                           "<record><leader/><![CDATA[</record>",
                           "<record><leader/><?</record>",
                           ":record",
                           "<!---->",
                           "<? ?>",
                           "<![CDATA[]]>",
                           "record",
                           "<record/>",
                           "<!--->",
                           "]]>",
                           "-->",
                           "?>",
                           "=001",
                           "{",
                           "\x1E",
                           "00000nam a2200000 i 4500",
                           "\n",
                           " ",
                           "x\n",
                           "\xEF\xBB\xBF",
                           "\xEF",
                           "<metadata>",
                           "<metadata ",
                           "<leader>",
                           "<leader><!--",
                           "leader",
                           "&lt;leader",
                           "a:leader"}) {
    all.push_back({"", each, ""});
    all.push_back({"<collection>", each, ""});
    all.push_back({"<collection><record/>", each, "</collection>"});
    all.push_back({"<collection>" + kRecordBegin, each, ""});
    all.push_back({"<collection>" + kRecordBegin, each, "</record></collection>"});
    all.push_back({"<collection>" + kRecordBegin + kDataField + "<subfield code='a'>", each,
                   "</subfield></datafield></record></collection>"});
    all.push_back({"<collection><record><header/><metadata>", each, "</metadata></record></collection>"});
    all.push_back({"<collection><record><header/><metadata>&lt;", each, "</metadata></record></collection>"});
    all.push_back({"<record><a ", each, "></record>"});
  }
  all.push_back({"<record ", "a='' ", "/>"});
  all.push_back({"<collection ", "xmlns:a='x' ", "/>"});
  all.push_back({"<collection><record><", "n", "/></record></collection>"});
  all.push_back({"<collection><record ", "n", "=''/></collection>"});
  all.push_back({"<collection>" + kRecordBegin, kDataField + "</datafield>", "</record></collection>"});
  all.push_back({"<collection>" + kRecordBegin + kDataField, "<subfield/>", "</datafield></record></collection>"});
  all.push_back({"<collection>" + kRecordBegin + kDataField, "<a>x</a>", "</datafield></record></collection>"});
  all.push_back({"<collection>" + kRecordBegin + kDataField, "x<!---->", "</datafield></record></collection>"});
  all.push_back({"<collection><record>", "<a>x</a>", kRecordBegin.substr(8) + "</record></collection>"});
  all.push_back({"<collection>" + kRecordBegin, "<controlfield>x</controlfield>", "</record></collection>"});
  return all;
}

/// The processor's time that it takes to read some text in small batches.
double seconds_for(const std::string& xml) {
  const std::clock_t begin = std::clock();
  try {
    TextReader reader(std::make_unique<GivenStream>(xml), std::make_unique<MarcXmlFormat>("given"), 4 * 1024);
    Batch batch;
    while (reader.next(batch)) reader.load(batch);
  } catch (const Error&) {
    // What is refused takes time, too.
  }
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

TEST(MarcXmlBoundsTest, TimeGrowsNoFasterThanTheInputWhateverItHolds) {
  constexpr std::size_t kLength = 8 * 1024;
  constexpr std::size_t kTimes = 16;
  for (const Pattern& pattern : patterns()) {
    const double bound = 0.05 + 3 * kTimes * seconds_for(pattern.text(kLength));
    if (kSanitized) continue;
    const std::string large = pattern.text(kTimes * kLength);
    double seconds = seconds_for(large);
    // Something may have disturbed it; but what is quadratic takes 256 times as long each time.
    for (int again = 0; again < 3 && seconds > bound; ++again) seconds = std::min(seconds, seconds_for(large));
    EXPECT_LE(seconds, bound) << pattern.begin << " " << pattern.repeated << " " << pattern.end;
  }
}

}  // namespace
}  // namespace bulkmarc
