#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/rows.hpp>
#include <bulkmarc/table.hpp>

namespace bulkmarc {

/// What an encoder is told of the file that it makes.
struct EncoderContext {
  Table table;
  /// Tells the table: `subfields`, `records`, or the columns of its own. Tables with the same one have the same rows.
  std::string definition = {};
  /// Takes the bytes of the file in order, on any thread, until finish() returns or the encoder is destroyed. What it
  /// throws must reach the encoder's caller. Not to be called after it has thrown, nor by a destructor.
  std::function<void(std::string_view bytes)> write = {};
  std::vector<std::string> inputs = {};                 ///< Their names, as the report has them.
  int threads = 1;                                      ///< That the run works with. The bytes must not depend on it.
  std::optional<int> compression_level = std::nullopt;  ///< ExportOptions::compression_level.
};

/// Makes one file of rows, in a format that is not written record by record. Called by one thread at a time, but not
/// always by the same one. Destroyed without finish() where the run has failed.
class RowEncoder {
 public:
  virtual ~RowEncoder() = default;
  RowEncoder() = default;
  RowEncoder(const RowEncoder&) = delete;
  RowEncoder& operator=(const RowEncoder&) = delete;

  /// Takes the rows of `range`, which follow those of the call before. It may keep `rows`, and so their memory, as long
  /// as it is bounded. The bytes must not depend on how the rows are divided among the calls.
  virtual void write(const std::shared_ptr<const RowBatch>& rows, RowRange range) = 0;
  /// Writes what is left. Nothing is called after it.
  virtual void finish() = 0;
};

/// Makes the encoder of a file: one for each part. Called when the run writes already. What it throws ends the run.
using RowEncoderFactory = std::function<std::unique_ptr<RowEncoder>(const EncoderContext& context)>;

}  // namespace bulkmarc
