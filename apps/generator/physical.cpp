#include "generator/bibliographic.hpp"

namespace generator {
namespace {

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

}  // namespace

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

}  // namespace generator
