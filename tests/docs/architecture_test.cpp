#include <map>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <regex>

#include "docs/markdown.hpp"

namespace fs = std::filesystem;

namespace {

using Rooms = std::map<std::string, std::set<std::string>>;

std::set<std::string> find_all(const std::string& text, const std::regex& regex) {
  std::set<std::string> found;
  for (std::sregex_iterator match(text.begin(), text.end(), regex), end; match != end; ++match)
    found.insert((*match)[1]);
  return found;
}

/// What the document allows each room to include.
Rooms documented_rooms() {
  static const std::regex kRow(R"(\| `lib/([a-z]+)/` \|.*\| ([^|]+) \|)");
  std::istringstream lines(read_file(checkout() / "docs/architecture.md"));
  Rooms rooms;
  std::smatch match;
  for (std::string line; std::getline(lines, line);) {
    if (std::regex_match(line, match, kRow)) rooms[match[1]] = find_all(match[2], std::regex("`([a-z]+)`"));
  }
  return rooms;
}

Rooms rooms_in_code() {
  static const std::regex kInclude(R"re(#include "([a-z0-9]+)/)re");
  Rooms rooms;
  for (const auto& file : fs::recursive_directory_iterator(checkout() / "lib")) {
    const fs::path extension = file.path().extension();
    if (extension != ".cpp" && extension != ".hpp") continue;
    const std::string room = file.path().parent_path().filename();
    rooms[room].merge(find_all(read_file(file.path()), kInclude));
    rooms[room].erase(room);
  }
  return rooms;
}

TEST(Architecture, RoomsIncludeOnlyWhatTheDocumentAllows) {
  const Rooms allowed = documented_rooms();
  for (const auto& [room, included] : rooms_in_code()) {
    ASSERT_TRUE(allowed.contains(room)) << room;
    for (const std::string& other : included) EXPECT_TRUE(allowed.at(room).contains(other)) << room << " " << other;
  }
}

TEST(Architecture, RoomsOfTheDocumentExist) {
  const Rooms rooms = rooms_in_code();
  EXPECT_FALSE(rooms.empty());
  for (const auto& [room, included] : documented_rooms()) EXPECT_TRUE(rooms.contains(room)) << room;
}

}  // namespace
