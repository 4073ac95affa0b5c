#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "arguments.hpp"
#include "connection.hpp"
#include "copy_rows.hpp"
#include "target_table.hpp"
#include "terminal/input_files.hpp"
#include "terminal/program.hpp"
#include "terminal/progress_bar.hpp"

const char* const kProgramName = "bulkmarc-pgload";

namespace {

constexpr const char* kDescription = "Load whole MARC 21 catalogues into a table of PostgreSQL, all or nothing.";

constexpr const char* kFooter =
    "The connection follows libpq's environment: PGHOST, PGDATABASE, PGUSER, PGSERVICE and so on;\n"
    "passwords come from ~/.pgpass. The rows are loaded into a staging table, which replaces the old\n"
    "rows in one transaction, when all else has succeeded.\n\n"
    "Exit status:\n"
    "  0  every record was loaded\n"
    "  1  the run failed; the table is as it was before\n"
    "  2  invalid command line\n"
    "  3  loaded, but with rejected records\n\n"
    "Examples:\n"
    "  bulkmarc-pgload catalog.mrc --dbname library\n"
    "  bulkmarc-pgload catalog.mrc --table subfields --connections 4\n"
    "  bulkmarc-pgload changes.mrc --upsert --delete-where 'LDR/5=\\d'\n";

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

constexpr const char* kControlNumber = "control_number";
/// An entry of a B-tree has room for about 2,700 bytes.
constexpr std::size_t kLongestControlNumber = 2000;

bool has_control_number(const bulkmarc::Table& table) {
  return std::ranges::find(table.columns(), kControlNumber, &bulkmarc::Column::name) != table.columns().end();
}

void require_control_number(const bulkmarc::Table& table) {
  if (!has_control_number(table)) {
    throw UsageError("--upsert needs a column control_number: add control_number=001 to --columns");
  }
}

void require_short_names(const bulkmarc::Table& table) {
  for (const bulkmarc::Column& column : table.columns()) {
    if (column.name.size() > kLongestName) {
      throw UsageError(fmt::format("--columns: '{}' has more than {} bytes", column.name, kLongestName));
    }
  }
}

constexpr std::chrono::milliseconds kInterval{50};
constexpr std::chrono::seconds kPatience{3};

/// Cancels the statements of the connections' sessions from the moment when a stop is requested until this is
/// destroyed: repeatedly, because a request that finds no statement has no effect on the next one. If the server does
/// not obey or finish the clean-up within three seconds, the connections are shut down.
class Canceller {
 public:
  Canceller(std::stop_token stop, std::vector<Connection>& connections);
  ~Canceller();
  Canceller(const Canceller&) = delete;
  Canceller& operator=(const Canceller&) = delete;

  /// Stops cancelling, and returns when no request is on its way any longer.
  void let_clean_up();

 private:
  struct Sessions;

  static void wait_and_cancel(const std::shared_ptr<Sessions>& sessions, const std::stop_token& stop);
  static void start_to_send(const std::shared_ptr<Sessions>& sessions);

  std::shared_ptr<Sessions> sessions_;
  std::thread thread_;
};

/// Shared with the threads that send requests, because a server that does not answer holds them up.
struct Canceller::Sessions {
  explicit Sessions(std::vector<Connection>& connections) {
    for (const Connection& connection : connections) {
      cancels.push_back(connection.cancel());
      // Its own descriptor: libpq may close the connection's at any moment.
      sockets.push_back(fcntl(connection.socket(), F_DUPFD_CLOEXEC, 0));
    }
  }
  ~Sessions() {
    for (const int socket : sockets) close(socket);
  }
  Sessions(const Sessions&) = delete;
  Sessions& operator=(const Sessions&) = delete;

  void send_requests() {
    std::array<char, 256> ignored{};
    for (const Connection::Cancel& cancel : cancels) {
      PQcancel(cancel.get(), ignored.data(), static_cast<int>(ignored.size()));
    }
    const std::scoped_lock lock(mutex);
    sending = false;
    changed.notify_all();
  }
  void shut_down() const {
    for (const int socket : sockets) shutdown(socket, SHUT_RDWR);
  }

