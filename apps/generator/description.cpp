#include "generator/bibliographic.hpp"

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

}  // namespace

void write_description(Draft& draft, const Work& work) {
  write_main_entry(draft, work);
  write_titles(draft, work);
  write_edition(draft, work);
  write_publication(draft, work);
}

}  // namespace generator
