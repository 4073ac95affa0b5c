#pragma once

/// Whether a sanitizer instruments this program. It then takes many times its time and memory, so that neither is worth
/// a measurement, and a test that is long without it must do with less.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
