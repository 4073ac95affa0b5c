#include "generator/bibliographic.hpp"

#include <cstdint>
#include <string>

#include "generator/identifiers.hpp"

namespace generator {
namespace {

std::string make_leader(Random& random, const Work& work) {
  std::string leader = "00000";
  leader += random.pick({"n", "c", "c", "p"});
  leader += codes(work.material).type;
  leader += " a2200000";
  leader += random.pick({" ", " ", " ", "1", "4", "7"});
  leader += work.rda ? "i" : random.pick({"a", "a", " "});
  return leader += " 4500";
}

/// The type of date and the dates, 008/06-14.
std::string make_dates(Random& random, const Work& work) {
  const bool serial = work.material == Material::kSerial;
  const std::string year = std::to_string(work.year);
  const std::string_view type =
      serial ? random.pick({"c", "c", "d"}) : random.pick({"s", "s", "s", "s", "s", "t", "r"});
  std::string dates(type);
  dates += year;
  if (type == "c") return dates += "9999";
  if (type == "d") return dates += "2024";
  if (type == "t") return dates += year;
  return dates += type == "r" ? std::to_string(work.year - random.between(1, 60)) : "    ";
}

/// What is coded by material, 008/18-34: seventeen characters.
std::string_view other_codes(Random& random, Material material) {
  if (material == Material::kSerial) {
    return random.pick({"qr p       0   a0", "mr p       0   a0", "ar   o     0    0", "fr p   f   0   b0"});
  }
  if (material == Material::kRecording)
    return random.pick({"jznn   efi   n   ", "synn   e     n   ", "munn   bi    n   "});
  if (material == Material::kScore) return random.pick({"sga         n    ", "snz   a     n    ", "opc   bh    n    "});
  if (material == Material::kMap) return random.pick({"ab       a    1  ", "c        a    0  ", "         e    1  "});
  return random.pick({"090 g          vl", "030 j     o    vl", "120 e          vl"});
}

/// The same for books, from their illustrations to biography.
std::string book_codes(Random& random, const Work& work) {
  std::string data(work.illustrated ? random.pick({"a   ", "ab  ", "af  "}) : "    ");
  data += random.pick({" ", " ", "e", "j"});
  data += work.material == Material::kEbook ? 'o' : ' ';
  data += work.has_bibliography ? "b   " : "    ";
  data += random.pick({" ", " ", " ", "f"});
  data += random.pick({"0", "0", "0", "1"});
  data += '0';
  data += work.has_index ? '1' : '0';
  data += ' ';
  return data += random.pick({"0 ", "0 ", "1 ", "0b", "p "});
}

void write_isbns(Draft& draft, const Work& work) {
  if (!is_book(work.material) || work.year < 1970 || !draft.happens(700)) return;
  std::uint32_t count = draft.random.below(4) == 0 ? 2 : 1;
  while (count-- > 0) {
    const std::string isbn = make_isbn10(draft.language.isbn_group, draft.random);
    const std::string_view binding = draft.random.pick({"", "", "hardcover", "pbk. : alk. paper", "paperback", "v. 1"});
    for (const std::string& form : {isbn13_of(isbn), isbn}) {
      if (form.size() == 10 && work.year > 2012) continue;
      draft.out.field("020", "  ").subfield('a', form);
      if (!binding.empty()) draft.out.subfield('q', "(").add(binding).add(")");
    }
  }
}

void write_standard_numbers(Draft& draft, const Work& work) {
  Random& random = draft.random;
  FieldWriter& out = draft.out;
  if (random.chance(880)) out.field("010", "  ").subfield('a', make_lccn("   ", work.year, random));
  if (draft.happens(60)) out.field("015", "  ").subfield('a', "GB").add(make_digits(7, random)).subfield('2', "bnb");
  if (draft.happens(60)) out.field("016", "7 ").subfield('a', make_digits(9, random)).subfield('2', "Uk");
  write_isbns(draft, work);
  if (work.material == Material::kSerial && draft.happens(750)) {
    out.field("022", "0 ").subfield('a', make_issn(random)).subfield('2', "1");
    if (draft.happens(200)) out.subfield('y', make_issn(random));
  }
  if (work.material == Material::kRecording && draft.happens(400)) {
    out.field("024", "1 ").subfield('a', make_digits(12, random));
  }
  if (is_music(work.material) && draft.happens(700)) {
    out.field("028", "02").subfield('a', random.pick({"HL ", "QQ-", "LP ", "E. "})).add(make_digits(5, random));
    draft.subfield('b', draft.language.publisher);
  }
  if (work.material == Material::kMap) {
    out.field("034", "1 ").subfield('a', "a").subfield('b', make_digits(2, random)).add("0000");
  }
}

void write_system_numbers(Draft& draft) {
  Random& random = draft.random;
  draft.out.field("035", "  ").subfield('a', "(OCoLC)").add(make_digits(random.between(7, 10), random));
  if (draft.happens(500)) draft.out.field("035", "  ").subfield('a', "(XxOld)").add(make_digits(7, random));
  if (draft.happens(150)) draft.out.field("035", "  ").subfield('9', "(XxNat)bib").add(make_digits(8, random));
  if (draft.happens(60)) {
    draft.out.field("037", "  ").subfield('b', "Library of the Region, P.O. Box ").add(make_digits(4, random));
    draft.out.subfield('c', "$").add(make_digits(2, random)).add(".50");
  }
}

void write_languages(Draft& draft, const Work& work) {
  if (work.translated) {
    draft.out.field("041", "1 ").subfield('a', draft.language.code).subfield('h', "eng");
  } else if (draft.happens(50)) {
    draft.out.field("041", "0 ").subfield('a', draft.language.code).subfield('a', "eng");
  }
}

void write_classes(Draft& draft, const Work& work) {
  Random& random = draft.random;
  if (random.chance(920)) {
    draft.out.field("050", random.pick({"00", "00", " 4"})).subfield('a', work.class_number());
    draft.out.subfield('b', work.call_number);
  }
  if (draft.happens(420)) {
    draft.out.field("082", random.pick({"00", "04"})).subfield('a', work.dewey_number());
    draft.out.subfield('2', random.pick({"19", "20", "21", "22", "23"}));
  }
}

}  // namespace

void write_control_fields(Draft& draft, const Work& work) {
  Random& random = draft.random;
  draft.out.leader(make_leader(random, work));
  std::string data = write_identity(draft);
  if (work.material == Material::kEbook) draft.out.control("006", "m     o  d        ");
  if (const std::string_view physical = codes(work.material).physical; !physical.empty()) {
    draft.out.control("007", physical);
  }
  data += make_dates(random, work);
  std::string country(work.place->code);
  country.resize(3, ' ');
  data += country;
  if (is_book(work.material)) {
    data += book_codes(random, work);
  } else {
    data += other_codes(random, work.material);
  }
  data += draft.language.code;
  data += random.pick({" ", " ", " ", "o"});
  data += random.pick({" ", " ", "d", "c"});
  draft.out.control("008", data);
}

void write_numbers(Draft& draft, const Work& work) {
  write_standard_numbers(draft, work);
  write_system_numbers(draft);
  write_source(draft, work.rda);
  write_languages(draft, work);
  if (draft.happens(350))
    draft.out.field("042", "  ").subfield('a', draft.random.pick({"pcc", "lccopycat", "premarc"}));
  if (work.area != nullptr) draft.out.field("043", "  ").subfield('a', work.area->code);
  write_classes(draft, work);
  if (const std::string_view script = draft.language.script; !script.empty()) {
    draft.out.field("066", "  ").subfield('c', script.substr(0, script.find('/')));
  }
}

}  // namespace generator
