#include "real/real_data.hpp"

#include <cstdlib>

namespace fs = std::filesystem;
using namespace bulkmarc;

fs::path RealDataTest::real(std::string_view name) { return fs::path(BULKMARC_REAL_DATA) / "real" / name; }

fs::path RealDataTest::schema() { return fs::path(BULKMARC_REAL_DATA) / "schema" / "MARC21slim.xsd"; }

Exported RealDataTest::export_as(Format format, std::string_view name) {
  ExportOptions options;
  options.format = format;
  return export_to_memory(Source::file(real(name)), options);
}

bool RealDataTest::run(const std::string& command, std::string_view output) const {
  const std::string redirected = command + " >'" + folder_.path(output).string() + "' 2>&1";
  return std::system(redirected.c_str()) == 0;
}

bool RealDataTest::is_installed(const std::string& program) {
  return std::system(("command -v " + program + " >/dev/null").c_str()) == 0;
}
