#include "generator/material.hpp"

#include <cstdint>

namespace generator {
namespace {

constexpr Term kText{"text", "txt"};
constexpr Term kUnmediated{"unmediated", "n"};
constexpr Term kVolume{"volume", "nc"};

// In the order of Material.
constexpr MaterialCodes kCodes[kMaterialCount] = {
    {640, "am", "", "", kText, kUnmediated, kVolume},
    {110, "as", "", "", kText, kUnmediated, kVolume},
    {70, "jm", "sd fsngnnmmned", "[sound recording]", {"performed music", "prm"}, {"audio", "s"}, {"audio disc", "sd"}},
    {40, "cm", "", "", {"notated music", "ntm"}, kUnmediated, kVolume},
    {30, "em", "aj canzn", "", {"cartographic image", "cri"}, kUnmediated, {"sheet", "nb"}},
    {80, "am", "cr cnu---unuuu", "[electronic resource]", kText, {"computer", "c"}, {"online resource", "cr"}},
    {30,
     "gm",
     "vd cvaizq",
     "[videorecording]",
     {"two-dimensional moving image", "tdi"},
     {"video", "v"},
     {"videodisc", "vd"}},
};

}  // namespace

const MaterialCodes& codes(Material material) { return kCodes[static_cast<std::size_t>(material)]; }

Material pick_material(Random& random) {
  std::uint32_t at = random.below(1000);
  std::size_t material = 0;
  while (at >= kCodes[material].weight) at -= kCodes[material++].weight;
  return static_cast<Material>(material);
}

}  // namespace generator
