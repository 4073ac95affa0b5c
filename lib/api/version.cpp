#include <bulkmarc/version.hpp>

namespace bulkmarc {

std::string_view version() { return BULKMARC_VERSION; }

}  // namespace bulkmarc
