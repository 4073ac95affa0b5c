#pragma once

#include <span>
#include <string_view>

namespace generator {

/// The files of data/vocabulary, as they were when the program was built.
[[nodiscard]] std::span<const std::string_view> cataloguing_texts();
/// Those of data/vocabulary/languages, one for each language.
[[nodiscard]] std::span<const std::string_view> language_texts();

}  // namespace generator
