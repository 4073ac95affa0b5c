#pragma once

#include <cstdint>

#include <bulkmarc/record.hpp>

/// A made-up library catalogue that resembles real ones: its mix of materials, languages and scripts, fields and
/// lengths.
class Catalogue {
 public:
  explicit Catalogue(std::uint64_t seed) : seed_(seed) {}

  /// Replaces the content of `record` with the record at this index, which depends on seed and index alone: it is the
  /// same in every call, on every thread and machine. Control numbers ascend with the index. Thread-safe.
  void make(std::uint64_t index, bulkmarc::Record& record) const;

 private:
  std::uint64_t seed_;
};
