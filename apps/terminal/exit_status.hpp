#pragma once

/// What the command tells its shell; documented in --help and bulkmarc(1).
enum class ExitStatus {
  kExported = 0,
  kFailed = 1,
  kUsage = 2,
  kRejects = 3,
};
