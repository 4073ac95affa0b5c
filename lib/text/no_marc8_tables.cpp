#include "text/marc8_tables.hpp"

// Stands for the tables in a build without YAZ.

namespace bulkmarc {

std::span<const Marc8Set> marc8_sets() { return {}; }

std::span<const EastAsianCharacter> east_asian_characters() { return {}; }

}  // namespace bulkmarc
