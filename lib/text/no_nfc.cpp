#include "text/nfc.hpp"

// Stands for nfc.cpp in a build without ICU.

namespace bulkmarc {

bool can_compose() { return false; }

bool is_composed(std::string_view) { return true; }

std::size_t append_composed(std::string_view bytes, Buffer& output) {
  output.append(bytes);
  return 0;
}

}  // namespace bulkmarc
