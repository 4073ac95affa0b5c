#include <cstdint>
#include <iostream>
#include <stop_token>
#include <string>

#include <bulkmarc/bulkmarc.hpp>

int main() {
  std::stop_source stop;
  bulkmarc::ExportOptions options;
  options.run.stop = stop.get_token();
  options.run.progress = [&stop](const bulkmarc::Progress& progress) {
    std::cerr << progress.records << " records, " << static_cast<int>(progress.fraction * 100) << " %\n";
    stop.request_stop();
  };

  const auto make = [](std::uint64_t index, bulkmarc::Record& record) {
    record.add_control("001", std::to_string(index));
  };
  try {
    bulkmarc::export_records(bulkmarc::Source::indexed(100'000'000, make), bulkmarc::Target::file("endless.mrc"),
                             options);
  } catch (const bulkmarc::Error& error) {
    std::cout << bulkmarc::error_name(error.code()) << '\n';
    return error.code() == bulkmarc::ErrorCode::kCancelled ? 0 : 1;
  }
  return 1;
}
