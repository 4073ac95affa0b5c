#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace bulkmarc {

/// True for what may tell an attempt from others: a part of a file name.
[[nodiscard]] bool is_attempt(std::string_view attempt);

/// Where the pieces of an output wait until they are committed: a folder beside it.
[[nodiscard]] std::filesystem::path pending_folder(const std::filesystem::path& output);
[[nodiscard]] std::filesystem::path pending_piece(const std::filesystem::path& output, std::uint64_t range,
                                                  const std::string& attempt);
/// The file of a piece's result, where no other one is named.
[[nodiscard]] std::filesystem::path result_beside(const std::filesystem::path& piece);

/// Throws Error (kOutputCreate, kOutputSyncFolder).
void make_pending_folder(const std::filesystem::path& output, bool sync);
/// Removes what killed attempts at pieces of an output have left, and the folder if nothing waits in it any more.
void clear_pending_folder(const std::filesystem::path& output);

}  // namespace bulkmarc
