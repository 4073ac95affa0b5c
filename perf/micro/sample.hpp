#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "record/batch.hpp"

/// Records of the generated catalogue, as one batch of the usual size: what every micro-benchmark works on.
struct Sample {
  std::string bytes;                      ///< ISO 2709.
  std::vector<std::string_view> records;  ///< Each whole record in `bytes`.
  bulkmarc::Batch batch;                  ///< The same records, decoded.
};

/// Made once. Throws when not every record is well-formed.
const Sample& sample();

/// As many records as sample() has, whose values are full of what XML, JSON and mrk must escape.
const Sample& sample_to_escape();
