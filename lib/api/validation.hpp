#pragma once

#include <filesystem>
#include <string>

#include <bulkmarc/export.hpp>

#include "api/source_impl.hpp"
#include "api/target_impl.hpp"

namespace bulkmarc {

/// Throws Error (kInvalidOptions).
[[noreturn]] void refuse(const std::string& what);

/// Refuse options that contradict themselves or each other, or that this build can't do: those of any run, and those
/// that an export to `target` has besides.
void validate(const RunOptions& options);
void validate(const ExportOptions& options, const Target::Impl& target);

/// Refuses a target, or a file for the rejects, that is one of the inputs, that is the other one, or that can't be one.
void validate_files(const Target::Impl& target, const RunOptions& options, const OpenedSource& source);

/// Refuses a report that would replace another file of the run, as far as that can be known before the source is
/// opened. Returns false where it can't: the report that stands there may be in a folder among the inputs.
[[nodiscard]] bool validate_report(const RunOptions& options, const Target::Impl& target, const Source::Impl& source);

/// Refuses a path that the system would take for a shorter one.
void refuse_nul(const std::filesystem::path& path);

/// Refuses two targets that are the same file or descriptor.
void refuse_same_target(const Target::Impl& one, const Target::Impl& other);

/// Throws Error (kTargetIsInput) where `target` is one of the inputs.
void refuse_input_as_target(const OpenedSource& source, const std::filesystem::path& target);
/// The same for a target that is open and has this status.
void refuse_input_as_target(const OpenedSource& source, const std::filesystem::path& target,
                            const struct ::stat& status);

}  // namespace bulkmarc
