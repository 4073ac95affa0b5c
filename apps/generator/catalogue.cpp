#include "generator/catalogue.hpp"

#include <cstdint>
#include <iterator>

#include "generator/bibliographic.hpp"

namespace {

constexpr std::uint32_t kAuthorities = 100;  // In a thousand records.
constexpr std::uint32_t kFullness[] = {20, 30, 40, 50, 60, 70, 85, 100, 130, 200};

}  // namespace

void Catalogue::make(std::uint64_t index, bulkmarc::Record& record) const {
  using namespace generator;
  record.clear();
  Random random(seed_, index);
  const Language& language = vocabulary().pick_language(random);
  Draft draft{index,
              random,
              vocabulary().cataloguing,
              language,
              FieldWriter(record, language.script),
              kFullness[random.below(std::size(kFullness))]};
  if (random.chance(kAuthorities)) {
    write_authority(draft);
  } else {
    write_bibliographic(draft);
  }
  draft.out.finish();
}
