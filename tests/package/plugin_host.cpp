// Loads the plug-in, lets it export, unloads it, and goes on for a while. It links neither the library nor TBB, whose
// threads are still there then.

#include <dlfcn.h>

#include <chrono>
#include <cstdio>
#include <thread>

namespace {

/// Returns 0, or 1 after a complaint.
int use_and_unload(const char* path) {
  void* plugin = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (plugin == nullptr) {
    std::fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  const auto run = reinterpret_cast<int (*)()>(dlsym(plugin, "export_some_records"));
  const int failed = run == nullptr ? 1 : run();
  dlclose(plugin);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  return failed;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  return use_and_unload(argv[1]) == 0 && use_and_unload(argv[1]) == 0 ? 0 : 1;
}
