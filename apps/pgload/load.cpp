#include "load.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "canceller.hpp"
#include "connection.hpp"
#include "copy_rows.hpp"
#include "target_table.hpp"
#include "terminal/input_paths.hpp"
#include "terminal/outcome.hpp"
#include "terminal/own_files.hpp"
#include "terminal/program.hpp"
#include "terminal/progress_bar.hpp"
#include "terminal/usage_error.hpp"

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

constexpr const char* kControlNumber = "control_number";
/// An entry of a B-tree has room for some 2,700 bytes.
constexpr std::size_t kLongestControlNumber = 2000;

bool has_control_number(const bulkmarc::Table& table) {
  return std::ranges::find(table.columns(), kControlNumber, &bulkmarc::Column::name) != table.columns().end();
}

void require_control_number(const bulkmarc::Table& table) {
  if (!has_control_number(table)) {
    throw UsageError("--upsert merges by a column control_number: add control_number=001 to --columns");
  }
}

void require_short_names(const bulkmarc::Table& table) {
  for (const bulkmarc::Column& column : table.columns()) {
    if (column.name.size() > kLongestName) {
      throw UsageError(fmt::format("--columns: '{}' has more than {} bytes", column.name, kLongestName));
    }
  }
}

/// One run, from the connections to the report.
class Load {
 public:
  /// `failed` is what the report is to say of a load that fails.
  Load(const Arguments& arguments, std::stop_token stop, bulkmarc::Report& failed)
      : arguments_(arguments),
        failed_(failed),
        stop_(std::move(stop)),
        pass_on_(stop_, [this] { abandoned_.request_stop(); }),
        bar_("Loading", "Indexing"),
        table_(table_of(arguments)) {
    if (arguments.upsert) require_control_number(table_);
    require_short_names(table_);
  }

  bulkmarc::Report run() try {
    connections_ = open_connections(arguments_.conninfo, arguments_.connections, stop_);
    Canceller canceller(abandoned_.get_token(), connections_);
    TargetTable target(connections_.front(), table_options(), table_.columns());
    try {
      return fill(target);
    } catch (...) {
      canceller.let_clean_up();
      connections_.erase(connections_.begin() + 1, connections_.end());  // They may hold locks on the staging table.
      target.drop_staging();
      throw;
    }
  } catch (const DatabaseError&) {
    // It may have come from a statement that was cancelled.
    if (stop_.stop_requested()) throw bulkmarc::Error(bulkmarc::ErrorCode::kCancelled, {}, "stopped");
    throw;
  }

 private:
  bulkmarc::Report fill(TargetTable& target) {
    bulkmarc::RowStream rows(source(), table_, stream_options(), row_options());
    const std::uint64_t bytes = copy_rows(rows, target.create_staging(), has_marks(), connections_, abandoned_);
    bulkmarc::Report report = rows.report();
    const Clock::time_point copied = Clock::now();
    if (is_shown()) bar_.update({.phase = bulkmarc::Progress::Phase::kCommit, .records = report.records_exported});
    target.publish(report);
    report.missing_ids.resize(std::min(report.missing_ids.size(), arguments_.options.max_findings));
    report.output = target.full_name();
    report.format = bulkmarc::Format::kCopy;
    report.bytes_written = report.bytes_uncompressed = bytes;
    report.backend = bulkmarc::UsedBackend::kStreamed;
    report.backend_reason =
        fmt::format("COPY over {} connection{}", connections_.size(), connections_.size() == 1 ? "" : "s");
    report.seconds.commit = seconds_since(copied);
    report.seconds.total = seconds_since(begin_);
    report.ended = std::chrono::system_clock::now();
    return report;
  }

  /// Deletions alone need no input.
  [[nodiscard]] bulkmarc::Source source() const {
    if (arguments_.inputs.empty()) return bulkmarc::Source::records({});
    return bulkmarc::Source::inputs(to_inputs(arguments_.inputs), arguments_.input);
  }

  [[nodiscard]] TargetTable::Options table_options() const {
    return {.schema = arguments_.schema,
            .name = arguments_.name,
            .upsert = arguments_.upsert,
            .has_marks = has_marks(),
            .delete_ids = arguments_.delete_ids,
            .add_columns = arguments_.add_columns};
  }

  [[nodiscard]] bulkmarc::RowOptions row_options() const {
    bulkmarc::RowOptions options;
    if (has_control_number(table_)) options.key = kControlNumber;
    options.longest_key = kLongestControlNumber;
    options.key_required = arguments_.upsert;
    options.mark = arguments_.delete_where;
    return options;
  }

  [[nodiscard]] bool has_marks() const { return !arguments_.delete_where.empty(); }

  [[nodiscard]] bulkmarc::RunOptions stream_options() {
    bulkmarc::RunOptions options = arguments_.options;
    options.stop = abandoned_.get_token();
    options.on_report = [this](const bulkmarc::Report& report) { failed_ = report; };
    if (is_shown()) options.progress = [this](const bulkmarc::Progress& progress) { bar_.update(progress); };
    return options;
  }

  [[nodiscard]] bool is_shown() const { return !arguments_.quiet && ProgressBar::can_be_shown(); }

  const Clock::time_point begin_ = Clock::now();
  const Arguments& arguments_;
  bulkmarc::Report& failed_;
  const std::stop_token stop_;
  std::stop_source
      abandoned_;  ///< Stops the stream and the sessions, when the caller asks for it or one of them fails.
  std::stop_callback<std::function<void()>> pass_on_;
  ProgressBar bar_;
  bulkmarc::Table table_;
  std::vector<Connection> connections_;
};

bulkmarc::ReportFile begin_report(const std::filesystem::path& path, const std::stop_token& stop) {
  if (path == kStandardStream) return bulkmarc::ReportFile::standard_output(stop);
  return bulkmarc::ReportFile(path, {}, stop);
}

void write(bulkmarc::ReportFile& file, const bulkmarc::Report& report) {
  file.prepare(report);
  file.commit();
}

/// What ended the load counts, whatever becomes of its report.
void write_if_possible(bulkmarc::ReportFile& file, const bulkmarc::Report& report) {
  try {
    write(file, report);
  } catch (const bulkmarc::Error&) {
  }
}

}  // namespace

ExitStatus load(Arguments& arguments, std::stop_token stop) {
  complete(arguments, stop);
  if (arguments.options.rejects && arguments.delete_ids_file) {
    require_other_file(*arguments.options.rejects, {*arguments.delete_ids_file});
  }
  std::optional<bulkmarc::ReportFile> report_file;
  if (arguments.report) {
    std::vector<std::filesystem::path> files = arguments.inputs;
    if (arguments.options.rejects) files.push_back(*arguments.options.rejects);
    if (arguments.delete_ids_file) files.push_back(*arguments.delete_ids_file);
    require_other_file(*arguments.report, files);
    report_file.emplace(begin_report(*arguments.report, stop));
  }
  bulkmarc::Report report;
  report.version = bulkmarc::version();
  report.command_line = arguments.options.command_line;
  report.started = std::chrono::system_clock::now();
  try {
    report = Load(arguments, std::move(stop), report).run();
  } catch (...) {
    report.error = bulkmarc::failure_of(std::current_exception());
    report.ended = std::chrono::system_clock::now();
    if (report_file) write_if_possible(*report_file, report);
    throw;
  }
  if (report_file) write(*report_file, report);
  return tell_outcome("bulkmarc-pgload", report, arguments.quiet, arguments.report);
}
