#!/bin/bash
# Installs what is missing, builds, and runs every test and check; stops at the first that fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
exec </dev/null

# clang-format and clang-tidy change their minds from version to version, so it is always the same one.
clang=$(sed -n 's/^clang-format-//p' .ci/packages/lint)

passed=0
step() {
  local name=$1 start=$SECONDS
  shift
  echo "=== $name"
  if ! "$@"; then
    echo "=== $name FAILED after $((SECONDS - start)) s"
    echo "steps: $passed passed, 1 failed"
    exit 1
  fi
  echo "=== $name: $((SECONDS - start)) s"
  passed=$((passed + 1))
}

quietly() {
  local log=build/$1.log
  shift
  "$@" >"$log" 2>&1 || {
    cat "$log"
    return 1
  }
}

check_format() {
  find include lib apps tests docs perf -name '*.[ch]pp' -print0 | xargs -0 "clang-format-$clang" --dry-run --Werror
}

check_scripts() {
  grep -rlZE --exclude-dir=build --exclude-dir=.git --exclude='*.md' '^#!/bin/(ba)?sh' . | xargs -0 shellcheck
}

build() {
  local preset=$1
  shift
  quietly "$preset-configure" cmake --preset "$preset" "$@" && quietly "$preset-build" cmake --build --preset "$preset"
}

analyse() {
  local python=build/python/tools/bin/python  # Has nanobind, as the Python package was built by it.
  quietly tidy-configure cmake --preset tidy -DBULKMARC_BUILD_PYTHON=ON -DPython_EXECUTABLE="$PWD/$python" \
    -Dnanobind_DIR="$("$python" -m nanobind --cmake_dir)" &&
    quietly clang-tidy "run-clang-tidy-$clang" -p build/tidy -quiet -j "$(nproc)" /Unity/
}

step "packages" .ci/install_packages build arrow test lint
CMAKE_BUILD_PARALLEL_LEVEL=$(nproc)
export CMAKE_BUILD_PARALLEL_LEVEL
mkdir -p build

step "Apache Arrow" .ci/install_arrow
step "format" check_format
step "scripts" check_scripts
step "release build" build release -DBULKMARC_WERROR=ON
step "release tests" ctest --preset release
step "Python package" tests/python/run
step "witnesses" tests/witnesses/run
step "static analysis" analyse
step "asan build" build asan
step "asan tests" ctest --preset asan
step "fuzz build" build fuzz
step "fuzz tests" ctest --preset fuzz
step "tsan TBB" quietly tsan-tbb .ci/build_tsan_tbb
step "tsan build" build tsan
step "tsan tests" ctest --preset tsan

echo "everything passed in $((SECONDS / 60)) min $((SECONDS % 60)) s"
echo "steps: $passed passed, 0 failed"
