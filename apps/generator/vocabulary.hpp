#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string_view>

#include "generator/grammar.hpp"
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

/// Somebody's name, in parts, because headings and statements of responsibility order them differently.
struct Person {
  const Entry* surname;
  const Entry* given;
};

/// What can be said in one language. A language with a script is romanized in the fields proper, and stands in
/// its own script in their 880 fields.
struct Language : Grammar {
  explicit Language(std::string_view text);

  [[nodiscard]] Person pick_person(Random& random) const { return {&surname.pick(random), &given.pick(random)}; }
  /// Writes one of the texts with a capital, as a title or a name that stands alone.
  void write(const Section& from, Random& random, Text& text) const;
  /// `form` is the section `heading` or `byline`.
  void write_name(const Section& form, const Person& person, Text& text) const;
  /// How many bytes of article a title begins with, its space included.
  [[nodiscard]] std::size_t article_length(std::string_view of_title) const;
  [[nodiscard]] std::string_view property(std::string_view key, std::string_view otherwise) const;

  std::string_view code = property("code", "und");  ///< MARC code list for languages.
  std::string_view name = property("name", "");
  std::string_view script = property("script", "");  ///< As in subfield 6 of a field 880; empty for Latin.
  std::string_view isbn_group = property("isbn", "0");
  std::uint32_t weight;  ///< Its share of the catalogue, relative to the others'.

  const Section& article = section("article");
  const Section& surname = section("surname");
  const Section& given = section("given");
  const Section& heading = section("heading");
  const Section& byline = section("byline");
  const Section& place = section("place");
  const Section& publisher = section("publisher");
  const Section& corporate = section("corporate");
  const Section& title = section("title");
  const Section& subtitle = section("subtitle");
  const Section& journal = section("journal");
  const Section& series = section("series");
  const Section& edition = section("edition");
};

/// What the cataloguers add, in English whatever the language of the work.
struct Cataloguing : Grammar {
  Cataloguing();

  const Section& topic = section("topic");
  const Section& music_topic = section("music-topic");
  const Section& subdivision = section("subdivision");
  const Section& form = section("form");
  const Section& period = section("period");
  const Section& area = section("area");
  const Section& summary = section("summary");
  const Section& map_title = section("map-title");
  const Section& bibliography = section("bibliography");
  const Section& thesis = section("thesis");
  const Section& performers = section("performers");
  const Section& event = section("event");
  const Section& system = section("system");
  const Section& access = section("access");
  const Section& provenance = section("provenance");
  const Section& basis = section("basis");
  const Section& relation = section("relation");
  const Section& frequency = section("frequency");
  const Section& designation = section("designation");
  const Section& scale = section("scale");
  const Section& incipit = section("incipit");
  const Section& chapter = section("chapter");
  const Section& library = section("library");
  const Section& shelf = section("shelf");
  const Section& url = section("url");
  const Section& link_materials = section("link-materials");
  const Section& link_note = section("link-note");
  const Section& relator = section("relator");
  const Section& relator_music = section("relator-music");
  const Section& occupation = section("occupation");
  const Section& found = section("found");
  const Section& found_online = section("found-online");
  const Section& reference = section("reference");
  const Section& caution = section("caution");

  /// Sections that differ between materials.
  struct ByMaterial {
    const Section* extent;
    const Section* details;
    const Section* dimensions;
    const Section* genre;
    const Section* note;
  };
  [[nodiscard]] const Section& topics(Material material) const { return is_music(material) ? music_topic : topic; }
  [[nodiscard]] const ByMaterial& by_material(Material material) const {
    return by_material_[static_cast<std::size_t>(material)];
  }

 private:
  std::array<ByMaterial, kMaterialCount> by_material_;
};

/// Everything that the catalogue's records are made of.
struct Vocabulary {
  Vocabulary();
  [[nodiscard]] const Language& pick_language(Random& random) const;

  Cataloguing cataloguing;
  std::deque<Language> languages;  ///< The commonest first.
  std::uint32_t weight = 0;        ///< Of all of them.
};

/// The files of data/vocabulary, as they were when the program was built.
[[nodiscard]] std::span<const std::string_view> cataloguing_texts();
/// Those of data/vocabulary/languages, one for each language.
[[nodiscard]] std::span<const std::string_view> language_texts();

/// Built at the first call. Thread-safe.
[[nodiscard]] const Vocabulary& vocabulary();

}  // namespace generator
