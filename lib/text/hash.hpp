#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace bulkmarc {

/// 96 bits of a hash of some bytes. All are 0 of none: hash_of() never returns that.
struct Hash {
  std::array<std::uint32_t, 3> words{};

  bool operator==(const Hash&) const = default;
  [[nodiscard]] bool is_none() const { return *this == Hash(); }
};

/// The hash of `bytes` within this process: every process draws a secret of its own, so that no file can be made in
/// which values share their hashes.
[[nodiscard]] Hash hash_of(std::string_view bytes);

}  // namespace bulkmarc
