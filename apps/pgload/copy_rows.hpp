#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include <bulkmarc/bulkmarc.hpp>

#include "connection.hpp"

/// Sends all rows of `rows` to the server, over all connections at once, each of which runs `statement`, a COPY FROM
/// STDIN in the binary format. With `has_marks`, each row ends with a boolean: whether it is one of the marked ones.
/// Returns the bytes sent, when the server has committed the rows. When one connection fails, requests a stop, and
/// throws what happened to it; some of the rows may then be committed.
std::uint64_t copy_rows(bulkmarc::RowStream& rows, const std::string& statement, bool has_marks,
                        std::vector<Connection>& connections, std::stop_source& stop);
