#pragma once

#include <vector>

#include <bulkmarc/record_view.hpp>

#include "select/parser.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {

/// Leaves fields and subfields out of records. Immutable, and may be used from any thread.
class FieldFilter {
 public:
  /// What one filtered record needs; used again for the next.
  struct Memory {
    std::vector<DirectoryEntry> directory;
    Buffer text;
  };

  /// Of what `keep` names, or of everything where it is empty, the filter leaves out what `drop` names.
  FieldFilter(std::vector<FieldItem> keep, std::vector<FieldItem> drop);

  /// Points `view` to what is left of the record, in its order. Bytes are copied only where a field loses some of its
  /// subfields. The view is valid until `memory` is used again. Returns false, and changes nothing, when all is left.
  bool apply(RecordView& view, Memory& memory) const;

 private:
  /// The subfields of a field that are left: all, none, or some. Of a field without subfields it is all or none.
  [[nodiscard]] SubfieldCodes left_of(const FieldView& field) const;
  [[nodiscard]] RecordView copy(const RecordView& view, Memory& memory) const;

  std::vector<FieldItem> keep_;
  std::vector<FieldItem> drop_;
};

}  // namespace bulkmarc
