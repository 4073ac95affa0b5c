#pragma once

#include <stop_token>

#include <bulkmarc/error.hpp>

namespace bulkmarc {

/// Throws Error (kCancelled) where a stop was requested.
inline void throw_if_stopped(const std::stop_token& stop) {
  if (stop.stop_requested()) throw Error(ErrorCode::kCancelled, {}, "the export was cancelled");
}

}  // namespace bulkmarc
