#include "golden/sample_records.hpp"

#include <string>

using bulkmarc::Record;

namespace {

Record book() {
  Record record("00000cam a2200000 a 4500");
  record.add_control("001", "smp000001")
      .add_control("003", "BulkMarc")
      .add_control("005", "20240229120000.0")
      .add_control("008", "750101s1851    nyu           000 1 eng  ")
      .add_data("010", "  ", {{'a', "   02000001 "}})
      .add_data("040", "  ", {{'a', "BulkMarc"}, {'b', "eng"}, {'c', "BulkMarc"}})
      .add_data("100", "1 ", {{'a', "Melville, Herman,"}, {'d', "1819-1891."}})
      .add_data("245", "10", {{'a', "Moby-Dick ;"}, {'b', "or, The whale /"}, {'c', "by Herman Melville."}})
      .add_data("260", "  ", {{'a', "New York :"}, {'b', "Harper & Brothers,"}, {'c', "1851."}})
      .add_data("300", "  ", {{'a', "xxiii, 635 p. ;"}, {'c', "20 cm."}})
      .add_data("650", " 0", {{'a', "Whaling"}, {'v', "Fiction."}})
      .add_data("650", " 0", {{'a', "Ship captains"}, {'v', "Fiction."}});
  return record;
}

Record french_book() {
  Record record("00000nam a2200000 i 4500");
  record.add_control("001", "smp000002")
      .add_control("008", "240101s1862    be      b    000 1 fre  ")
      .add_data("020", "  ", {{'z', "2070408507"}, {'q', "(broché)"}})
      .add_data("100", "1 ", {{'a', "Hugo, Victor,"}, {'d', "1802-1885."}})
      .add_data("245", "14",
                {{'a', "Les misérables."}, {'n', "Première partie,"}, {'p', "Fantine /"}, {'c', "V. Hugo."}})
      .add_data("264", " 1", {{'a', "Bruxelles :"}, {'b', "A. Lacroix, Verboeckhoven & Cⁱᵉ,"}, {'c', "1862."}})
      .add_data("500", "  ", {{'a', "« L'œuvre » paraît en dix volumes; prix: 60 francs."}})
      .add_data("650", " 6",
                {{'a', "Forçats"}, {'z', "France"}, {'y', "19e siècle"}, {'v', "Romans, nouvelles, etc."}});
  return record;
}

Record russian_book() {
  Record record("00000cam a2200000 i 4500");
  record.add_control("001", "smp000003")
      .add_control("008", "240101s1869    ru            000 1 rus  ")
      .add_data("100", "1 ", {{'6', "880-01"}, {'a', "Tolstoĭ, Lev Nikolaevich,"}, {'d', "1828-1910."}})
      .add_data("245", "10", {{'6', "880-02"}, {'a', "Voĭna i mir /"}, {'c', "L.N. Tolstoĭ."}})
      .add_data("880", "1 ", {{'6', "100-01/(N"}, {'a', "Толстой, Лев Николаевич,"}, {'d', "1828-1910."}})
      .add_data("880", "10", {{'6', "245-02/(N"}, {'a', "Война и мир /"}, {'c', "Л.Н. Толстой."}});
  return record;
}

Record chinese_book() {
  Record record("00000cam a2200000 i 4500");
  record.add_control("001", "smp000004")
      .add_control("008", "240101s1791    cc            000 1 chi  ")
      .add_data("100", "1 ", {{'6', "880-01"}, {'a', "Cao, Xueqin."}})
      .add_data("245", "10", {{'6', "880-02"}, {'a', "Hong lou meng /"}, {'c', "Cao Xueqin."}})
      .add_data("880", "1 ", {{'6', "100-01/$1"}, {'a', "曹雪芹."}})
      .add_data("880", "10", {{'6', "245-02/$1"}, {'a', "紅樓夢 /"}, {'c', "曹雪芹; 𠀋本."}});
  return record;
}

Record hebrew_book() {
  Record record("00000cam a2200000 a 4500");
  record.add_control("001", "smp000005")
      .add_control("008", "240101s1902    pl            000 1 heb  ")
      .add_data("245", "00", {{'6', "880-01"}, {'a', "Alṭnoylanḍ /"}, {'c', "T. Hertsl."}})
      .add_data("880", "00", {{'6', "245-01/(2/r"}, {'a', "תל אביב /"}, {'c', "ת. הרצל."}})
      .add_data("880", "0 ", {{'6', "246-02/(3/r"}, {'a', "ألف ليلة وليلة"}});
  return record;
}

Record serial() {
  Record record("00000cas a2200000 a 4500");
  record.add_control("001", "smp000006")
      .add_control("007", "ta")
      .add_control("007", "cr |||||||||||")
      .add_control("008", "750721c18699999enkwr p       0   a0eng  ")
      .add_data("022", "0 ", {{'a', "0028-0836"}, {'l', "0028-0836"}})
      .add_data("245", "00", {{'a', "Nature"}})
      .add_data("310", "  ", {{'a', "Weekly"}})
      .add_data("362", "0 ", {{'a', "Vol. 1, no. 1 (Nov. 4, 1869)-"}})
      .add_data("780", "00", {{'t', "Reader"}, {'w', "(DLC)   sn 85001234"}, {'w', "(OCoLC)1234567"}});
  return record;
}

Record map() {
  Record record("00000cem a2200000 a 4500");
  record.add_control("001", "smp000007")
      .add_control("007", "aj canzn")
      .add_control("008", "240101s1886    fr |||||| a  f  0   fre  ")
      .add_data("034", "1 ", {{'a', "a"}, {'b', "80000"}, {'d', "E0021000"}, {'e', "E0023000"}})
      .add_data("245", "00",
                {{'a', "Carte de France"}, {'h', "[document cartographique] :"}, {'b', "feuille 48, Paris."}})
      .add_data("255", "  ", {{'a', "1:80 000 ;"}, {'c', "(E 2°10'00\"--E 2°30'00\"/N 48°50'--N 48°40')."}});
  return record;
}

Record recording() {
  Record record("00000cjm a2200000 a 4500");
  record.add_control("001", "smp000008")
      .add_control("007", "sd fsngnnmmned")
      .add_control("008", "240101p1959    xxujzn               zxx d")
      .add_data("028", "02", {{'a', "CL 1355"}, {'b', "Columbia"}})
      .add_data("245", "00", {{'a', "Kind of blue"}, {'h', "[sound recording]"}})
      .add_data("505", "0 ", {{'a', "So what (9:22) -- Freddie freeloader (9:46) -- Blue in green (5:37)"}})
      .add_data("700", "1 ", {{'a', "Davis, Miles."}, {'4', "prf"}, {'4', "cmp"}});
  return record;
}

Record authority() {
  Record record("00000cz  a2200000n  4500");
  record.add_control("001", "smp000009")
      .add_control("008", "800101n| azannaabn          |a aaa      ")
      .add_data("100", "1 ", {{'a', "Dvořák, Antonín,"}, {'d', "1841-1904"}})
      .add_data("400", "1 ", {{'a', "Dvorak, Anton,"}, {'d', "1841-1904"}})
      .add_data("400", "1 ", {{'a', "Дворжак, Антонин,"}, {'d', "1841-1904"}})
      .add_data("670", "  ", {{'a', "His Symfonie č. 9 \"Z nového světa\", 1893:"}, {'b', "t.p. (Antonín Dvořák)"}});
  return record;
}

Record holdings() {
  Record record("00000cy  a2200000zn 4500");
  record.add_control("001", "smp000010")
      .add_control("004", "smp000006")
      .add_control("008", "2401010u    8   4001uueng0000000")
      .add_data("852", "0 ", {{'a', "BM"}, {'b', "MAIN"}, {'h', "Q1"}, {'i', ".N2"}, {'p', "39001012345678"}})
      .add_data("866", "41", {{'8', "0"}, {'a', "v.1 (1869)-v.400 (1999)"}})
      .add_data("CAT", "  ", {{'a', "BATCH"}, {'b', "00"}, {'c', "20240101"}});
  return record;
}

Record record_of_escapes() {
  Record record("00000nam a2200000 i 4500");
  record.add_control("001", "smp000011")
      .add_control("009", "a\\b $5 {x}")
      .add_data("245", "00",
                {{'a', "if (a < b && c > d) \"quoted\" 'single' :"}, {'b', "C:\\temp\\{new} costs $5 ]]>"}})
      .add_data("500", "  ", {{'a', " leading and trailing blanks  "}, {'a', ""}, {'a', "tab\there"}})
      .add_data("856", "40", {{'u', "https://example.org/?a=1&b=2#c"}, {'z', "😀 ﷺ e\xCC\x81 \xEF\xBB\xBF\xC2\x85"}});
  return record;
}

Record smallest_record() { return Record("00000nam a2200000   4500"); }

}  // namespace

