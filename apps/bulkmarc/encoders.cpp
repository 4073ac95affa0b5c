#include "encoders.hpp"

#include <dlfcn.h>

#include <filesystem>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>
#include <bulkmarc/arrow_encoders.hpp>

#include "terminal/input_files.hpp"
#include "terminal/program.hpp"

namespace {

namespace fs = std::filesystem;

#ifdef BULKMARC_ARROW_LIBRARY
/// True when whoever reads the output can only go forward in it, or wants a file to be read so.
bool is_read_in_order(const fs::path& output) {
  std::error_code error;
  return output == kStandardStream || output.extension() == ".arrows" ||
         (fs::exists(output, error) && !fs::is_regular_file(output, error));
}

/// Loads the library when it's needed: for Apache Arrow that takes longer than many an export.
const bulkmarc::ArrowEncoders& arrow_encoders() {
  void* const library = dlopen(BULKMARC_ARROW_LIBRARY, RTLD_NOW | RTLD_LOCAL);
  const void* const symbol = library == nullptr ? nullptr : dlsym(library, "bulkmarc_arrow_encoders");
  if (symbol == nullptr) {
    const char* const reason = dlerror();
    throw std::runtime_error(
        fmt::format("{}: can't be loaded: {}", BULKMARC_ARROW_LIBRARY, reason == nullptr ? "unknown" : reason));
  }
  return *static_cast<const bulkmarc::ArrowEncoders*>(symbol);
}
#endif

bulkmarc::RowEncoderFactory arrow_encoder_of(const RunArguments& arguments) {
  const bulkmarc::Format format = arguments.options.format;
#ifdef BULKMARC_ARROW_LIBRARY
  const bulkmarc::ArrowEncoders& encoders = arrow_encoders();
  if (format == bulkmarc::Format::kParquet) return encoders.parquet();
  return encoders.arrow(is_read_in_order(arguments.output) ? bulkmarc::ArrowLayout::kStream
                                                           : bulkmarc::ArrowLayout::kFile);
#else
  throw UsageError(
      fmt::format("this build can't write {}: it was made without Apache Arrow", bulkmarc::format_name(format)));
#endif
}

}  // namespace

bulkmarc::RowEncoderFactory choose_encoder(const RunArguments& arguments) {
  switch (arguments.options.format) {
    case bulkmarc::Format::kParquet:
    case bulkmarc::Format::kArrow:
      return arrow_encoder_of(arguments);
    default:
      return {};
  }
}
