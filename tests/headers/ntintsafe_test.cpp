// The checked integer functions: documented limits of each width, and the value left on overflow.
#include "ntintsafe.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <limits>

namespace {

template <class From, class To>
void expect_conversion(NTSTATUS (*convert)(From, To *), From value, bool fits)
{
    To result = 42;
    const NTSTATUS status = convert(value, &result);
    if (fits) {
        EXPECT_EQ(status, STATUS_SUCCESS);
        EXPECT_EQ(static_cast<From>(result), value);
    } else {
        EXPECT_EQ(status, STATUS_INTEGER_OVERFLOW);
        EXPECT_EQ(result, static_cast<To>(~To{0}));
    }
}

TEST(IntegerConversion, NarrowsOnlyWhatFits)
{
    expect_conversion(RtlLongToUChar, 255, true);
    expect_conversion(RtlLongToUChar, 256, false);
    expect_conversion(RtlLongToUChar, -1, false);
    expect_conversion(RtlIntToChar, 127, true);
    expect_conversion(RtlIntToChar, 128, false);
    expect_conversion(RtlIntToChar, -128, true);
    expect_conversion(RtlIntToChar, -129, false);
    expect_conversion(RtlLongLongToULong, LONGLONG{0xffffffff}, true);
    expect_conversion(RtlLongLongToULong, LONGLONG{0x100000000}, false);
    expect_conversion(RtlULongLongToLong, ULONGLONG{0x7fffffff}, true);
    expect_conversion(RtlULongLongToLong, ULONGLONG{0x80000000}, false);
    expect_conversion(RtlSizeTToULong, SIZE_T{0xffffffff}, true);
    expect_conversion(RtlSizeTToULong, SIZE_T{0x100000000}, false);
    expect_conversion(RtlULongToUShort, ULONG{65535}, true);
    expect_conversion(RtlULongToUShort, ULONG{65536}, false);
}

TEST(IntegerConversion, ChangesSignOnlyOfWhatFits)
{
    expect_conversion(RtlLongToULong, LONG{-1}, false);
    expect_conversion(RtlLongToULong, LONG{0}, true);
    expect_conversion(RtlULongToLong, ULONG{0x80000000}, false);
    expect_conversion(RtlInt8ToULongLong, static_cast<signed char>(-1), false);
    expect_conversion(RtlByteToInt8, UCHAR{128}, false);
    expect_conversion(RtlByteToChar, UCHAR{127}, true);
    expect_conversion(RtlULongPtrToLongPtr, std::numeric_limits<ULONG_PTR>::max(), false);
    expect_conversion(RtlIntPtrToUInt, INT_PTR{-1}, false);
}

template <class T>
void expect_result(NTSTATUS (*operation)(T, T, T *), T a, T b, T expected)
{
    T result = 0;
    EXPECT_EQ(operation(a, b, &result), STATUS_SUCCESS);
    EXPECT_EQ(result, expected);
}

template <class T>
void expect_overflow(NTSTATUS (*operation)(T, T, T *), T a, T b)
{
    T result = 0;
    EXPECT_EQ(operation(a, b, &result), STATUS_INTEGER_OVERFLOW);
    EXPECT_EQ(result, static_cast<T>(~T{0}));
}

template <class T>
constexpr T kMin = std::numeric_limits<T>::min();
template <class T>
constexpr T kMax = std::numeric_limits<T>::max();

TEST(IntegerArithmetic, Unsigned)
{
    expect_result<ULONG>(RtlULongAdd, kMax<ULONG> - 1, 1, kMax<ULONG>);
    expect_overflow<ULONG>(RtlULongAdd, kMax<ULONG>, 1);
    expect_result<ULONG>(RtlULongSub, 5, 5, 0);
    expect_overflow<ULONG>(RtlULongSub, 5, 6);
    expect_result<ULONG>(RtlULongMult, 0x10000, 0xffff, 0xffff0000);
    expect_overflow<ULONG>(RtlULongMult, 0x10000, 0x10000);
    expect_result<USHORT>(RtlUShortAdd, 65534, 1, 65535);
    expect_overflow<USHORT>(RtlUShortAdd, 65535, 1);
    expect_overflow<USHORT>(RtlUShortMult, 256, 256);
    expect_overflow<UCHAR>(RtlUInt8Sub, 0, 1);
    expect_result<SIZE_T>(RtlSizeTMult, SIZE_T{1} << 32, 4, SIZE_T{1} << 34);
    expect_overflow<SIZE_T>(RtlSizeTMult, SIZE_T{1} << 32, SIZE_T{1} << 32);
    expect_overflow<ULONGLONG>(RtlULongLongAdd, kMax<ULONGLONG>, 1);
    expect_overflow<ULONG_PTR>(RtlULongPtrAdd, kMax<ULONG_PTR>, 2);
}

TEST(IntegerArithmetic, Signed)
{
    expect_result<LONG>(RtlLongAdd, kMax<LONG>, kMin<LONG>, -1);
    expect_overflow<LONG>(RtlLongAdd, kMax<LONG>, 1);
    expect_overflow<LONG>(RtlLongSub, kMin<LONG>, 1);
    expect_overflow<LONG>(RtlLongMult, kMin<LONG>, -1);
    expect_result<LONGLONG>(RtlLongLongMult, -3, 4, -12);
    expect_overflow<LONGLONG>(RtlLongLongMult, kMin<LONGLONG>, -1);
    expect_overflow<LONGLONG>(RtlLongLongAdd, kMin<LONGLONG>, -1);
    expect_overflow<SHORT>(RtlShortMult, 256, 128);
    expect_overflow<signed char>(RtlInt8Add, 127, 1);
    expect_overflow<INT_PTR>(RtlIntPtrSub, kMin<INT_PTR>, 1);
    expect_result<std::ptrdiff_t>(RtlPtrdiffTSub, 1, 2, -1);
}

}  // namespace
