#include <string>

#include "generator/bibliographic.hpp"

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

}  // namespace generator
