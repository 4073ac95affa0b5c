#include "generator/vocabulary.hpp"

#include <charconv>
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

Language::Language(std::string_view text) : Grammar({&text, 1}) {
  const std::string_view share = property("weight", "1");
  std::from_chars(share.data(), share.data() + share.size(), weight);
}

void Language::write(const Section& from, Random& random, Text& text) const {
  const std::size_t start = text.latin().size();
  from.write(random, text);
  char& first = text.latin()[start];
  if (first < 'a' || first > 'z') return;
  const bool begins_with_article = article_length(std::string_view(text.latin()).substr(start)) > 0;
  if (!begins_with_article) first = static_cast<char>(first - 'a' + 'A');
}

void Language::write_name(const Section& form, const Person& person, Text& text) const {
  for (const Piece& piece : form.entries().front().pieces) {
    text.append(piece.latin, piece.original);
    if (piece.choice == nullptr) continue;
    const Piece& part = (piece.choice == &surname ? person.surname : person.given)->pieces.front();
    text.append(part.latin, part.original);
  }
}

std::size_t Language::article_length(std::string_view of_title) const {
  for (const Entry& entry : article.entries()) {
    const std::string_view word = entry.pieces.front().latin;
    if (!of_title.starts_with(word)) continue;
    if (word.back() == '\'' || word.back() == '-') return word.size();
    if (of_title.substr(word.size()).starts_with(' ')) return word.size() + 1;
  }
  return 0;
}

std::string_view Language::property(std::string_view key, std::string_view otherwise) const {
  for (const Entry& entry : section("language").entries()) {
    const std::string_view line = entry.pieces.front().latin;
    if (line.starts_with(key) && line.substr(key.size()).starts_with(' ')) return line.substr(key.size() + 1);
  }
  return otherwise;
}

Cataloguing::Cataloguing() : Grammar(cataloguing_texts()) {
  constexpr std::string_view kNames[kMaterialCount] = {"book", "serial", "recording", "score", "map", "ebook", "video"};
  for (std::size_t i = 0; i < kMaterialCount; ++i) {
    auto named = [&](const char* aspect) { return &section(std::string(aspect) + "-" + std::string(kNames[i])); };
    by_material_[i] = {named("extent"), named("details"), named("dimensions"), named("genre"), named("note")};
  }
}

Vocabulary::Vocabulary() {
  for (const std::string_view text : language_texts()) weight += languages.emplace_back(text).weight;
}

const Language& Vocabulary::pick_language(Random& random) const {
  std::uint32_t at = random.below(weight);
  for (const Language& language : languages) {
    if (at < language.weight) return language;
    at -= language.weight;
  }
  return languages.front();
}

const Vocabulary& vocabulary() {
  static const Vocabulary instance;
  return instance;
}

}  // namespace generator
