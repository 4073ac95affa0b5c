#pragma once

#include <bulkmarc/encoder.hpp>
#include <bulkmarc/export_macro.hpp>

// The component bulkmarc::arrow: Apache Arrow C++ writes the rows. docs/linking.md says how to link it.

namespace bulkmarc {

/// What ExportOptions::encoder is for Format::kParquet. Columns are encoded in parallel; docs/formats.md describes the
/// files.
[[nodiscard]] BULKMARC_API RowEncoderFactory parquet_encoder();

/// How Arrow's IPC frames its record batches.
enum class ArrowLayout {
  kFile,    ///< With a footer that tells where each is. Read at any place, so from files.
  kStream,  ///< One after the other. Read in order, so from pipes, too.
};

/// The same for Format::kArrow.
[[nodiscard]] BULKMARC_API RowEncoderFactory arrow_encoder(ArrowLayout layout = ArrowLayout::kFile);

/// Both, for a program that loads the component only when it needs it.
struct ArrowEncoders {
  RowEncoderFactory (*parquet)();
  RowEncoderFactory (*arrow)(ArrowLayout layout);
};

}  // namespace bulkmarc

extern "C" {
/// What such a program asks dlsym() for.
extern BULKMARC_API const bulkmarc::ArrowEncoders bulkmarc_arrow_encoders;  // NOLINT(readability-identifier-naming)
}
