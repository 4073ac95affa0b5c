#pragma once

#include "generator/draft.hpp"

namespace generator {

/// Makes an authority record for a person, a body, a title, a topic or a place.
void write_authority(Draft& draft);

}  // namespace generator
