#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "formats/batch_writer.hpp"
#include "formats/registry.hpp"
#include "text/blanks.hpp"

namespace bulkmarc {
namespace {

/// The control number of each record, without blanks at either end, on a line of its own.
struct IdLines {
  static constexpr std::string_view prologue() { return ""; }
  static constexpr std::string_view kSeparator = "";
  static constexpr std::string_view epilogue() { return ""; }
  static constexpr bool kUtf8 = true;

  static std::size_t most_bytes(const RecordView& view, const BatchRecord& /*record*/) {
    return view.bytes().size() + 1;
  }

  template <class Sink>
  static std::optional<Problem> emit(const RecordView& view, const BatchRecord& /*record*/, WriterMemory& /*memory*/,
                                     Sink& sink) {
    const std::string_view id = without_blanks(view.control_number());
    if (id.empty()) return Problem{Reason::kControlNumber, "there is none"};
    if (id.find_first_of(kLineBreaks) != std::string_view::npos)
      return Problem{Reason::kControlNumber, "it has a line break, and a list has one on each line"};
    sink.append(id);
    sink.put('\n');
    return std::nullopt;
  }

 private:
  static constexpr std::string_view kLineBreaks = "\r\n";
};

}  // namespace

std::unique_ptr<BatchWriter> make_id_writer() { return std::make_unique<BatchWriterOf<IdLines>>(); }

}  // namespace bulkmarc
