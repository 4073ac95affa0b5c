#pragma once

#include <string>
#include <string_view>

#include <bulkmarc/compression.hpp>

/// What all members or frames of `bytes` hold, one after the other. Throws where one is damaged or there is none.
std::string decompress(bulkmarc::Compression compression, std::string_view bytes);
