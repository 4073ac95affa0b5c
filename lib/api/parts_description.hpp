#pragma once

#include <bulkmarc/export.hpp>

#include "api/source_impl.hpp"
#include "api/target_impl.hpp"
#include "output/parts_output.hpp"

namespace bulkmarc {

/// What is to be told of the parts of a run, and what they depend on. An option that changes a byte of the output
/// belongs into it. Regular files are known by their size and time; of other inputs nothing is known, and it is only
/// seen later that they give other parts.
[[nodiscard]] PartsDescription describe_parts(const ExportOptions& options, const Target::Impl::Parts& target,
                                              const OpenedSource& source);

}  // namespace bulkmarc
