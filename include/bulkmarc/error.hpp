#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include <bulkmarc/export_macro.hpp>

namespace bulkmarc {

/// Why a run stopped. The codes are stable and never reused; docs/errors.md explains each.
enum class ErrorCode {
  kInvalidOptions,    ///< The options contradict each other or the source.
  kInputOpen,         ///< An input does not exist or can't be read.
  kInputRead,         ///< Reading an input failed.
  kInputChanged,      ///< An input changed while it was being exported.
  kNotMarc,           ///< An input does not look like MARC 21 records.
  kTargetIsInput,     ///< The target is one of the inputs.
  kTargetExists,      ///< The target exists and was not to be replaced.
  kTargetUnusable,    ///< The target is a directory, a dangling link, or may not be written.
  kOutputCreate,      ///< The temporary file could not be created.
  kOutputAllocate,    ///< Its space could not be allocated: the disk is full, or a limit was met.
  kOutputMap,         ///< It could not be mapped.
  kOutputWrite,       ///< Writing failed.
  kOutputSync,        ///< The data could not be brought to the disk.
  kOutputRename,      ///< The finished file could not be renamed over the target.
  kOutputSyncFolder,  ///< The file is in place, but its folder could not be brought to the disk.
  kCancelled,         ///< ExportOptions::stop asked for it.
  kNotResumable,      ///< The run that was cut off had other inputs or options.
  kInputDamaged,      ///< An input's compressed data is damaged so early that no record could be read.
  kInputEncoding,     ///< An input is in a character encoding that is not known.
  kInputRefused,      ///< An input is XML of a kind that may do harm.
  kThreadStart,       ///< A thread could not be started.
  kInputMismatch,     ///< A manifest was named as the input, and it or its parts are not what it says.
  kPlanMismatch,      ///< An input, a result or a piece is not what the plan, or the result, says.
};

/// The code's stable name, for example `output_rename`; empty for a value that the enumeration does not have.
[[nodiscard]] BULKMARC_API std::string_view error_name(ErrorCode code);

/// What stops a run. Everything that concerns a single record is in the Report instead.
class BULKMARC_API Error : public std::runtime_error {
 public:
  /// `os_error` is an errno value, or 0 where the system did not give a reason.
  Error(ErrorCode code, std::filesystem::path path, std::string_view what_failed, int os_error = 0);

  [[nodiscard]] ErrorCode code() const noexcept { return code_; }
  /// The file that it concerns; empty where it concerns none.
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] int os_error() const noexcept { return os_error_; }

 private:
  ErrorCode code_;
  std::filesystem::path path_;
  int os_error_;
};

}  // namespace bulkmarc
