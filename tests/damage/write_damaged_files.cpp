#include <filesystem>
#include <fstream>
#include <iostream>

#include "damage/damaged_files.hpp"

// Writes the damaged files of the tests to a folder, for other programs to read.
int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: " << arguments[0] << " FOLDER\n";
    return 2;
  }
  const std::filesystem::path folder = arguments[1];
  for (const DamagedFile& file : damaged_files()) {
    std::ofstream written(folder / (file.name + ".mrc"), std::ios::binary);
    written << file.bytes;
    if (!written.flush()) return 1;
  }
  return 0;
}
