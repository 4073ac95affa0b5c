#ifndef CATALOGUE_STREAM_H
#define CATALOGUE_STREAM_H

#include <bulkmarc/arrow_abi.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The records of a file as an Arrow C stream, which the caller releases. Returns 0, or an errno value. */
int open_catalogue(const char* path, struct ArrowArrayStream* out);

#ifdef __cplusplus
}
#endif

#endif
