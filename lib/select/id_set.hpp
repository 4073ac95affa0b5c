#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bulkmarc {

/// Control numbers, in the order in which they were given, each once. Blanks at either end do not count. Immutable, and
/// may be asked by many threads at once.
class IdSet {
 public:
  explicit IdSet(const std::vector<std::string>& ids);
  IdSet(const IdSet&) = delete;
  IdSet& operator=(const IdSet&) = delete;

  /// The place of a control number among the ids, or nothing. Allocates nothing.
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view control_number) const;
  /// The ids in their order.
  [[nodiscard]] const std::vector<std::string>& ids() const { return ids_; }

 private:
  std::vector<std::string> ids_;
  std::unordered_map<std::string_view, std::uint32_t> places_;  // Borrows from ids_.
};

}  // namespace bulkmarc
