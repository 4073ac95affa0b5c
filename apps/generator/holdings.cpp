#include "generator/bibliographic.hpp"

#include <cstdint>

#include "generator/identifiers.hpp"

namespace generator {
namespace {

void write_call_number(Draft& draft, const Work& work, char code) {
  draft.out.subfield(code, work.class_number()).add(" ").add(work.call_number.substr(1));
}

void write_location(Draft& draft, const Work& work, std::uint32_t volume) {
  draft.out.field("852", "0 ");
  draft.subfield('b', draft.say.library);
  draft.subfield('c', draft.say.shelf);
  write_call_number(draft, work, 'h');
  if (work.material == Material::kSerial) draft.out.subfield('3', "v. ").text().append_number(volume);
  draft.out.subfield('p', "3").add(make_digits(13, draft.random));
}

void write_item(Draft& draft, const Work& work) {
  Random& random = draft.random;
  draft.out.field("949", "  ");
  write_call_number(draft, work, 'a');
  draft.out.subfield('w', "LC").subfield('i', "3").add(make_digits(13, random)).subfield('r', "Y");
  draft.subfield('l', draft.say.shelf);
  draft.subfield('m', draft.say.library);
  draft.out.subfield('t', codes(work.material).carrier.term);
}

void write_link(Draft& draft) {
  Random& random = draft.random;
  draft.out.field("856", random.pick({"40", "41", "42"}));
  if (draft.happens(600)) draft.subfield('3', draft.say.link_materials);
  draft.subfield('u', draft.say.url);
  if (draft.happens(300)) draft.subfield('z', draft.say.link_note);
}

/// Which department handled the record, and when.
void write_processing(Draft& draft) {
  Random& random = draft.random;
  if (draft.happens(800)) {
    draft.out.field("906", "  ").subfield('a', "7").subfield('b', "cbc");
    draft.out.subfield('c', random.pick({"orignew", "copycat", "oclcrpl"})).subfield('d', random.pick({"u", "2", "3"}));
    draft.out.subfield('e', random.pick({"ncip", "ecip"})).subfield('f', random.pick({"19", "20"}));
    draft.out.subfield('g', random.pick({"y-gencatlg", "n-oclcserc", "y-geogmaps"}));
  }
  if (!draft.happens(700)) return;
  draft.out.field("955", "  ").subfield('a', "rb09");
  std::uint32_t stations = random.between(1, 6);
  while (stations-- > 0) {
    draft.out.add(random.pick({" 04-", " 11-", " 08-"})).text().append_number(random.between(1990, 2023));
    draft.out.add(random.pick({"; xe11", " to SL; lg04", " to cat.; vf12", "; rc10 rev."}));
  }
}

}  // namespace

void write_holdings(Draft& draft, const Work& work) {
  if (work.material == Material::kSerial) {
    for (std::uint32_t i = 0; i < work.extra; ++i) write_location(draft, work, i + 1);
  }
  if (draft.happens(250)) write_location(draft, work, 1);
  if (work.material == Material::kEbook || draft.happens(70)) write_link(draft);
  while (draft.happens(120)) write_link(draft);
  draft.out.finish();
  write_processing(draft);
  if (draft.happens(650)) write_item(draft, work);
  while (draft.happens(250)) write_item(draft, work);
}

}  // namespace generator
