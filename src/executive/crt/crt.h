#pragma once

#include <cstddef>
#include <cstdint>

// The C run-time functions that the Windows kernel exports, in a driver's data model and calling
// convention. Drivers reach them through their import tables (crt_exports.table); the names are
// ours so that nothing here interposes the host's libc.

#define CRT_ABI __attribute__((ms_abi))

namespace openkmdf::executive::crt {

using Wide = char16_t;
using ErrorCode = std::int32_t;
using VaList = __builtin_ms_va_list;
using Compare = int(CRT_ABI *)(const void *, const void *);
using CompareContext = int(CRT_ABI *)(void *, const void *, const void *);

// Error codes of Windows' C library.
inline constexpr ErrorCode kInvalid = 22;                  // EINVAL
inline constexpr ErrorCode kRange = 34;                    // ERANGE
inline constexpr ErrorCode kIllegal = 42;                  // EILSEQ
inline constexpr ErrorCode kTruncated = 80;                // STRUNCATE
inline constexpr std::size_t kTruncate = ~std::size_t{0};  // _TRUNCATE
inline constexpr std::size_t kWhole = kTruncate - 1;       // the count of functions without one

#define CRT_FUNCTION(result, name, parameters) result CRT_ABI name parameters;
#include "executive/crt/crt_functions.table"
#undef CRT_FUNCTION

}  // namespace openkmdf::executive::crt
