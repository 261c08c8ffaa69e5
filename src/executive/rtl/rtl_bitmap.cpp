#include <ntddk.h>

namespace {

constexpr ULONG kNone = 0xFFFFFFFF;

bool test(const RTL_BITMAP *map, ULONG bit)
{
    return map->Buffer[bit / 32] >> (bit % 32) & 1;
}

// The next bit of this value at or behind `from`; the size of the map if there is none.
ULONG next_bit(const RTL_BITMAP *map, ULONG from, bool set)
{
    for (ULONG bit = from; bit < map->SizeOfBitMap;) {
        const ULONG word = set ? map->Buffer[bit / 32] : ~map->Buffer[bit / 32];
        const ULONG rest = word >> (bit % 32);
        if (rest != 0) {
            bit += static_cast<ULONG>(__builtin_ctz(rest));
            return bit < map->SizeOfBitMap ? bit : map->SizeOfBitMap;
        }
        bit = (bit / 32 + 1) * 32;
    }
    return map->SizeOfBitMap;
}

// The first run of `count` bits of this value that begins in [from, until).
ULONG find_run(const RTL_BITMAP *map, ULONG from, ULONG until, ULONG count, bool set)
{
    for (ULONG start = next_bit(map, from, set); start < until;) {
        const ULONG end = next_bit(map, start, !set);
        if (end - start >= count) return start;
        start = next_bit(map, end, set);
    }
    return kNone;
}

ULONG find_bits(const RTL_BITMAP *map, ULONG count, ULONG hint, bool set)
{
    if (hint >= map->SizeOfBitMap) hint = 0;
    if (count == 0) return hint;
    if (count > map->SizeOfBitMap) return kNone;
    const ULONG found = find_run(map, hint, map->SizeOfBitMap, count, set);
    return found != kNone ? found : find_run(map, 0, hint, count, set);
}

void fill(const RTL_BITMAP *map, ULONG start, ULONG count, bool set)
{
    for (ULONG bit = start; count != 0;) {
        const ULONG room = 32 - bit % 32;
        const ULONG part = count < room ? count : room;
        const ULONG ones = part == 32 ? ~ULONG{0} : (ULONG{1} << part) - 1;
        const ULONG mask = ones << (bit % 32);
        if (set) map->Buffer[bit / 32] |= mask;
        else map->Buffer[bit / 32] &= ~mask;
        bit += part;
        count -= part;
    }
}

bool all(const RTL_BITMAP *map, ULONG start, ULONG count, bool set)
{
    if (count == 0 || count > map->SizeOfBitMap || start > map->SizeOfBitMap - count) return false;
    return next_bit(map, start, !set) >= start + count;
}

}  // namespace

VOID NTAPI RtlInitializeBitMap(PRTL_BITMAP map, PULONG buffer, ULONG size)
{
    map->SizeOfBitMap = size;
    map->Buffer = buffer;
}

VOID NTAPI RtlClearBit(PRTL_BITMAP map, ULONG bit)
{
    map->Buffer[bit / 32] &= ~(ULONG{1} << (bit % 32));
}
VOID NTAPI RtlSetBit(PRTL_BITMAP map, ULONG bit)
{
    map->Buffer[bit / 32] |= ULONG{1} << (bit % 32);
}
BOOLEAN NTAPI RtlTestBit(PRTL_BITMAP map, ULONG bit)
{
    return test(map, bit);
}
VOID NTAPI RtlClearAllBits(PRTL_BITMAP map)
{
    fill(map, 0, (map->SizeOfBitMap + 31) / 32 * 32, false);
}
VOID NTAPI RtlSetAllBits(PRTL_BITMAP map)
{
    fill(map, 0, (map->SizeOfBitMap + 31) / 32 * 32, true);
}
VOID NTAPI RtlClearBits(PRTL_BITMAP map, ULONG start, ULONG count)
{
    fill(map, start, count, false);
}
VOID NTAPI RtlSetBits(PRTL_BITMAP map, ULONG start, ULONG count)
{
    fill(map, start, count, true);
}

ULONG NTAPI RtlFindClearBits(PRTL_BITMAP map, ULONG count, ULONG hint)
{
    return find_bits(map, count, hint, false);
}
ULONG NTAPI RtlFindSetBits(PRTL_BITMAP map, ULONG count, ULONG hint)
{
    return find_bits(map, count, hint, true);
}

