// Results of the interlocked operations: which give the old value, which the new one, and what they
// leave behind. Their memory order is the compiler's affair.
#include "nt/interlocked.h"
#include "nt/intrinsics.h"

#include <gtest/gtest.h>

namespace {

TEST(Interlocked, IncrementAndDecrementGiveTheNewValue)
{
    LONG value = 41;
    EXPECT_EQ(InterlockedIncrement(&value), 42);
    EXPECT_EQ(InterlockedDecrementNoFence(&value), 41);
    value = 0x7fffffff;
    EXPECT_EQ(InterlockedIncrementAcquire(&value), static_cast<LONG>(0x80000000)) << "wraps";
    LONG64 wide = -1;
    EXPECT_EQ(InterlockedIncrement64(&wide), 0);
    EXPECT_EQ(InterlockedDecrementRelease64(&wide), -1);
    SHORT narrow = 0x7fff;
    EXPECT_EQ(InterlockedIncrement16(&narrow), -0x8000);
}

TEST(Interlocked, AddGivesTheNewAndExchangeAddTheOldValue)
{
    LONG value = 10;
    EXPECT_EQ(InterlockedAdd(&value, 5), 15);
    EXPECT_EQ(InterlockedExchangeAdd(&value, -5), 15);
    EXPECT_EQ(value, 10);
    LONG64 wide = LONG64{1} << 40;
    EXPECT_EQ(InterlockedAdd64(&wide, 1), (LONG64{1} << 40) + 1);
    EXPECT_EQ(InterlockedExchangeAddNoFence64(&wide, 1), (LONG64{1} << 40) + 1);
    CHAR byte = 3;
    EXPECT_EQ(InterlockedExchangeAdd8(&byte, 4), 3);
    EXPECT_EQ(byte, 7);
    SIZE_T size = 1;
    EXPECT_EQ(InterlockedIncrementSizeT(&size), 2u);
    ULONG count = 5;
    EXPECT_EQ(InterlockedExchangeSubtract(&count, 2), 5u);
    EXPECT_EQ(count, 3u);
}

TEST(Interlocked, BitwiseOperationsGiveTheOldValue)
{
    LONG value = 0b1100;
    EXPECT_EQ(InterlockedAnd(&value, 0b0110), 0b1100);
    EXPECT_EQ(InterlockedOr(&value, 0b0011), 0b0100);
    EXPECT_EQ(InterlockedXor(&value, 0b1111), 0b0111);
    EXPECT_EQ(value, 0b1000);
    CHAR byte = 1;
    EXPECT_EQ(InterlockedOr8(&byte, 2), 1);
    SHORT half = 1;
    EXPECT_EQ(InterlockedOr16(&half, 2), 1);
    LONG64 wide = LONG64{1} << 50;
    EXPECT_EQ(InterlockedAndRelease64(&wide, 0), LONG64{1} << 50);
}

TEST(Interlocked, ExchangeGivesTheOldValue)
{
    LONG value = 1;
    EXPECT_EQ(InterlockedExchange(&value, 2), 1);
    EXPECT_EQ(InterlockedExchangeAcquire(&value, 3), 2);
    int target = 0;
    PVOID pointer = &target;
    EXPECT_EQ(InterlockedExchangePointer(&pointer, nullptr), &target);
    EXPECT_EQ(pointer, nullptr);
}

TEST(Interlocked, CompareExchangeWritesOnlyOverTheComparand)
{
    LONG value = 1;
    EXPECT_EQ(InterlockedCompareExchange(&value, 2, 1), 1);
    EXPECT_EQ(InterlockedCompareExchange(&value, 3, 1), 2);
    EXPECT_EQ(value, 2);
    int target = 0;
    PVOID pointer = nullptr;
    EXPECT_EQ(InterlockedCompareExchangePointer(&pointer, &target, nullptr), nullptr);
    EXPECT_EQ(InterlockedCompareExchangePointer(&pointer, nullptr, nullptr), &target);
    SHORT half = 1;
    EXPECT_EQ(InterlockedCompareExchange16(&half, 2, 1), 1);
    EXPECT_EQ(half, 2);
}

TEST(Interlocked, CompareExchange128ReportsWhatWasThere)
{
    alignas(16) LONG64 value[2] = {1, 2};
    LONG64 comparand[2] = {1, 2};
    EXPECT_EQ(InterlockedCompareExchange128(value, 20, 10, comparand), TRUE);
    EXPECT_EQ(value[0], 10);
    EXPECT_EQ(value[1], 20);
    EXPECT_EQ(comparand[0], 1);
    EXPECT_EQ(comparand[1], 2);
    EXPECT_EQ(InterlockedCompareExchange128(value, 0, 0, comparand), FALSE);
    EXPECT_EQ(value[0], 10);
    EXPECT_EQ(comparand[0], 10);
    EXPECT_EQ(comparand[1], 20);
}

TEST(Interlocked, BitsAreABitString)
{
    LONG bits[2] = {0, 0};
    EXPECT_EQ(InterlockedBitTestAndSet(bits, 33), FALSE);
    EXPECT_EQ(bits[0], 0);
    EXPECT_EQ(bits[1], 2);
    EXPECT_EQ(InterlockedBitTestAndSet(bits, 33), TRUE);
    EXPECT_EQ(InterlockedBitTestAndComplement(bits, 31), FALSE);
    EXPECT_EQ(bits[0], static_cast<LONG>(0x80000000));
    EXPECT_EQ(InterlockedBitTestAndReset(bits, 31), TRUE);
    EXPECT_EQ(bits[0], 0);
    EXPECT_EQ(InterlockedBitTestAndReset(bits + 1, -31), FALSE) << "bit 1 of the element before";
    LONG64 wide[2] = {0, 0};
    EXPECT_EQ(InterlockedBitTestAndSet64(wide, 127), FALSE);
    EXPECT_EQ(wide[1], static_cast<LONG64>(0x8000000000000000));
    EXPECT_EQ(InterlockedBitTestAndReset64(wide, 127), TRUE);
}

TEST(AtomicAccess, ReadsAndWrites)
{
    LONG value = 0;
    WriteRelease(&value, 5);
    EXPECT_EQ(ReadAcquire(&value), 5);
    WriteNoFence(&value, 6);
    EXPECT_EQ(ReadNoFence(&value), 6);
    WriteRaw(&value, 7);
    EXPECT_EQ(ReadRaw(&value), 7);
    LONG64 wide = 0;
    WriteRelease64(&wide, LONG64{1} << 40);
    EXPECT_EQ(ReadAcquire64(&wide), LONG64{1} << 40);
    PVOID pointer = nullptr;
    WritePointerRelease(&pointer, &value);
    EXPECT_EQ(ReadPointerAcquire(&pointer), &value);
    BOOLEAN flag = FALSE;
    WriteBooleanRelease(&flag, TRUE);
    EXPECT_EQ(ReadBooleanAcquire(&flag), TRUE);
    ULONG64 unsigned_wide = 0;
    WriteULong64NoFence(&unsigned_wide, 9);
    EXPECT_EQ(ReadULong64NoFence(&unsigned_wide), 9u);
}

TEST(AtomicAccess, BarriersAreStatements)
{
    MemoryBarrier();
    KeMemoryBarrier();
    KeMemoryBarrierWithoutFence();
    YieldProcessor();
}

}  // namespace
