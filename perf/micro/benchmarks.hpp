#pragma once

#include <benchmark/benchmark.h>

#include "perf/micro/sample.hpp"

/// Lets a benchmark that has gone over all of `records` in each iteration show time a record and input bytes a second.
void count_records(benchmark::State& state, const Sample& records);

void register_scan_and_decode();
void register_formats();
void register_rows();
