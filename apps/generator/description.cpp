#include "generator/bibliographic.hpp"

#include <cstdint>

namespace generator {
namespace {

using MainEntry = Work::MainEntry;

void write_main_entry(Draft& draft, const Work& work) {
  const Language& language = draft.language;
  if (work.main_entry == MainEntry::kCorporate) draft.out.linked("110", "2 ").subfield('a', work.corporate).stop();
  if (work.main_entry != MainEntry::kPerson) return;
  language.write_name(language.heading, work.author, draft.out.linked("100", "1 ").subfield('a').text());
  if (draft.random.chance(480)) write_life(draft, work.year);
  if (work.rda && draft.random.chance(600)) {
    draft.out.add(",").subfield('e', is_music(work.material) ? "composer." : "author.");
  } else {
    draft.out.stop();
  }
}

void write_responsibility(Draft& draft, const Work& work) {
  const Language& language = draft.language;
  Text& text = draft.out.add(" /").subfield('c').text();
  if (work.main_entry == MainEntry::kCorporate) {
    text.append(work.corporate);
  } else {
    language.write_name(language.byline, work.author, text);
  }
  if (draft.random.chance(250)) {
    text.append(" ; ");
    language.write_name(language.byline, work.contributor, text);
  }
}

void write_titles(Draft& draft, const Work& work) {
  Random& random = draft.random;
  FieldWriter& out = draft.out;
  if (work.translated) {
    out.field("240", "10");
    draft.subfield('a', vocabulary().languages.front().title).stop().subfield('l', draft.language.name).stop();
  }
  const std::size_t article = draft.language.article_length(work.title.latin());
  const char indicators[] = {work.main_entry == MainEntry::kTitle ? '0' : '1', static_cast<char>('0' + article)};
  out.linked("245", {indicators, 2}).subfield('a', work.title);
  if (const std::string_view general = codes(work.material).general; !work.rda && !general.empty()) {
    out.subfield('h', general);
  }
  if (work.material != Material::kSerial && work.material != Material::kMap && random.chance(430)) {
    out.add(" :");
    draft.subfield('b', draft.language.subtitle);
  }
  if (random.chance(work.material == Material::kSerial ? 250 : 750)) write_responsibility(draft, work);
  out.stop();
  if (draft.happens(200)) {
    out.linked("246", random.pick({"30", "3 ", "14", "18"}));
    draft.phrase('a', draft.language.title);
  }
}

void write_edition(Draft& draft, const Work& work) {
  if (draft.random.chance(is_book(work.material) ? 200 : 60)) {
    draft.out.linked("250", "  ");
    draft.phrase('a', draft.language.edition);
  }
  if (work.material == Material::kMap) {
    draft.out.field("255", "  ");
    draft.subfield('a', draft.say.scale);
  }
}

void write_publication(Draft& draft, const Work& work) {
  FieldWriter& out = draft.out;
  out.linked(work.rda ? "264" : "260", work.rda ? " 1" : "  ");
  work.place->write(draft.random, out.subfield('a').text());
  out.add(" :");
  draft.phrase('b', draft.language.publisher).add(",");
  const bool inferred = draft.random.chance(120);
  out.subfield('c', inferred ? "[" : !work.rda && draft.random.chance(300) ? "c" : "").text().append_number(work.year);
  if (work.material == Material::kSerial) {
    out.add("-");
  } else {
    out.add(inferred ? "]" : ".");
  }
}

void write_extent(Draft& draft, const Work& work) {
  Random& random = draft.random;
  const Cataloguing::ByMaterial& say = draft.say.by_material(work.material);
  draft.out.field("300", "  ");
  draft.subfield('a', *say.extent);
  if (work.illustrated || !is_book(work.material)) {
    draft.out.add(" :");
    draft.subfield('b', *say.details);
  }
  if (random.chance(900)) {
    draft.out.add(" ;");
    draft.subfield('c', *say.dimensions);
  }
  if (random.chance(30)) draft.out.add(" +").subfield('e', "1 booklet");
}

void write_type(FieldWriter& out, std::string_view tag, const Term& type, std::string_view list) {
  out.field(tag, "  ").subfield('a', type.term).subfield('b', type.code).subfield('2', list);
}

void write_types(Draft& draft, const Work& work) {
  if (!draft.random.chance(920)) return;
  const MaterialCodes& coded = codes(work.material);
  write_type(draft.out, "336", coded.content, "rdacontent");
  write_type(draft.out, "337", coded.media, "rdamedia");
  write_type(draft.out, "338", coded.carrier, "rdacarrier");
  if (work.material == Material::kRecording && work.rda) {
    draft.out.field("344", "  ").subfield('a', "digital").subfield('g', "stereo").subfield('2', "rda");
  }
  if (work.material == Material::kEbook && draft.random.chance(300)) {
    draft.out.field("347", "  ").subfield('a', "text file").subfield('b', "PDF").subfield('2', "rda");
  }
}

void write_series(Draft& draft, const Work& work) {
  if (work.material == Material::kSerial || !draft.random.chance(260)) return;
  draft.out.linked("490", draft.random.pick({"0 ", "1 "}));
  draft.phrase('a', draft.language.series);
  if (draft.random.chance(550)) draft.out.add(" ;").subfield('v').text().append_number(draft.random.between(1, 400));
}

/// Writes a note in `per_mille` of a thousand records (Draft::happens()).
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

void write_description(Draft& draft, const Work& work) {
  write_main_entry(draft, work);
  write_titles(draft, work);
  write_edition(draft, work);
  write_publication(draft, work);
}

void write_physical(Draft& draft, const Work& work) {
  const bool serial = work.material == Material::kSerial;
  write_extent(draft, work);
  if (serial && draft.random.chance(900)) {
    draft.out.field("310", "  ");
    draft.subfield('a', draft.say.frequency);
  }
  write_types(draft, work);
  if (serial && draft.random.chance(800)) {
    draft.out.field("362", "0 ");
    draft.subfield('a', draft.say.designation);
  }
  write_series(draft, work);
}

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
