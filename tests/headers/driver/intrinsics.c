// Privileged and time-telling intrinsics: imports in an ELF module, whatever header is included.
#if defined(COMPILER_HEADERS_FIRST)
#include <immintrin.h>
#include <intrin.h>
#endif
#include <ntddk.h>
#if defined(COMPILER_HEADERS_LAST)
#include <intrin.h>
#include <x86intrin.h>
#endif

ULONG64 Collect(volatile ULONG *where)
{
    ULONG index = 0;
    unsigned short word;
    ULONG64 sum =
        ReadTimeStampCounter() + __readmsr(*where) + __readcr0() + __readcr3() + __readcr8();
    sum += __readgsqword(0x20) + __inbyte(0x60) + __indword(0xcf8) + __readpmc(1);
    __writemsr(1, sum);
    __outbyte(0x80, 1);
    __outwordstring(0x80, &word, 1);
    __writecr8(2);
    _disable();
    _enable();
    __wbinvd();
    __invlpg((void *)where);
    if (_BitScanReverse(&index, *where)) __int2c();
    if (sum == 7) __fastfail(5);
    if (sum == 8) __halt();
    _mm_pause();
    return sum + __popcnt64(sum) + _rotl64(sum, 3) + _byteswap_ulong(index);
}
