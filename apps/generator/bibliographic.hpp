#pragma once

#include "generator/draft.hpp"
#include "generator/work.hpp"

namespace generator {

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
