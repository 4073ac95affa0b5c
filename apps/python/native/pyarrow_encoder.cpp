#include "pyarrow_encoder.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <bulkmarc/arrow.hpp>
#include <bulkmarc/error.hpp>
#include <bulkmarc/rows.hpp>

#include "capsule.hpp"
#include "errors.hpp"
#include "text.hpp"

namespace {

/// What pyarrow writes a file to. Python may keep it longer than the encoder lives, and may write then, too.
class Sink {
 public:
  Sink(std::function<void(std::string_view)> write, std::stop_token stop)
      : write_(std::move(write)), stop_(std::move(stop)) {}

  /// Throws what `write` throws, once. REQUIRES: the GIL, which is let go meanwhile.
  void write(std::string_view bytes) {
    if (closed_) return;
    const nb::gil_scoped_release released;
    try {
      if (stop_.stop_requested()) throw bulkmarc::Error(bulkmarc::ErrorCode::kCancelled, {}, "cancelled");
      write_(bytes);
    } catch (...) {
      closed_ = true;
      failure_ = std::current_exception();
      throw;
    }
  }

  /// Nothing more is written: pyarrow's writers complete their file when they are destroyed.
  void close() { closed_ = true; }
  [[nodiscard]] const std::exception_ptr& failure() const { return failure_; }

 private:
  std::function<void(std::string_view)> write_;
  std::stop_token stop_;
  bool closed_ = false;
  std::exception_ptr failure_;
};

/// Rows that are still to be handed over.
struct Piece {
  std::shared_ptr<const bulkmarc::RowBatch> rows;
  bulkmarc::RowRange range;
};

nb::object schema_of(const bulkmarc::Table& table) {
  auto schema = std::make_unique<ArrowSchema>();
  bulkmarc::export_arrow(table, schema.get());
  return capsule_of(std::move(schema), kSchemaCapsule);
}

nb::object array_of(const std::shared_ptr<const bulkmarc::RowBatch>& rows) {
  auto array = std::make_unique<ArrowArray>();
  bulkmarc::export_arrow(rows, array.get());
  return capsule_of(std::move(array), kArrayCapsule);
}

/// Divides rows into blocks that depend on the rows alone, as the bytes depend on how pyarrow is given them.
class PyarrowEncoder final : public bulkmarc::RowEncoder {
 public:
  PyarrowEncoder(const bulkmarc::EncoderContext& context, nb::handle open_file, Run& run)
      : table_(context.table), run_(run), sink_(std::make_shared<Sink>(context.write, run.token())) {
    call([&] {
      nb::list inputs;
      for (const std::string& input : context.inputs) inputs.append(decode(input));
      const nb::object write =
          nb::cpp_function([sink = sink_](const nb::bytes& bytes) { sink->write(bytes_of(bytes)); });
      file_ = open_file(schema_of(table_), context.definition, inputs, context.compression_level, write);
      most_rows_ = nb::cast<std::size_t>(file_.attr("rows_of_block"));
    });
  }

  ~PyarrowEncoder() override {
    const nb::gil_scoped_acquire acquired;
    sink_->close();
    file_.reset();
  }

  void write(const std::shared_ptr<const bulkmarc::RowBatch>& rows, bulkmarc::RowRange range) override {
    std::size_t begin = range.begin;
    for (std::size_t end = begin; end != range.end;) {
      const bulkmarc::RowRange rest{end, range.end};
      const bulkmarc::RowRange next = has_room(*rows, rest) ? rest : bulkmarc::RowRange{end, end + 1};
      if (rows_ != 0 && !has_room(*rows, next)) {
        keep(rows, {begin, end});
        end_block();
        begin = end;
      }
      rows_ += next.end - next.begin;
      bytes_ += rows->bytes(next);
      end = next.end;
    }
    keep(rows, {begin, range.end});
    if (pieces_.size() >= kMostPieces) call([this] { hand_over(); });
  }

  void finish() override {
    if (rows_ != 0) end_block();
    call([this] { file_.attr("finish")(); });
  }

 private:
  static constexpr std::uint64_t kMostBytes = std::uint64_t{16} << 20;
  /// Each piece keeps the memory of its batch, which has some besides its values.
  static constexpr std::size_t kMostPieces = 256;

  [[nodiscard]] bool has_room(const bulkmarc::RowBatch& rows, bulkmarc::RowRange range) const {
    return rows_ + (range.end - range.begin) <= most_rows_ && bytes_ + rows.bytes(range) <= kMostBytes;
  }

  void keep(const std::shared_ptr<const bulkmarc::RowBatch>& rows, bulkmarc::RowRange range) {
    if (range.begin != range.end) pieces_.push_back({rows, range});
  }

  void end_block() {
    call([this] {
      hand_over();
      file_.attr("end_block")(bytes_);
    });
    rows_ = 0;
    bytes_ = 0;
  }

  /// REQUIRES: the GIL.
  void hand_over() {
    nb::list pieces;
    for (const Piece& piece : pieces_) {
      pieces.append(nb::make_tuple(schema_of(table_), array_of(piece.rows), piece.range.begin, piece.range.end));
    }
    pieces_.clear();
    file_.attr("add")(pieces);
  }

  /// Calls `function` with the GIL. Throws what sink_ has thrown; and where Python has raised an exception by itself,
  /// that is left to the thread that came from Python.
  void call(const std::function<void()>& function) {
    std::exception_ptr raised;
    {
      const nb::gil_scoped_acquire acquired;
      try {
        function();
        return;
      } catch (const nb::python_error&) {
        raised = std::current_exception();
        sink_->close();
      }
    }
    if (sink_->failure()) std::rethrow_exception(sink_->failure());
    run_.in_python([&raised] { std::rethrow_exception(raised); });
  }

  bulkmarc::Table table_;
  Run& run_;
  std::shared_ptr<Sink> sink_;
  nb::object file_;
  std::size_t most_rows_ = 0;
  std::vector<Piece> pieces_;  // Of the current block.
  std::size_t rows_ = 0;       // All of its rows.
  std::uint64_t bytes_ = 0;
};

}  // namespace

nb::object pyarrow_file(bulkmarc::Format format, bool is_read_in_order) {
  const std::string name(bulkmarc::format_name(format));
  try {
    return nb::module_::import_("bulkmarc._pyarrow").attr("file_of")(name, is_read_in_order);
  } catch (const nb::python_error& error) {
    if (!error.matches(PyExc_ImportError)) throw;
    throw option_error(name + ": pyarrow can't be imported (pip install 'bulkmarc[parquet]'): " +
                       nb::cast<std::string>(nb::str(error.value())));
  }
}

bulkmarc::RowEncoderFactory pyarrow_encoder(nb::handle open_file, Run& run) {
  return [open_file, &run](const bulkmarc::EncoderContext& context) {
    return std::make_unique<PyarrowEncoder>(context, open_file, run);
  };
}
