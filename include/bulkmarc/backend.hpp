#pragma once

#include <string_view>

#include <bulkmarc/export_macro.hpp>

namespace bulkmarc {

/// How the bytes are to get to a file.
enum class Backend {
  kAuto,      ///< Choose by source, target and threads; docs/performance.md says how and why.
  kMapped,    ///< Measure first, then serialize in parallel into a mapping of the whole file.
  kStreamed,  ///< Serialize in parallel into small buffers that are written in order.
  kPlaced,    ///< Serialize in parallel into small buffers that are copied into a growing mapping, in parallel too.
  kDirect,    ///< As streamed, but past the system's cache, several writes at once. For files alone.
};

/// `auto`, `mapped`, `stream`, `placed` or `direct`, as the command calls them; empty for a value that the enumeration
/// does not have.
[[nodiscard]] BULKMARC_API std::string_view backend_name(Backend backend);

/// How the bytes got to the target.
enum class UsedBackend {
  kNone,      ///< Nothing was written: a check, or rows that were handed over.
  kMapped,    ///< Measured first, then serialized in parallel into a mapping of the whole file.
  kStreamed,  ///< Serialized in parallel into small buffers that were written in order.
  kPlaced,    ///< Serialized in parallel into small buffers that were copied into a growing mapping, in parallel too.
  kDirect,    ///< As streamed, but past the system's cache.
  kMemory,    ///< The target was the caller's memory.
};

/// `none`, `mapped`, `stream`, `placed`, `direct` or `memory`; empty for a value that the enumeration does not have.
[[nodiscard]] BULKMARC_API std::string_view backend_name(UsedBackend backend);

}  // namespace bulkmarc
