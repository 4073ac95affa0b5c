#include "generator/draft.hpp"

#include <cstdint>

#include "generator/identifiers.hpp"

namespace generator {
namespace {

enum class Kind : std::uint8_t { kPerson, kCorporate, kTitle, kTopic, kPlace };

Kind pick_kind(Random& random) {
  const std::uint32_t at = random.below(100);
  return at < 66   ? Kind::kPerson
         : at < 86 ? Kind::kCorporate
         : at < 90 ? Kind::kTitle
         : at < 96 ? Kind::kTopic
                   : Kind::kPlace;
}

void write_control(Draft& draft, Kind kind) {
  Random& random = draft.random;
  draft.out.leader(random.chance(350) ? "00000nz  a2200000n  4500" : "00000cz  a2200000n  4500");
  std::string data = write_identity(draft);
  data += kind == Kind::kTopic ? "i| anannbabn" : random.pick({"n| acannaabn", "n| azannaabn"});
  data += random.pick({"          |n aaa      ", "          |a aaa      ", "          |b ana     c"});
  draft.out.control("008", data);
}

void write_heading(Draft& draft, Kind kind, const Person& person) {
  Random& random = draft.random;
  const Language& language = draft.language;
  FieldWriter& out = draft.out;
  switch (kind) {
    case Kind::kPerson:
      language.write_name(language.heading, person, out.field("100", "1 ").subfield('a').text());
      if (!draft.happens(500)) return;
      return write_life(draft, random.between(1850, 2020));
    case Kind::kCorporate:
      out.field("110", "2 ");
      draft.phrase('a', language.corporate);
      return;
    case Kind::kTitle:
      out.field("130", " 0");
      draft.phrase('a', language.series);
      return;
    case Kind::kTopic:
      out.field("150", "  ");
      draft.subfield('a', draft.say.topic);
      return;
    case Kind::kPlace:
      out.field("151", "  ");
      draft.subfield('a', draft.say.area);
      return;
  }
}

/// Other forms of the heading, the one in the original script first.
void write_variants(Draft& draft, Kind kind, const Person& person) {
  Random& random = draft.random;
  const Language& language = draft.language;
  if (kind == Kind::kPerson) {
    if (!language.script.empty()) {
      Text name(true);
      language.write_name(language.heading, person, name);
      draft.out.field("400", "1 ").subfield('a', name.original());
    }
    while (draft.happens(280)) {
      const Person variant{person.surname, language.pick_person(random).given};
      language.write_name(language.heading, variant, draft.out.field("400", "1 ").subfield('a').text());
    }
  }
  if (kind != Kind::kCorporate) return;
  while (draft.happens(550)) {
    draft.out.field("410", "2 ");
    draft.phrase('a', language.corporate);
  }
  while (draft.happens(450)) {
    draft.out.field("510", "2 ").subfield('w', "r").subfield('i', random.pick({"Predecessor:", "Successor:"}));
    draft.phrase('a', language.corporate);
  }
}

void write_attributes(Draft& draft) {
  const Language& language = draft.language;
  draft.out.field("370", "  ");
  draft.subfield('e', language.place).subfield('2', "naf");
  draft.out.field("372", "  ");
  draft.subfield('a', draft.say.topic).subfield('2', "lcsh");
  draft.out.field("373", "  ");
  draft.phrase('a', language.corporate);
  draft.out.field("374", "  ");
  draft.subfield('a', draft.say.occupation).subfield('2', "lcsh");
  draft.out.field("377", "  ").subfield('a', language.code);
}

/// Where the form of the name was found.
void write_sources(Draft& draft) {
  Random& random = draft.random;
  do {
    if (draft.happens(450)) {
      draft.out.field("670", "  ");
      draft.subfield('a', draft.say.reference);
      draft.subfield('b', draft.say.found_online);
    } else {
      draft.out.field("670", "  ");
      draft.phrase('a', draft.language.title).add(", ").text().append_number(random.between(1950, 2023));
      draft.out.add(":");
      draft.subfield('b', draft.say.found);
    }
  } while (draft.happens(500));
}

}  // namespace

void write_authority(Draft& draft) {
  Random& random = draft.random;
  const Kind kind = pick_kind(random);
  const Person person = draft.language.pick_person(random);
  const bool rda = draft.happens(250);
  write_control(draft, kind);
  draft.out.field("010", "  ")
      .subfield('a', make_lccn(kind == Kind::kTopic ? "sh " : "n  ", random.between(1980, 2023), random));
  if (draft.happens(280)) draft.out.field("035", "  ").subfield('a', "(OCoLC)oca").add(make_digits(8, random));
  write_source(draft, rda);
  if (kind == Kind::kPerson && rda) {
    draft.out.field("046", "  ").subfield('f').text().append_number(random.between(1850, 1990));
    draft.out.subfield('2', "edtf");
  }
  write_heading(draft, kind, person);
  if (kind == Kind::kPerson && rda) write_attributes(draft);
  write_variants(draft, kind, person);
  if (draft.happens(80)) {
    draft.out.field("667", "  ");
    draft.subfield('a', draft.say.caution);
  }
  write_sources(draft);
}

}  // namespace generator
