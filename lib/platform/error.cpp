#include <bulkmarc/error.hpp>

#include <array>
#include <cstddef>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace bulkmarc {
namespace {

constexpr std::array<std::string_view, 23> kNames = {
    "invalid_options", "input_open",      "input_read",         "input_changed",   "not_marc",      "target_is_input",
    "target_exists",   "target_unusable", "output_create",      "output_allocate", "output_map",    "output_write",
    "output_sync",     "output_rename",   "output_sync_folder", "cancelled",       "not_resumable", "input_damaged",
    "input_encoding",  "input_refused",   "thread_start",       "input_mismatch",  "plan_mismatch",
};
static_assert(kNames.size() == static_cast<std::size_t>(ErrorCode::kPlanMismatch) + 1);

std::string message(const std::filesystem::path& path, std::string_view what_failed, int os_error) {
  std::string text = path.empty() ? std::string(what_failed) : fmt::format("{}: {}", path.string(), what_failed);
  if (os_error != 0) text += fmt::format(": {}", std::generic_category().message(os_error));
  return text;
}

}  // namespace

std::string_view error_name(ErrorCode code) {
  const auto index = static_cast<std::size_t>(code);
  return index < kNames.size() ? kNames[index] : std::string_view();
}

Error::Error(ErrorCode code, std::filesystem::path path, std::string_view what_failed, int os_error)
    : std::runtime_error(message(path, what_failed, os_error)),
      code_(code),
      path_(std::move(path)),
      os_error_(os_error) {}

}  // namespace bulkmarc
