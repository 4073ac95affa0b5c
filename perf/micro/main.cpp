/// \file
/// Micro-benchmarks of what one core does with a batch: scanning, decoding, measuring, writing, appending, escaping,
/// making columns of rows.
/// `scan/` shows all kernels; all else uses the one that BULKMARC_SIMD names.

#include <cstdio>
#include <exception>

#include <benchmark/benchmark.h>

#include "perf/micro/benchmarks.hpp"
#include "text/scan_kernels.hpp"

int main(int argc, char** argv) {
  try {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    benchmark::AddCustomContext("simd", std::string(bulkmarc::scan_kernel().name));
    register_scan_and_decode();
    register_formats();
    register_rows();
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bulkmarc-micro: %s\n", error.what());
    return 1;
  }
}
