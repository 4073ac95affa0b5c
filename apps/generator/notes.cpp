#include "generator/bibliographic.hpp"

#include <cstdint>

namespace generator {
namespace {

/// Writes a note, so many times in a thousand.
void write_note(Draft& draft, std::uint32_t per_mille, std::string_view tag, std::string_view indicators,
                const Section& section) {
  if (!draft.happens(per_mille)) return;
  draft.out.field(tag, indicators);
  draft.subfield('a', section);
}

/// The works in an anthology or on a recording, in one formatted note.
void write_contents(Draft& draft, const Work& work) {
  Random& random = draft.random;
  if (!draft.happens(is_music(work.material) ? 600 : 90)) return;
  const Section& section = is_music(work.material) ? draft.say.incipit : draft.say.chapter;
  Text& text = draft.out.field("505", "0 ").subfield('a').text();
  const std::uint32_t count = draft.happens(60) ? random.between(30, 90) : random.between(5, 16);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (i > 0) text.append(" -- ");
    section.write(random, text);
    if (draft.happens(150)) {
      text.append(" / ");
      draft.language.write_name(draft.language.byline, draft.language.pick_person(random), text);
    }
  }
  draft.out.stop();
}

void write_general_notes(Draft& draft, const Work& work) {
  const Cataloguing& say = draft.say;
  write_note(draft, 420, "500", "  ", *say.by_material(work.material).note);
  while (draft.happens(300)) write_note(draft, 1000, "500", "  ", *say.by_material(work.material).note);
  if (work.material == Material::kBook) write_note(draft, 25, "502", "  ", say.thesis);
  if (work.has_bibliography) {
    draft.out.field("504", "  ");
    draft.subfield('a', say.bibliography);
  }
}

void write_special_notes(Draft& draft, const Work& work) {
  if (work.material == Material::kEbook) write_note(draft, 500, "506", "1 ", draft.say.access);
  if (is_music(work.material)) {
    write_note(draft, 450, "511", "0 ", draft.say.performers);
    write_note(draft, 250, "518", "  ", draft.say.event);
  }
}

void write_language_note(Draft& draft, const Work& work) {
  if (work.translated) {
    draft.out.field("546", "  ").subfield('a', "Translated into ").add(draft.language.name).add(".");
  } else if (draft.happens(draft.language.script.empty() ? 30 : 300)) {
    draft.out.field("546", "  ").subfield('a', "In ").add(draft.language.name).add("; summary in English.");
  }
}

}  // namespace

void write_notes(Draft& draft, const Work& work) {
  const Cataloguing& say = draft.say;
  const bool on_screen = work.material == Material::kEbook || work.material == Material::kVideo;
  write_general_notes(draft, work);
  write_contents(draft, work);
  write_special_notes(draft, work);
  write_note(draft, on_screen ? 550 : 110, "520", "  ", say.summary);
  if (on_screen) write_note(draft, 500, "538", "  ", say.system);
  write_language_note(draft, work);
  if (work.material == Material::kSerial) write_note(draft, 250, "580", "  ", say.relation);
  write_note(draft, work.material == Material::kSerial || on_screen ? 500 : 40, "588", "  ", say.basis);
  write_note(draft, 120, "590", "  ", say.provenance);
}

}  // namespace generator
