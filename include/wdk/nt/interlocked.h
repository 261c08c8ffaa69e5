// Interlocked* operations and the atomic reads and writes (ReadAcquire, WriteRelease, ...).
//
// All are inline, with exactly the memory order that the name promises, so that a race detector
// sees what the driver may rely on and no more. In ELF driver modules each one is a choice point
// of the deterministic scheduler: code that spins on an atomic must let others run.
#pragma once

#include "../openkmdf_target.h"
#include "../ntdef.h"
#include "../openkmdf_driver.h"

#if defined(__cplusplus)
extern "C" {
#endif

#define OPENKMDF_ATOMIC_INLINE static inline __attribute__((always_inline, unused))

// One function `name` which applies `builtin` to *target and yields its result.
#define OPENKMDF_ATOMIC_BINARY(name, type, builtin, order)                                         \
    OPENKMDF_ATOMIC_INLINE type name(type volatile *target, type value)                            \
    {                                                                                              \
        type result = builtin(target, value, order);                                               \
        OPENKMDF_CHOICE_POINT();                                                                   \
        return result;                                                                             \
    }

#define OPENKMDF_ATOMIC_STEP(name, type, builtin, order)                                           \
    OPENKMDF_ATOMIC_INLINE type name(type volatile *target)                                        \
    {                                                                                              \
        type result = builtin(target, 1, order);                                                   \
        OPENKMDF_CHOICE_POINT();                                                                   \
        return result;                                                                             \
    }

#define OPENKMDF_ATOMIC_COMPARE(name, type, success, failure)                                      \
    OPENKMDF_ATOMIC_INLINE type name(type volatile *target, type exchange, type comparand)         \
    {                                                                                              \
        type expected = comparand;                                                                 \
        (void)__atomic_compare_exchange_n(target, &expected, exchange, 0, success, failure);       \
        OPENKMDF_CHOICE_POINT();                                                                   \
        return expected;                                                                           \
    }

// `Base` is a bit string as for the processor's instruction: bit 32 is bit 0 of the next element.
#define OPENKMDF_ATOMIC_BIT(name, type, shift, builtin, invert, order)                             \
    OPENKMDF_ATOMIC_INLINE BOOLEAN name(type volatile *base, type bit)                             \
    {                                                                                              \
        U##type mask = (U##type)1 << (bit & ((1 << (shift)) - 1));                                 \
        type old = builtin(base + (bit >> (shift)), (type)(invert mask), order);                   \
        OPENKMDF_CHOICE_POINT();                                                                   \
        return (BOOLEAN)(((U##type)old & mask) != 0);                                              \
    }

// Each operation in its four orders. Plain means a full barrier.
#define OPENKMDF_ATOMIC_ORDERS(define, name, width, ...)                                           \
    define(name##width, __VA_ARGS__, __ATOMIC_SEQ_CST)                                             \
    define(name##Acquire##width, __VA_ARGS__, __ATOMIC_ACQUIRE)                                    \
    define(name##Release##width, __VA_ARGS__, __ATOMIC_RELEASE)                                    \
    define(name##NoFence##width, __VA_ARGS__, __ATOMIC_RELAXED)

#define OPENKMDF_ATOMIC_COMPARES(name, width, type)                                                \
    OPENKMDF_ATOMIC_COMPARE(name##width, type, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)                 \
    OPENKMDF_ATOMIC_COMPARE(name##Acquire##width, type, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE)        \
    OPENKMDF_ATOMIC_COMPARE(name##Release##width, type, __ATOMIC_RELEASE, __ATOMIC_RELAXED)        \
    OPENKMDF_ATOMIC_COMPARE(name##NoFence##width, type, __ATOMIC_RELAXED, __ATOMIC_RELAXED)

#define OPENKMDF_ATOMIC_WIDTH(width, type)                                                         \
    OPENKMDF_ATOMIC_ORDERS(OPENKMDF_ATOMIC_STEP, InterlockedIncrement, width, type,                \
                           __atomic_add_fetch)                                                     \
    OPENKMDF_ATOMIC_ORDERS(OPENKMDF_ATOMIC_STEP, InterlockedDecrement, width, type,                \
                           __atomic_sub_fetch)                                                     \
    OPENKMDF_ATOMIC_ORDERS(OPENKMDF_ATOMIC_BINARY, InterlockedAdd, width, type,                    \
                           __atomic_add_fetch)                                                     \
    OPENKMDF_ATOMIC_ORDERS(OPENKMDF_ATOMIC_BINARY, InterlockedExchangeAdd, width, type,            \
                           __atomic_fetch_add)                                                     \
    OPENKMDF_ATOMIC_ORDERS(OPENKMDF_ATOMIC_BINARY, InterlockedExchange, width, type,               \
                           __atomic_exchange_n)                                                    \
    OPENKMDF_ATOMIC_ORDERS(OPENKMDF_ATOMIC_BINARY, InterlockedAnd, width, type,                    \
                           __atomic_fetch_and)                                                     \
    OPENKMDF_ATOMIC_ORDERS(OPENKMDF_ATOMIC_BINARY, InterlockedOr, width, type,                     \
                           __atomic_fetch_or)                                                      \
    OPENKMDF_ATOMIC_ORDERS(OPENKMDF_ATOMIC_BINARY, InterlockedXor, width, type,                    \
                           __atomic_fetch_xor)                                                     \
    OPENKMDF_ATOMIC_COMPARES(InterlockedCompareExchange, width, type)

// clang-format off
OPENKMDF_ATOMIC_WIDTH(8, CHAR)
OPENKMDF_ATOMIC_WIDTH(16, SHORT)
OPENKMDF_ATOMIC_WIDTH(, LONG)
OPENKMDF_ATOMIC_WIDTH(64, LONG64)

OPENKMDF_ATOMIC_ORDERS(OPENKMDF_ATOMIC_BINARY, InterlockedExchangePointer, , PVOID,
                       __atomic_exchange_n)
OPENKMDF_ATOMIC_COMPARES(InterlockedCompareExchangePointer, , PVOID)

OPENKMDF_ATOMIC_ORDERS(OPENKMDF_ATOMIC_BIT, InterlockedBitTestAndSet, , LONG, 5,
                       __atomic_fetch_or, )
OPENKMDF_ATOMIC_ORDERS(OPENKMDF_ATOMIC_BIT, InterlockedBitTestAndReset, , LONG, 5,
                       __atomic_fetch_and, ~)
OPENKMDF_ATOMIC_ORDERS(OPENKMDF_ATOMIC_BIT, InterlockedBitTestAndComplement, , LONG, 5,
                       __atomic_fetch_xor, )
OPENKMDF_ATOMIC_ORDERS(OPENKMDF_ATOMIC_BIT, InterlockedBitTestAndSet, 64, LONG64, 6,
                       __atomic_fetch_or, )
OPENKMDF_ATOMIC_ORDERS(OPENKMDF_ATOMIC_BIT, InterlockedBitTestAndReset, 64, LONG64, 6,
                       __atomic_fetch_and, ~)
OPENKMDF_ATOMIC_ORDERS(OPENKMDF_ATOMIC_BIT, InterlockedBitTestAndComplement, 64, LONG64, 6,
                       __atomic_fetch_xor, )

OPENKMDF_ATOMIC_BINARY(InterlockedExchangeSubtract, ULONG, __atomic_fetch_sub, __ATOMIC_SEQ_CST)
OPENKMDF_ATOMIC_STEP(InterlockedIncrementSizeT, SIZE_T, __atomic_add_fetch, __ATOMIC_SEQ_CST)
OPENKMDF_ATOMIC_STEP(InterlockedDecrementSizeT, SIZE_T, __atomic_sub_fetch, __ATOMIC_SEQ_CST)
OPENKMDF_ATOMIC_BINARY(InterlockedAddSizeT, SIZE_T, __atomic_add_fetch, __ATOMIC_SEQ_CST)
OPENKMDF_ATOMIC_BINARY(InterlockedExchangeAddSizeT, SIZE_T, __atomic_fetch_add, __ATOMIC_SEQ_CST)
OPENKMDF_ATOMIC_BINARY(InterlockedAndAffinity, KAFFINITY, __atomic_fetch_and, __ATOMIC_SEQ_CST)
OPENKMDF_ATOMIC_BINARY(InterlockedOrAffinity, KAFFINITY, __atomic_fetch_or, __ATOMIC_SEQ_CST)
// clang-format on

// Exchanges 16 bytes if they equal *comparand; *comparand gets what was there. Written as an
// instruction where the compiler was not told that it may use it (-mcx16), because it would call a
// library function then.
OPENKMDF_ATOMIC_INLINE BOOLEAN InterlockedCompareExchange128(LONG64 volatile *target,
                                                             LONG64 exchange_high,
                                                             LONG64 exchange_low, LONG64 *comparand)
{
#if defined(__GCC_HAVE_SYNC_COMPARE_AND_SWAP_16)
    __extension__ typedef unsigned __int128 Pair;
    Pair expected = ((Pair)(ULONG64)comparand[1] << 64) | (ULONG64)comparand[0];
    Pair desired = ((Pair)(ULONG64)exchange_high << 64) | (ULONG64)exchange_low;
    Pair found = __sync_val_compare_and_swap((Pair volatile *)target, expected, desired);
    BOOLEAN exchanged = (BOOLEAN)(found == expected);
    comparand[0] = (LONG64)(ULONG64)found;
    comparand[1] = (LONG64)(ULONG64)(found >> 64);
#else
    BOOLEAN exchanged;
    __asm__ __volatile__("lock cmpxchg16b %1\n\tsete %0"
                         : "=q"(exchanged), "+m"(*(LONG64 volatile(*)[2])target),
                           "+a"(comparand[0]), "+d"(comparand[1])
                         : "b"(exchange_low), "c"(exchange_high)
                         : "cc", "memory");
#endif
    OPENKMDF_CHOICE_POINT();
    return exchanged;
}

// Reads and writes that no compiler or processor tears. The Raw forms order nothing and are not
// seen by the scheduler.
#define OPENKMDF_ATOMIC_READ(name, type, order, seen)                                              \
    OPENKMDF_ATOMIC_INLINE type name(type const volatile *source)                                  \
    {                                                                                              \
        type value = __atomic_load_n(source, order);                                               \
        seen;                                                                                      \
        return value;                                                                              \
    }

#define OPENKMDF_ATOMIC_WRITE(name, type, order, seen)                                             \
    OPENKMDF_ATOMIC_INLINE void name(type volatile *destination, type value)                       \
    {                                                                                              \
        __atomic_store_n(destination, value, order);                                               \
        seen;                                                                                      \
    }

#define OPENKMDF_ATOMIC_ACCESS(read, write, suffix, type)                                          \
    OPENKMDF_ATOMIC_READ(read##Acquire##suffix, type, __ATOMIC_ACQUIRE, OPENKMDF_CHOICE_POINT())   \
    OPENKMDF_ATOMIC_READ(read##NoFence##suffix, type, __ATOMIC_RELAXED, OPENKMDF_CHOICE_POINT())   \
    OPENKMDF_ATOMIC_READ(read##Raw##suffix, type, __ATOMIC_RELAXED, (void)0)                       \
    OPENKMDF_ATOMIC_WRITE(write##Release##suffix, type, __ATOMIC_RELEASE, OPENKMDF_CHOICE_POINT()) \
    OPENKMDF_ATOMIC_WRITE(write##NoFence##suffix, type, __ATOMIC_RELAXED, OPENKMDF_CHOICE_POINT()) \
    OPENKMDF_ATOMIC_WRITE(write##Raw##suffix, type, __ATOMIC_RELAXED, (void)0)

// clang-format off
OPENKMDF_ATOMIC_ACCESS(Read, Write, 8, CHAR)
OPENKMDF_ATOMIC_ACCESS(Read, Write, 16, SHORT)
OPENKMDF_ATOMIC_ACCESS(Read, Write, , LONG)
OPENKMDF_ATOMIC_ACCESS(Read, Write, 64, LONG64)
OPENKMDF_ATOMIC_ACCESS(ReadUChar, WriteUChar, , UCHAR)
OPENKMDF_ATOMIC_ACCESS(ReadBoolean, WriteBoolean, , BOOLEAN)
OPENKMDF_ATOMIC_ACCESS(ReadUShort, WriteUShort, , USHORT)
OPENKMDF_ATOMIC_ACCESS(ReadLong, WriteLong, , LONG)
OPENKMDF_ATOMIC_ACCESS(ReadULong, WriteULong, , ULONG)
OPENKMDF_ATOMIC_ACCESS(ReadULong64, WriteULong64, , ULONG64)
OPENKMDF_ATOMIC_ACCESS(ReadLongPtr, WriteLongPtr, , LONG_PTR)
OPENKMDF_ATOMIC_ACCESS(ReadULongPtr, WriteULongPtr, , ULONG_PTR)
OPENKMDF_ATOMIC_ACCESS(ReadSizeT, WriteSizeT, , SIZE_T)
OPENKMDF_ATOMIC_ACCESS(ReadPointer, WritePointer, , PVOID)
// clang-format on

#if defined(__cplusplus)
}
#endif

#include "interlocked_names.h"
