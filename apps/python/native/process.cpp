#include "process.hpp"

namespace {

// Guarded by the GIL.
int forks = 0;
bool has_run = false;
bool parent_has_run = false;

}  // namespace

void Process::forked() {
  ++forks;
  parent_has_run = parent_has_run || has_run;
}

void Process::begin_run() {
  if (parent_has_run) {
    throw std::runtime_error(
        "bulkmarc was in use before this process was forked: start processes by 'spawn' or 'forkserver'");
  }
  has_run = true;
}

int Process::generation() { return forks; }
