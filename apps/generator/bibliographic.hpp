#pragma once

#include <cstdint>
#include <string>

#include "generator/draft.hpp"
#include "generator/vocabulary.hpp"

namespace generator {

/// What a bibliographic record describes: the facts that several of its fields repeat.
struct Work {
  explicit Work(Draft& draft);

  enum class MainEntry : std::uint8_t { kPerson, kCorporate, kTitle };

  Material material;
  std::uint32_t year;  ///< Of publication.
  bool rda;            ///< Catalogued after RDA rather than AACR2.
  MainEntry main_entry;
  Person author;
  Person contributor;
  bool illustrated;
  bool has_bibliography;
  bool has_index;
  bool translated;     ///< From English.
  const Entry* place;  ///< With its country's code.
  const Entry* topic;  ///< With its class and Dewey number.
  const Entry* area;   ///< With its geographic area code; null where the work concerns none.
  Text title;
  Text corporate;
  std::string call_number;  ///< The shelf mark, without the class.
  /// Fields beyond the usual: in most records none, in a few of them hundreds.
  std::uint32_t extra;

  [[nodiscard]] std::string_view class_number() const;
  [[nodiscard]] std::string_view dewey_number() const;
};

/// Makes a bibliographic record about some work.
void write_bibliographic(Draft& draft);

// The record's parts, in their order.
void write_control_fields(Draft& draft, const Work& work);  ///< Leader, 00X.
void write_numbers(Draft& draft, const Work& work);         ///< 01X-09X.
void write_description(Draft& draft, const Work& work);     ///< 1XX-26X.
void write_physical(Draft& draft, const Work& work);        ///< 3XX-4XX.
void write_notes(Draft& draft, const Work& work);           ///< 5XX.
void write_headings(Draft& draft, const Work& work);        ///< 6XX-8XX.
void write_holdings(Draft& draft, const Work& work);        ///< 85X-9XX.

}  // namespace generator
