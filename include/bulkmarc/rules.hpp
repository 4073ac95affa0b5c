#pragma once

#include <memory>
#include <string_view>

#include <bulkmarc/export_macro.hpp>

namespace bulkmarc {

/// What records should be like. A record that breaks a rule is exported all the same, with a repair for each time that
/// it does (Reason::kMissing, kRepeated, kUndefined): 100 at most. Immutable; cheap to copy, and any number of runs may
/// share one.
class BULKMARC_API Rules {
 public:
  /// Those of MARC 21 that matter most: every record has a control number (001), a bibliographic one a title (245), and
  /// what is not repeatable is there once.
  Rules();
  ~Rules();
  Rules(const Rules& other);
  Rules& operator=(const Rules& other);

  /// Those, and an Avram schema (https://format.gbv.de/schema/avram/specification) in JSON: which fields and subfields
  /// there may be, are required and are repeatable, and which indicators they may have. The schema has the last word
  /// about the fields that it defines; docs/rules.md says what is used of it. Throws Error (kInvalidOptions), which
  /// tells the place, where it is not such a schema.
  static Rules with_avram_schema(std::string_view json);

  struct Impl;

 private:
  friend struct Internals;
  explicit Rules(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;  // Not null.
};

}  // namespace bulkmarc