std::vector<Record> sample_records() {
  return {book(), french_book(), russian_book(), chinese_book(), hebrew_book(),       serial(),
          map(),  recording(),   authority(),    holdings(),     record_of_escapes(), smallest_record()};
}

std::vector<Record> odd_records() {
  std::vector<Record> records;
  const auto add = [&](const char* number) -> Record& { return records.emplace_back().add_control("001", number); };
  add("odd-order")
      .add_data("650", " 0", {{'a', "before"}})
      .add_control("003", "after")
      .add_data("100", "1 ", {{'a', "x"}});
  add("odd-tags").add_data("cAt", "  ", {{'a', "x"}}).add_data("<&>", "  ", {{'a', "x"}}).add_control("00\"", "x");
  add("odd-indicators").add_data("245", "Z|", {{'a', "x"}}).add_data("245", "\\\"", {{'a', "x"}}).add_field("245", "1");
  add("odd-codes")
      .add_data("245", "  ", {{'$', "x"}, {'|', "x"}, {'"', "x"}, {'<', "x"}})
      .add_field("245", "  \x1F\xC3\xA9x");
  add("odd-shapes")
      .add_field("245", "")
      .add_field("245",
                 "  stray\x1F"
                 "ax")
      .add_field("245",
                 "  \x1F\x1F"
                 "ax\x1F");
  add("odd-controls")
      .add_field("009", std::string("a\0b\x01\x1F\x1B\r\n\tc", 11))
      .add_data("500", "  ", {{'a', "x\x0By\nz"}});
  add("odd-characters").add_data("500", "  ", {{'a', "\xEF\xBF\xBE \xEF\xBF\xBF \x7F"}});
  add("odd-bytes").add_data("500", "  ", {{'a', "Caf\xE9 \xC3 \xED\xA0\x80 end"}});
  records.emplace_back("00000nam  2200000 i 4500")
      .add_control("001", "odd-label")
      .add_data("245", "  ", {{'a', "Été"}});
  records.emplace_back("     |   a      |  |    ").add_control("001", "odd-leader");
  return records;
}
