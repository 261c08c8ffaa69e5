#include <ntddk.h>

#include <cstring>

SIZE_T NTAPI RtlCompareMemory(const VOID *left, const VOID *right, SIZE_T length)
{
    auto *first = static_cast<const UCHAR *>(left);
    auto *second = static_cast<const UCHAR *>(right);
    SIZE_T equal = 0;
    while (equal < length && first[equal] == second[equal]) ++equal;
    return equal;
}

SIZE_T NTAPI RtlCompareMemoryUlong(PVOID source, SIZE_T length, ULONG pattern)
{
    if (reinterpret_cast<ULONG_PTR>(source) % sizeof(ULONG) != 0 || length % sizeof(ULONG) != 0)
        return 0;
    auto *words = static_cast<const ULONG *>(source);
    SIZE_T equal = 0;
    while (equal < length / sizeof(ULONG) && words[equal] == pattern) ++equal;
    return equal * sizeof(ULONG);
}

VOID NTAPI RtlPrefetchMemoryNonTemporal(PVOID source, SIZE_T length)
{
    for (SIZE_T offset = 0; offset < length; offset += 64)
        __builtin_prefetch(static_cast<const char *>(source) + offset, 0, 0);
}

BOOLEAN NTAPI RtlIsZeroMemory(PVOID buffer, SIZE_T length)
{
    auto *bytes = static_cast<const UCHAR *>(buffer);
    for (SIZE_T index = 0; index < length; ++index) {
        if (bytes[index] != 0) return FALSE;
    }
    return TRUE;
}
