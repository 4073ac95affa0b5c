#include <bulkmarc/version.hpp>

#define BULKMARC_QUOTED(number) #number
#define BULKMARC_VERSION_OF(major, minor, patch) \
  BULKMARC_QUOTED(major) "." BULKMARC_QUOTED(minor) "." BULKMARC_QUOTED(patch)

namespace bulkmarc {

std::string_view version() {
  return BULKMARC_VERSION_OF(BULKMARC_VERSION_MAJOR, BULKMARC_VERSION_MINOR, BULKMARC_VERSION_PATCH);
}

}  // namespace bulkmarc
