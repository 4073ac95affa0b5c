#pragma once

#include <cstdint>
#include <optional>

namespace bulkmarc {

/// Bytes of address space that this process may still take before it meets the limit on it (`ulimit -v`), or nothing
/// where there is no such limit.
[[nodiscard]] std::optional<std::uint64_t> address_space_left();

}  // namespace bulkmarc
