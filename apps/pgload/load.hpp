#pragma once

#include <stop_token>

#include "arguments.hpp"
#include "terminal/exit_status.hpp"

/// Loads a catalogue as a command does: with a progress bar on a terminal, and a report at the end. Throws Error,
/// UsageError or DatabaseError; the table is then as it was.
ExitStatus load(Arguments& arguments, std::stop_token stop);