ULONG NTAPI RtlFindClearBitsAndSet(PRTL_BITMAP map, ULONG count, ULONG hint)
{
    const ULONG found = find_bits(map, count, hint, false);
    if (found != kNone) fill(map, found, count, true);
    return found;
}

ULONG NTAPI RtlFindSetBitsAndClear(PRTL_BITMAP map, ULONG count, ULONG hint)
{
    const ULONG found = find_bits(map, count, hint, true);
    if (found != kNone) fill(map, found, count, false);
    return found;
}

ULONG NTAPI RtlFindNextForwardRunClear(PRTL_BITMAP map, ULONG from, PULONG start)
{
    *start = next_bit(map, from, false);
    return next_bit(map, *start, true) - *start;
}

ULONG NTAPI RtlFindFirstRunClear(PRTL_BITMAP map, PULONG start)
{
    return RtlFindNextForwardRunClear(map, 0, start);
}

ULONG NTAPI RtlFindLastBackwardRunClear(PRTL_BITMAP map, ULONG from, PULONG start)
{
    LONGLONG bit = from < map->SizeOfBitMap ? from : LONGLONG{map->SizeOfBitMap} - 1;
    while (bit >= 0 && test(map, static_cast<ULONG>(bit))) --bit;
    ULONG count = 0;
    for (; bit >= 0 && !test(map, static_cast<ULONG>(bit)); --bit) ++count;
    *start = static_cast<ULONG>(bit + 1);
    return count;
}

ULONG NTAPI RtlFindClearRuns(PRTL_BITMAP map, PRTL_BITMAP_RUN runs, ULONG capacity, BOOLEAN longest)
{
    ULONG used = 0;
    for (ULONG start = next_bit(map, 0, false); start < map->SizeOfBitMap && capacity != 0;) {
        const ULONG end = next_bit(map, start, true);
        const RTL_BITMAP_RUN run = {start, end - start};
        if (longest) {
            // Kept sorted, longest first; runs of one length stay in the order of the map.
            ULONG place = used;
            while (place > 0 && runs[place - 1].NumberOfBits < run.NumberOfBits) --place;
            if (place < capacity) {
                for (ULONG move = used < capacity ? used : capacity - 1; move > place; --move)
                    runs[move] = runs[move - 1];
                runs[place] = run;
                used += used < capacity;
            }
        } else {
            if (used == capacity) break;
            runs[used++] = run;
        }
        start = next_bit(map, end, false);
    }
    return used;
}

ULONG NTAPI RtlFindLongestRunClear(PRTL_BITMAP map, PULONG start)
{
    RTL_BITMAP_RUN run = {0, 0};
    RtlFindClearRuns(map, &run, 1, TRUE);
    *start = run.StartingIndex;
    return run.NumberOfBits;
}

ULONG NTAPI RtlNumberOfSetBits(PRTL_BITMAP map)
{
    ULONG count = 0;
    for (ULONG bit = 0; bit < map->SizeOfBitMap; bit += 32) {
        const ULONG left = map->SizeOfBitMap - bit;
        const ULONG mask = left >= 32 ? ~ULONG{0} : (ULONG{1} << left) - 1;
        count += static_cast<ULONG>(__builtin_popcount(map->Buffer[bit / 32] & mask));
    }
    return count;
}

ULONG NTAPI RtlNumberOfClearBits(PRTL_BITMAP map)
{
    return map->SizeOfBitMap - RtlNumberOfSetBits(map);
}
BOOLEAN NTAPI RtlAreBitsClear(PRTL_BITMAP map, ULONG start, ULONG count)
{
    return all(map, start, count, false);
}
BOOLEAN NTAPI RtlAreBitsSet(PRTL_BITMAP map, ULONG start, ULONG count)
{
    return all(map, start, count, true);
}

CCHAR NTAPI RtlFindLeastSignificantBit(ULONGLONG set)
{
    return set == 0 ? CCHAR{-1} : static_cast<CCHAR>(__builtin_ctzll(set));
}

CCHAR NTAPI RtlFindMostSignificantBit(ULONGLONG set)
{
    return set == 0 ? CCHAR{-1} : static_cast<CCHAR>(63 - __builtin_clzll(set));
}

ULONG NTAPI RtlNumberOfSetBitsUlongPtr(ULONG_PTR target)
{
    return static_cast<ULONG>(__builtin_popcountll(target));
}
