#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <thread>

#include <bulkmarc/bulkmarc.hpp>

namespace {

/// What a server does with a connection: records come in, and go out as JSON.
void serve(int connection) {
  bulkmarc::ExportOptions options;
  options.format = bulkmarc::Format::kNdjson;
  bulkmarc::export_records(bulkmarc::Source::descriptor(connection), bulkmarc::Target::descriptor(connection), options);
}

/// The other end of the connection: sends all of the records, and prints the answer.
void ask(int connection, const std::string& records) {
  if (::write(connection, records.data(), records.size()) < 0) return;
  ::shutdown(connection, SHUT_WR);
  std::array<char, 4096> bytes = {};
  for (ssize_t got = 1; got > 0;) {
    got = ::read(connection, bytes.data(), bytes.size());
    if (got > 0) std::cout.write(bytes.data(), got);
  }
}

}  // namespace

int main() {
  std::ifstream file("books.mrc", std::ios::binary);
  const std::string records(std::istreambuf_iterator<char>(file), {});
  std::array<int, 2> ends = {};
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) != 0) return 1;
  std::jthread server([connection = ends[0]] {
    serve(connection);
    ::close(connection);
  });
  ask(ends[1], records);
}
