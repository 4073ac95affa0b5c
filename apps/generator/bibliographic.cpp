#include "generator/bibliographic.hpp"

#include <cstdint>

namespace generator {
namespace {

void write_title(Draft& draft, Material material, Text& title) {
  if (material == Material::kMap) return draft.say.map_title.write(draft.random, title);
  const Language& language = draft.language;
  language.write(material == Material::kSerial ? language.journal : language.title, draft.random, title);
}

Work::MainEntry pick_main_entry(Random& random, Material material) {
  if (material == Material::kSerial) {
    return random.chance(250) ? Work::MainEntry::kCorporate : Work::MainEntry::kTitle;
  }
  const std::uint32_t at = random.below(100);
  return at < 70 ? Work::MainEntry::kPerson : at < 82 ? Work::MainEntry::kCorporate : Work::MainEntry::kTitle;
}

std::uint32_t pick_year(Random& random, Material material) {
  if (material == Material::kEbook) return random.between(1998, 2023);
  return random.chance(850) ? random.between(1945, 2023) : random.between(1780, 1944);
}

std::uint32_t pick_extra(Random& random) {
  const std::uint32_t at = random.below(2000);
  return at < 2 ? random.between(200, 550) : at < 18 ? random.between(20, 80) : 0;
}

/// The first letter of whom or what the record is entered under, and a number.
std::string make_cutter(Random& random, std::string_view heading) {
  std::string cutter(1, '.');
  for (const char byte : heading) {
    if (cutter.size() == 1 && byte >= 'A' && byte <= 'Z') cutter += byte;
  }
  if (cutter.size() == 1) cutter += 'A';
  return cutter += std::to_string(random.between(12, 9999));
}

}  // namespace

Work::Work(Draft& draft)
    : material(pick_material(draft.random)),
      year(pick_year(draft.random, material)),
      rda(year > 2012 || draft.random.chance(150)),
      main_entry(pick_main_entry(draft.random, material)),
      author(draft.language.pick_person(draft.random)),
      contributor(draft.language.pick_person(draft.random)),
      illustrated(draft.random.chance(450)),
      has_bibliography(is_book(material) && draft.random.chance(420)),
      has_index(has_bibliography && draft.random.chance(600)),
      translated(is_book(material) && draft.language.code != "eng" && draft.random.chance(150)),
      place(&draft.language.place.pick(draft.random)),
      topic(&draft.say.topics(material).pick(draft.random)),
      area(draft.random.chance(300) ? &draft.say.area.pick(draft.random) : nullptr),
      title(!draft.language.script.empty()),
      corporate(!draft.language.script.empty()),
      extra(pick_extra(draft.random)) {
  write_title(draft, material, title);
  draft.language.write(draft.language.corporate, draft.random, corporate);
  const bool under_person = main_entry == MainEntry::kPerson;
  call_number = make_cutter(draft.random, under_person ? author.surname->pieces.front().latin : title.latin());
  if (material != Material::kSerial) (call_number += ' ') += std::to_string(year);
}

std::string_view Work::class_number() const { return topic->code.substr(0, topic->code.find(' ')); }

std::string_view Work::dewey_number() const { return topic->code.substr(topic->code.find(' ') + 1); }

void write_bibliographic(Draft& draft) {
  const Work work(draft);
  write_control_fields(draft, work);
  write_numbers(draft, work);
  write_description(draft, work);
  write_physical(draft, work);
  write_notes(draft, work);
  write_headings(draft, work);
  write_holdings(draft, work);
}

}  // namespace generator
