#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>
#include <bulkmarc/plan.hpp>
#include <bulkmarc/source.hpp>

#include "api/run_description.hpp"
#include "api/source_impl.hpp"
#include "formats/iso2709/reader.hpp"
#include "formats/open_reader.hpp"
#include "input/chained_reader.hpp"
#include "input/open_input.hpp"
#include "platform/platform.hpp"
#include "text/charset.hpp"

namespace bulkmarc {
namespace {

/// As many sections are opened at the beginning; a process can't have any number of files open.
constexpr std::size_t kMostOpenSections = 100;

/// Opens the sections of a range.
class RangeOpener {
 public:
  RangeOpener(const Plan& plan, const PlannedRange& range, std::size_t batch_bytes, std::stop_token stop)
      : plan_(plan),
        range_(range),
        batch_bytes_(batch_bytes),
        stop_(std::move(stop)),
        charset_(charset_from_name(plan.charset)) {}

  OpenedSource open() {
    opened_.passed_over = plan_.inputs_passed_over;
    opened_.range = {.records_before = range_.first_record - 1, .records = range_.records};
    opened_.opens_again = range_.sections.size() <= kMostOpenSections;
    if (!range_.sections.empty()) {
      opened_.range->input = range_.sections.front().input;
      opened_.range->offset = range_.sections.front().begin;
    }
    std::vector<std::unique_ptr<Reader>> readers;
    auto section = range_.sections.begin();
    for (const PlannedInput& input : plan_.inputs) {
      if (section != range_.sections.end() && section->input == readers.size()) {
        readers.push_back(open(input, *section++));
      } else {
        // No run over one range may replace what those over the others read.
        struct ::stat status = {};
        if (platform().stat(input.path.c_str(), status) == 0) opened_.add(status);
        readers.push_back(std::make_unique<UnreadInput>(input.path));
      }
    }
    opened_.reader = std::make_unique<SequenceReader>(std::move(readers));
    return std::move(opened_);
  }

 private:
  std::unique_ptr<Reader> open(const PlannedInput& input, const RangeSection& section) {
    OpenedInput opened = open_input(std::filesystem::path(input.path), stop_);
    opened_.add(*opened.status);
    opened_.files.push_back({input.path, *opened.status});
    refuse_changed(input, opened_.files.back());
    if (!input.divisible) {
      opened_.opens_again = false;
      return open_reader(std::move(opened.stream), plan_.format, batch_bytes_, charset_);
    }
    const bool is_whole = section.begin == 0 && section.end == input.bytes;
    if (is_whole && range_.sections.size() > kMostOpenSections) return open_later(input);
    return std::make_unique<Iso2709RangeReader>(std::move(opened.stream), batch_bytes_, section.begin, section.end,
                                                charset_);
  }

  [[nodiscard]] std::unique_ptr<Reader> open_later(const PlannedInput& input) const {
    return std::make_unique<LazyReader>(input.path, [path = std::filesystem::path(input.path), stop = stop_,
                                                     batch_bytes = batch_bytes_, charset = charset_] {
      return std::make_unique<Iso2709StreamReader>(open_input(path, stop).stream, batch_bytes, charset);
    });
  }

  static void refuse_changed(const PlannedInput& input, const SourceFile& file) {
    const struct ::stat& status = file.status;
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (!S_ISREG(status.st_mode)) mismatch(input, "is not a regular file any more");
    if (size != input.bytes) mismatch(input, fmt::format("has {} bytes, and {} in the plan", size, input.bytes));
    if (status.st_mtim.tv_sec != input.seconds || status.st_mtim.tv_nsec != input.nanoseconds) {
      mismatch(input, "was written to after the plan was made, or copied without its time");
    }
    if (digest_of_ends(file) != input.ends) mismatch(input, "has other bytes than when the plan was made");
  }

  [[noreturn]] static void mismatch(const PlannedInput& input, const std::string& what) {
    throw Error(ErrorCode::kPlanMismatch, input.path, what);
  }

  const Plan& plan_;
  const PlannedRange& range_;
  std::size_t batch_bytes_;
  std::stop_token stop_;
  const Charset* charset_;  // Null where the plan has none.
  OpenedSource opened_;
};

}  // namespace

Source Source::range(const Plan& plan, std::uint64_t number) {
  const PlannedRange range = plan.range(number);
  const auto shared = std::make_shared<const Plan>(plan);
  std::vector<Input> named;
  for (const PlannedInput& input : plan.inputs) named.emplace_back(std::filesystem::path(input.path));
  return Source(std::make_unique<Impl>(Impl{[shared, range](std::size_t batch_bytes, const std::stop_token& stop) {
                                              return RangeOpener(*shared, range, batch_bytes, stop).open();
                                            },
                                            std::move(named)}));
}

}  // namespace bulkmarc
