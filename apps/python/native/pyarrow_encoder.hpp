#pragma once

#include <nanobind/nanobind.h>
#include <bulkmarc/encoder.hpp>
#include <bulkmarc/format.hpp>

#include "run.hpp"

namespace nb = nanobind;

/// What opens a file of `format` in bulkmarc._pyarrow. Throws Error (kInvalidOptions) where there is no pyarrow.
nb::object pyarrow_file(bulkmarc::Format format, bool is_read_in_order);

/// Has pyarrow write the rows, in the run's threads, which take the GIL for that. What pyarrow raises reaches the
/// thread that came from Python. Borrows both, for as long as the run goes on.
bulkmarc::RowEncoderFactory pyarrow_encoder(nb::handle open_file, Run& run);
