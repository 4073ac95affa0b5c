#include "generator/bibliographic.hpp"

#include <cstdint>

#include "generator/identifiers.hpp"

namespace generator {
namespace {

void write_subdivisions(Draft& draft, const Work& work) {
  Random& random = draft.random;
  if (draft.happens(350)) draft.subfield('x', draft.say.subdivision);
  if (work.area != nullptr && draft.happens(500)) work.area->write(random, draft.out.subfield('z').text());
  if (draft.happens(150)) draft.subfield('y', draft.say.period);
  if (draft.happens(220)) draft.subfield('v', draft.say.form);
}

void write_topic(Draft& draft, const Work& work, const Entry& topic) {
  topic.write(draft.random, draft.out.field("650", " 0").subfield('a').text());
  write_subdivisions(draft, work);
  draft.out.stop();
}

void write_faceted_topic(Draft& draft, const Work& work) {
  const std::string number = make_digits(7, draft.random);
  draft.out.field("650", " 7");
  draft.subfield('a', draft.say.topics(work.material))
      .stop()
      .subfield('2', "fast")
      .subfield('0', "(OCoLC)fst0")
      .add(number);
  if (draft.happens(400)) draft.out.subfield('1', "http://id.example.org/fast/").add(number);
}

void write_subjects(Draft& draft, const Work& work) {
  Random& random = draft.random;
  const Language& language = draft.language;
  if (draft.happens(80)) {
    language.write_name(language.heading, language.pick_person(random),
                        draft.out.linked("600", "10").subfield('a').text());
    draft.subfield('v', draft.say.form).stop();
  }
  if (draft.happens(40)) {
    draft.out.linked("610", "20");
    draft.phrase('a', language.corporate).stop();
  }
  if (draft.happens(800)) write_topic(draft, work, *work.topic);
  while (draft.happens(450)) write_topic(draft, work, draft.say.topics(work.material).pick(random));
  if (draft.happens(180)) {
    write_faceted_topic(draft, work);
    while (draft.happens(550)) write_faceted_topic(draft, work);
  }
  if (work.area != nullptr && draft.happens(500)) {
    work.area->write(random, draft.out.field("651", " 0").subfield('a').text());
    write_subdivisions(draft, work);
    draft.out.stop();
  }
  if (draft.happens(350)) {
    draft.out.field("655", " 7");
    draft.subfield('a', *draft.say.by_material(work.material).genre).stop().subfield('2', "lcgft");
  }
}

void write_person(Draft& draft, const Work& work, const Person& person) {
  draft.language.write_name(draft.language.heading, person, draft.out.linked("700", "1 ").subfield('a').text());
  if (draft.happens(450)) write_life(draft, work.year);
  if (draft.happens(300)) {
    draft.out.add(",");
    draft.subfield('e', is_music(work.material) ? draft.say.relator_music : draft.say.relator);
  }
  draft.out.stop();
}

/// A part of the work, under its author.
void write_analytic(Draft& draft, const Work& work) {
  Random& random = draft.random;
  const Language& language = draft.language;
  language.write_name(language.heading, language.pick_person(random),
                      draft.out.field("700", "12").subfield('a').text());
  draft.out.stop();
  draft.subfield('t', is_music(work.material) ? draft.say.incipit : language.title).stop();
}

void write_added_entries(Draft& draft, const Work& work) {
  Random& random = draft.random;
  if (draft.happens(280)) write_person(draft, work, work.contributor);
  const std::uint32_t others = is_music(work.material) ? 550 : 130;
  while (draft.happens(others)) write_person(draft, work, draft.language.pick_person(random));
  if (work.material != Material::kSerial) {
    for (std::uint32_t i = 0; i < work.extra; ++i) write_analytic(draft, work);
  }
  if (draft.happens(220)) {
    draft.out.linked("710", "2 ");
    draft.phrase('a', draft.language.corporate).stop();
  }
  if (draft.happens(60)) {
    draft.out.field("740", "02");
    draft.phrase('a', draft.language.title).stop();
  }
}

void write_relation(Draft& draft, std::string_view tag, std::string_view indicators, const Section& title) {
  draft.out.field(tag, indicators);
  draft.subfield('t', title).subfield('x', make_issn(draft.random));
  draft.out.subfield('w', "(DLC)").add(make_lccn("   ", 1990, draft.random));
  draft.out.subfield('w', "(OCoLC)").add(make_digits(8, draft.random));
}

void write_relations(Draft& draft, const Work& work) {
  Random& random = draft.random;
  if (draft.happens(work.material == Material::kEbook ? 600 : 50)) {
    draft.out.field("776", "08").subfield('i', "Print version:").subfield('t', work.title);
    draft.out.subfield('w', "(DLC)").add(make_lccn("   ", work.year, random));
    draft.out.subfield('w', "(OCoLC)").add(make_digits(9, random));
  }
  if (work.material != Material::kSerial) return;
  while (draft.happens(350)) write_relation(draft, "780", "00", draft.language.journal);
  while (draft.happens(350)) write_relation(draft, "785", "00", draft.language.journal);
}

}  // namespace

void write_headings(Draft& draft, const Work& work) {
  write_subjects(draft, work);
  write_added_entries(draft, work);
  write_relations(draft, work);
}

}  // namespace generator
