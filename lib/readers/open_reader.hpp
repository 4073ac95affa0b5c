#pragma once

#include <cstddef>
#include <memory>

#include "readers/input_file.hpp"
#include "readers/reader.hpp"

namespace bulkmarc {

/// The reader of an input, in the format that its first bytes tell, or else its name. Reads no more than these bytes.
/// Throws Error: kNotMarc for what does not look like MARC records.
std::unique_ptr<Reader> open_reader(InputFile file, std::size_t batch_bytes);

}  // namespace bulkmarc
