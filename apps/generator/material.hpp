#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "generator/random.hpp"

namespace generator {

enum class Material : std::uint8_t { kBook, kSerial, kRecording, kScore, kMap, kEbook, kVideo };
inline constexpr std::size_t kMaterialCount = 7;

/// A term and its code, as in the fields 336 to 338.
struct Term {
  std::string_view term;
  std::string_view code;
};

/// How a material is coded.
struct MaterialCodes {
  std::uint32_t weight;       ///< Its share of the catalogue, in thousandths.
  std::string_view type;      ///< Leader/06-07: type of record, bibliographic level.
  std::string_view physical;  ///< Field 007; empty where such records have none.
  std::string_view general;   ///< Subfield h of the title; empty likewise.
  Term content;
  Term media;
  Term carrier;
};

[[nodiscard]] const MaterialCodes& codes(Material material);
[[nodiscard]] Material pick_material(Random& random);
[[nodiscard]] constexpr bool is_music(Material material) {
  return material == Material::kRecording || material == Material::kScore;
}
/// True for books on paper and others.
[[nodiscard]] constexpr bool is_book(Material material) {
  return material == Material::kBook || material == Material::kEbook;
}

}  // namespace generator
