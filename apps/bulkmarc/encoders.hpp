#pragma once

#include <bulkmarc/encoder.hpp>

#include "arguments.hpp"

/// What writes the output in the format that was chosen: empty where the library writes it by itself. Throws UsageError
/// when this build has nothing that does, and std::runtime_error when it can't be loaded.
bulkmarc::RowEncoderFactory choose_encoder(const RunArguments& arguments);
