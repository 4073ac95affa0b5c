#pragma once

#include <string_view>

#include <bulkmarc/export_macro.hpp>

/// The version that a program is compiled with; version() is that of the library that it runs with. The build reads it
/// here.
#define BULKMARC_VERSION_MAJOR 0
#define BULKMARC_VERSION_MINOR 1
#define BULKMARC_VERSION_PATCH 0

namespace bulkmarc {

/// The library's version, for example `0.1.0`.
[[nodiscard]] BULKMARC_API std::string_view version();

}  // namespace bulkmarc
