#pragma once

#include <string_view>

#include <bulkmarc/export_macro.hpp>

namespace bulkmarc {

/// The library's version, for example `0.1.0`.
[[nodiscard]] BULKMARC_API std::string_view version();

}  // namespace bulkmarc
