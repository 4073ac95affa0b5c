#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/record.hpp>

#include "generator/grammar.hpp"
#include "generator/random.hpp"
#include "generator/vocabulary.hpp"

namespace generator {

/// Adds fields to a record, and for those that are linked the field 880 in the original script. A field ends
/// where the next begins. Tags are literals: they are kept until then.
class FieldWriter {
 public:
  /// `script` as in subfield 6 of a field 880; empty where there is only one script. Both are borrowed.
  FieldWriter(bulkmarc::Record& record, std::string_view script)
      : record_(record), script_(script), text_(!script.empty()) {}

  void leader(std::string_view leader) { record_.set_leader(leader); }
  void control(std::string_view tag, std::string_view data);
  FieldWriter& field(std::string_view tag, std::string_view indicators);
  /// One that has a twin in the original script, if there is one.
  FieldWriter& linked(std::string_view tag, std::string_view indicators);

  FieldWriter& subfield(char code);
  FieldWriter& subfield(char code, std::string_view value) {
    subfield(code).text_.append(value);
    return *this;
  }
  FieldWriter& subfield(char code, const Text& value) {
    subfield(code).text_.append(value);
    return *this;
  }
  FieldWriter& add(std::string_view value) {
    text_.append(value);
    return *this;
  }
  /// Ends with a full stop, unless there is a mark that does.
  FieldWriter& stop();
  /// The current field, to go on with its last subfield.
  [[nodiscard]] Text& text() { return text_; }

  /// Ends the last field and adds the fields 880 of those that were linked.
  void finish();

 private:
  void end_field();

  bulkmarc::Record& record_;
  std::string_view script_;
  Text text_;
  std::string_view tag_;
  bool open_ = false;
  bool linked_ = false;
  std::vector<std::string> originals_;
};

/// A record that is being made, and what it is made from.
struct Draft {
  std::uint64_t index;
  Random& random;
  const Cataloguing& say;
  const Language& language;
  FieldWriter out;
  std::uint32_t fullness;  ///< In percent: some records say little about a thing, some a lot.

  /// True in this many of a thousand records of ordinary fullness, and never certain in any.
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

/// Makes an authority record for a person, a body, a title, a topic or a place.
void write_authority(Draft& draft);

}  // namespace generator
