#include "generator/vocabulary.hpp"

#include <charconv>
#include <cstdint>

#include "generator/vocabulary_texts.hpp"

namespace generator {

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