  std::vector<Connection::Cancel> cancels;
  std::vector<int> sockets;
  std::mutex mutex;
  std::condition_variable_any changed;
  bool sending = false;
  bool cleaning_up = false;
  bool finished = false;
};

void Canceller::wait_and_cancel(const std::shared_ptr<Sessions>& sessions, const std::stop_token& stop) {
  std::unique_lock lock(sessions->mutex);
  sessions->changed.wait(lock, stop, [&] { return sessions->finished || sessions->cleaning_up; });
  const auto begin = std::chrono::steady_clock::now();
  while (!sessions->finished) {
    if (!sessions->sending && !sessions->cleaning_up) start_to_send(sessions);
    sessions->changed.wait_for(lock, kInterval, [&] { return sessions->finished; });
    if (std::chrono::steady_clock::now() - begin > kPatience) sessions->shut_down();
  }
}

/// If no thread can be started, the next attempt may succeed.
void Canceller::start_to_send(const std::shared_ptr<Sessions>& sessions) try {
  std::thread([sessions] { sessions->send_requests(); }).detach();
  sessions->sending = true;
} catch (const std::system_error&) {
}

Canceller::Canceller(std::stop_token stop, std::vector<Connection>& connections)
    : sessions_(std::make_shared<Sessions>(connections)) {
  thread_ = std::thread([sessions = sessions_, stop = std::move(stop)] { wait_and_cancel(sessions, stop); });
}

Canceller::~Canceller() {
  {
    const std::scoped_lock lock(sessions_->mutex);
    sessions_->finished = true;
    sessions_->changed.notify_all();
  }
  thread_.join();
}

/// A request that is late would cancel the next statement.
void Canceller::let_clean_up() {
  std::unique_lock lock(sessions_->mutex);
  sessions_->cleaning_up = true;
  sessions_->changed.notify_all();
  sessions_->changed.wait_for(lock, kPatience, [this] { return !sessions_->sending; });
}

/// One run, from the connections to the report.
class Load {
 public:
  /// `failed` becomes the report of a load that fails.
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
    // A cancelled statement may have caused it.
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
    target.publish(report, connections_, abandoned_);
    report.missing_ids.resize(std::min(report.missing_ids.size(), arguments_.options.run.max_findings));
    report.output = target.full_name();
    report.format = bulkmarc::Format::kPgCopy;
    report.bytes_written = report.bytes_uncompressed = bytes;
    report.backend = bulkmarc::UsedBackend::kStreamed;
    report.backend_reason =
        fmt::format("COPY over {} connection{}", connections_.size(), connections_.size() == 1 ? "" : "s");
    report.seconds.commit = seconds_since(copied);
    report.seconds.total = seconds_since(begin_);
    report.ended = std::chrono::system_clock::now();
    return report;
  }

  /// Deletions by themselves need no input.
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
    bulkmarc::RunOptions options = arguments_.options.run;
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

/// The error that ended the load matters more than one of its report.
void write_if_possible(bulkmarc::ReportFile& file, const bulkmarc::Report& report) {
  try {
    write(file, report);
  } catch (const bulkmarc::Error&) {
  }
}

/// Loads a catalogue, with a progress bar on a terminal and a report at the end. Throws Error, UsageError or
/// DatabaseError; the table is then as it was.
ExitStatus load(Arguments& arguments, std::stop_token stop) {
  complete(arguments, stop);
  if (arguments.options.run.rejects && arguments.delete_ids_file) {
    require_other_file(*arguments.options.run.rejects, {*arguments.delete_ids_file});
  }
  std::optional<bulkmarc::ReportFile> report_file;
  if (arguments.report) {
    std::vector<std::filesystem::path> files = arguments.inputs;
    if (arguments.options.run.rejects) files.push_back(*arguments.options.run.rejects);
    if (arguments.delete_ids_file) files.push_back(*arguments.delete_ids_file);
    require_other_file(*arguments.report, files);
    report_file.emplace(begin_report(*arguments.report, stop));
  }
  bulkmarc::Report report;
  report.version = bulkmarc::version();
  report.command_line = arguments.options.run.command_line;
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
  return tell_outcome(kProgramName, report, arguments.quiet, arguments.report);
}

}  // namespace

void define_program(CLI::App& app, Action& action, const std::vector<std::string>& command_line) {
  describe_program(app, kProgramName, kDescription, kFooter);
  const auto arguments = std::make_shared<Arguments>();
  arguments->options.run.command_line = command_line;
  add_arguments(app, *arguments);
  action = [arguments](std::stop_token stop) { return load(*arguments, std::move(stop)); };
}
