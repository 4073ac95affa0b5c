#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "generator/field_writer.hpp"
#include "generator/random.hpp"
#include "generator/vocabulary.hpp"

namespace generator {

/// A record that is being made, and what it is made from.
struct Draft {
  std::uint64_t index;
  Random& random;
  const Cataloguing& say;
  const Language& language;
  FieldWriter out;
  std::uint32_t fullness;  ///< In percent: some records say little about a thing, some a lot.

  /// True so many times in a thousand records of ordinary fullness, and not always in any.
  bool happens(std::uint32_t per_mille) { return random.chance(std::min(per_mille * fullness / 100, 850u)); }

  /// Begins a subfield with one of the section's texts.
  FieldWriter& subfield(char code, const Section& section) {
    section.write(random, out.subfield(code).text());
    return out;
  }
  /// The same, with one of the language's texts.
  FieldWriter& phrase(char code, const Section& section) {
    language.write(section, random, out.subfield(code).text());
    return out;
  }
};

/// Writes the fields 001, 003 and 005, and returns when the record was entered, as yymmdd.
std::string write_identity(Draft& draft);
/// Writes the field 040.
void write_source(Draft& draft, bool rda);
/// Writes the years of birth and perhaps of death, as in a heading, of somebody who published in that year.
void write_life(Draft& draft, std::uint32_t active);

}  // namespace generator
