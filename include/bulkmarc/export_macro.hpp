#pragma once

/// Marks what the shared library exports; everything else has hidden visibility.
#if defined(_WIN32)
#error "bulkmarc supports POSIX systems"
#endif
#define BULKMARC_API __attribute__((visibility("default")))
