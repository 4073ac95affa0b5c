#pragma once

#include <filesystem>
#include <string>

#include <bulkmarc/export.hpp>

#include "api/source_impl.hpp"
#include "api/target_impl.hpp"

namespace bulkmarc {

/// Throws Error (kInvalidOptions).
[[noreturn]] void refuse(const std::string& what);

/// Refuses options that contradict themselves or each other, or that this build can't do.
void validate(const ExportOptions& options);

/// Refuses a target, or a file for the rejects, that is one of the inputs, that is the other one, or that can't be one.
void validate_files(const Target::Impl& target, const ExportOptions& options, const OpenedSource& source);

/// Throws Error (kTargetIsInput) where `target` is one of the inputs.
void refuse_input_as_target(const OpenedSource& source, const std::filesystem::path& target);

}  // namespace bulkmarc
