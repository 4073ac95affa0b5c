#pragma once

/// Marks what the shared library exports; everything else has hidden visibility.
#if defined(_WIN32)
#error "bulkmarc supports POSIX systems"
#endif
#define BULKMARC_API __attribute__((visibility("default")))

/// Marks a view, which may be made of a temporary and outlive it, since it only points to what others own. GCC 14 and
/// later would warn of `for (const FieldView& field : record.view().fields())` otherwise.
#if defined(__has_cpp_attribute)
#if __has_cpp_attribute(gnu::no_dangling)
#define BULKMARC_NO_DANGLING [[gnu::no_dangling]]
#endif
#endif
#if !defined(BULKMARC_NO_DANGLING)
#define BULKMARC_NO_DANGLING
#endif
