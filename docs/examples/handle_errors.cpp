#include <iostream>

#include <bulkmarc/bulkmarc.hpp>

namespace {

void export_without_clobbering() {
  bulkmarc::FileOptions file;
  file.no_clobber = true;
  bulkmarc::export_records(bulkmarc::Source::file("catalogue.mrc"), bulkmarc::Target::file("once.xml", file));
}

}  // namespace

int main() {
  for (int attempt = 1; attempt <= 2; ++attempt) {
    try {
      export_without_clobbering();
      std::cout << "attempt " << attempt << ": exported\n";
    } catch (const bulkmarc::Error& error) {
      const bool done = error.code() == bulkmarc::ErrorCode::kTargetExists;
      std::cout << "attempt " << attempt << ": " << bulkmarc::error_name(error.code()) << ": " << error.what() << '\n';
      if (!done) return 1;
    }
  }
}
