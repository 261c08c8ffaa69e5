// Processor intrinsics that kernel headers make available without <intrin.h>.
//
// In ELF driver modules no privileged instruction is ever compiled in, nor one that would tell a
// driver the real time or a real random number: those are functions of the machine, imported under
// the intrinsic's own name.
#pragma once

#include "../openkmdf_target.h"
#include "../openkmdf_driver.h"

#if defined(OPENKMDF_DRIVER)

#if defined(__cplusplus)
extern "C" {
#endif

// Ordinary instructions, inlined by the compiler.
void *_ReturnAddress(void);
void *_AddressOfReturnAddress(void);
void _ReadWriteBarrier(void);
void _ReadBarrier(void);
void _WriteBarrier(void);
unsigned char _BitScanForward(unsigned long *index, unsigned long mask);
unsigned char _BitScanReverse(unsigned long *index, unsigned long mask);
unsigned char _BitScanForward64(unsigned long *index, unsigned long long mask);
unsigned char _BitScanReverse64(unsigned long *index, unsigned long long mask);
unsigned char _bittest(long const *base, long bit);
unsigned char _bittestandset(long *base, long bit);
unsigned char _bittestandreset(long *base, long bit);
unsigned char _bittestandcomplement(long *base, long bit);
unsigned char _bittest64(long long const *base, long long bit);
unsigned char _bittestandset64(long long *base, long long bit);
unsigned char _bittestandreset64(long long *base, long long bit);
unsigned char _bittestandcomplement64(long long *base, long long bit);
unsigned char _rotl8(unsigned char value, unsigned char shift);
unsigned char _rotr8(unsigned char value, unsigned char shift);
unsigned short _rotl16(unsigned short value, unsigned char shift);
unsigned short _rotr16(unsigned short value, unsigned char shift);
unsigned int _rotl(unsigned int value, int shift);
unsigned int _rotr(unsigned int value, int shift);
unsigned long long _rotl64(unsigned long long value, int shift);
unsigned long long _rotr64(unsigned long long value, int shift);
unsigned long _lrotl(unsigned long value, int shift);
unsigned long _lrotr(unsigned long value, int shift);
long long _mul128(long long a, long long b, long long *high);
unsigned long long _umul128(unsigned long long a, unsigned long long b, unsigned long long *high);
long long __mulh(long long a, long long b);
unsigned long long __umulh(unsigned long long a, unsigned long long b);
unsigned long long __shiftleft128(unsigned long long low, unsigned long long high,
                                  unsigned char shift);
unsigned long long __shiftright128(unsigned long long low, unsigned long long high,
                                   unsigned char shift);
unsigned short __popcnt16(unsigned short value);
unsigned int __popcnt(unsigned int value);
unsigned long long __popcnt64(unsigned long long value);
void __cpuid(int info[4], int leaf);
void __cpuidex(int info[4], int leaf, int subleaf);
void __stosb(unsigned char *destination, unsigned char value, __SIZE_TYPE__ count);
void __debugbreak(void);
void __faststorefence(void);
void _mm_pause(void);

// Library functions of the CRT that every compiler for Windows inlines.
static inline unsigned short _byteswap_ushort(unsigned short value)
{
    return __builtin_bswap16(value);
}

static inline unsigned long _byteswap_ulong(unsigned long value)
{
    return __builtin_bswap32(value);
}

static inline unsigned long long _byteswap_uint64(unsigned long long value)
{
    return __builtin_bswap64(value);
}

#define BitScanForward _BitScanForward
#define BitScanReverse _BitScanReverse
#define BitScanForward64 _BitScanForward64
#define BitScanReverse64 _BitScanReverse64
#define BitTest _bittest
#define BitTestAndSet _bittestandset
#define BitTestAndReset _bittestandreset
#define BitTestAndComplement _bittestandcomplement
#define BitTest64 _bittest64
#define BitTestAndSet64 _bittestandset64
#define BitTestAndReset64 _bittestandreset64
#define BitTestAndComplement64 _bittestandcomplement64
#define RotateLeft8 _rotl8
#define RotateLeft16 _rotl16
#define RotateLeft32 _rotl
#define RotateLeft64 _rotl64
#define RotateRight8 _rotr8
#define RotateRight16 _rotr16
#define RotateRight32 _rotr
#define RotateRight64 _rotr64
#define ShiftLeft128 __shiftleft128
#define ShiftRight128 __shiftright128
#define MultiplyHigh __mulh
#define UnsignedMultiplyHigh __umulh
#define Multiply128 _mul128
#define UnsignedMultiply128 _umul128
#define PopulationCount64 __popcnt64

#if defined(__cplusplus)
}
#endif

#include "intrinsics_imports.h"

#define ReadTimeStampCounter() __rdtsc()
#define ReadPMC(counter) __readpmc(counter)

#endif

// Barriers.
#define MemoryBarrier() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define KeMemoryBarrier() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define KeMemoryBarrierWithoutFence() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define BarrierAfterRead() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#if defined(OPENKMDF_DRIVER)
#define FastFence() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define LoadFence() __builtin_ia32_lfence()
#define StoreFence() __builtin_ia32_sfence()
#define MemoryFence() __builtin_ia32_mfence()
#define PreFetchCacheLine(level, address) __builtin_prefetch(address)
#define PrefetchForWrite(address) __builtin_prefetch(address, 1)
#endif

// A spin loop's pause: lets another activity run.
static inline void openkmdf_pause(void)
{
    __builtin_ia32_pause();
    OPENKMDF_CHOICE_POINT();
}
#define YieldProcessor() openkmdf_pause()
