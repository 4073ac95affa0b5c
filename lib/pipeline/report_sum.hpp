#pragma once

#include <cstddef>
#include <span>

#include <bulkmarc/report.hpp>

namespace bulkmarc {

/// The account of a catalogue of which each of `ranges`, in their order, tells a part: the one that a single run would
/// have given, but for its times and its end. It lists at most `max_findings` rejects, and as many repairs. REQUIRES:
/// there is a range, and each lists as many findings itself.
[[nodiscard]] Report sum_of(std::span<const Report* const> ranges, std::size_t max_findings);

}  // namespace bulkmarc
