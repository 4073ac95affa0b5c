#include "catalogue_stream.h"

#include <cerrno>
#include <exception>

#include <bulkmarc/bulkmarc.hpp>

int open_catalogue(const char* path, ArrowArrayStream* out) try {
  bulkmarc::export_arrow({bulkmarc::Source::file(path), bulkmarc::Table::records()}, out);
  return 0;
} catch (const bulkmarc::Error& error) {
  return error.os_error() != 0 ? error.os_error() : EINVAL;
} catch (const std::exception&) {
  return ENOMEM;
}
