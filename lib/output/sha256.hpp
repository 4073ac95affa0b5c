#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace bulkmarc {

/// The SHA-256 of bytes that come one after the other.
class Sha256 {
 public:
  /// Throws std::bad_alloc.
  Sha256();

  void add(std::string_view bytes);
  /// In hexadecimal digits. Nothing can be added after it.
  [[nodiscard]] std::string digest();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

/// The SHA-256 of a regular file of `size` bytes, or nothing where there is no such file or it can't be read. Throws
/// Error (kCancelled) when a stop is requested.
[[nodiscard]] std::optional<std::string> sha256_of_file(const std::filesystem::path& path, std::uint64_t size,
                                                        const std::stop_token& stop = {});

}  // namespace bulkmarc
