#pragma once

namespace bulkmarc {

/// The library's one way to what its public classes keep to themselves.
struct Internals {
  /// What `object` owns: null for one that was moved from.
  template <class Public>
  static auto* of(Public& object) {
    return object.impl_.get();
  }
};

}  // namespace bulkmarc
