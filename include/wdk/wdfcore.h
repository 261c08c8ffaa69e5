// Small helpers: times, sizes and offsets.
#pragma once

#include "wdftypes.h"

WDF_EXTERN_C_START

// How many units of 100 nanoseconds, in which the system counts time.
#define WDF_TIMEOUT_TO_US (10)
#define WDF_TIMEOUT_TO_MS (10 * 1000)
#define WDF_TIMEOUT_TO_SEC (10 * 1000 * 1000)

// A relative time is negative; an absolute one counts from the beginning of 1601.
FORCEINLINE LONGLONG WDF_REL_TIMEOUT_IN_US(_In_ ULONGLONG Time)
{
    return -(LONGLONG)(Time * WDF_TIMEOUT_TO_US);
}

FORCEINLINE LONGLONG WDF_REL_TIMEOUT_IN_MS(_In_ ULONGLONG Time)
{
    return -(LONGLONG)(Time * WDF_TIMEOUT_TO_MS);
}

FORCEINLINE LONGLONG WDF_REL_TIMEOUT_IN_SEC(_In_ ULONGLONG Time)
{
    return -(LONGLONG)(Time * WDF_TIMEOUT_TO_SEC);
}

FORCEINLINE LONGLONG WDF_ABS_TIMEOUT_IN_US(_In_ ULONGLONG Time)
{
    return (LONGLONG)(Time * WDF_TIMEOUT_TO_US);
}

FORCEINLINE LONGLONG WDF_ABS_TIMEOUT_IN_MS(_In_ ULONGLONG Time)
{
    return (LONGLONG)(Time * WDF_TIMEOUT_TO_MS);
}

FORCEINLINE LONGLONG WDF_ABS_TIMEOUT_IN_SEC(_In_ ULONGLONG Time)
{
    return (LONGLONG)(Time * WDF_TIMEOUT_TO_SEC);
}

// Rounds down to a multiple of AlignTo, a power of two.
FORCEINLINE size_t WDF_ALIGN_SIZE_DOWN(_In_ size_t Length, _In_ size_t AlignTo)
{
    return Length & ~(AlignTo - 1);
}

// Rounds up to a multiple of AlignTo, a power of two.
FORCEINLINE size_t WDF_ALIGN_SIZE_UP(_In_ size_t Length, _In_ size_t AlignTo)
{
    return (Length + AlignTo - 1) & ~(AlignTo - 1);
}

// A pointer moved by bytes, and the distance of two pointers in bytes.
#define WDF_PTR_ADD_OFFSET_TYPE(_ptr, _offset, _type) ((_type)((PUCHAR)(_ptr) + (_offset)))
#define WDF_PTR_ADD_OFFSET(_ptr, _offset) WDF_PTR_ADD_OFFSET_TYPE(_ptr, _offset, PVOID)
#define WDF_PTR_GET_OFFSET(_base, _addr) ((size_t)((PUCHAR)(_addr) - (PUCHAR)(_base)))

#if defined(OPENKMDF_DRIVER)

// wdm.h has these two as well.
#if !defined(DECLARE_CONST_UNICODE_STRING)
#define DECLARE_CONST_UNICODE_STRING(_variablename, _string)                                       \
    const WCHAR _variablename##_buffer[] = _string;                                                \
    const UNICODE_STRING _variablename = {sizeof(_string) - sizeof(WCHAR), sizeof(_string),        \
                                          (PWCH)_variablename##_buffer}
#endif

#if !defined(DECLARE_UNICODE_STRING_SIZE)
#define DECLARE_UNICODE_STRING_SIZE(_var, _size)                                                   \
    WCHAR _var##_buffer[_size];                                                                    \
    UNICODE_STRING _var = {0, (_size) * sizeof(WCHAR), _var##_buffer}
#endif

#endif  // OPENKMDF_DRIVER

WDF_EXTERN_C_END
