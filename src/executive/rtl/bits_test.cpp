#include "executive/ob/test_kernel.h"

#include "tests/support/tested.h"

#include <cstdlib>
#include <set>
#include <string>
#include <vector>

namespace openkmdf::executive {
namespace {

class RtlBitsTest : public KernelTest {};

struct BitMap : RTL_BITMAP {
    ULONG words[4] = {0, 0, 0, 0xA5A5A5A5};  // the last one is not the map's
    BitMap() { RtlInitializeBitMap(this, words, 70); }
    ~BitMap() { EXPECT_EQ(words[3], 0xA5A5A5A5u); }
    std::set<ULONG> bits()
    {
        std::set<ULONG> all;
        for (ULONG bit = 0; bit < 70; ++bit)
            if (words[bit / 32] >> bit % 32 & 1) all.insert(bit);
        return all;
    }
};

TEST_F(RtlBitsTest, BitsAreSetAndCleared)
{
    OPENKMDF_TESTS(RtlSetBit, RtlClearBit, RtlTestBit, RtlSetAllBits, RtlClearAllBits,
                   RtlClearBits);
    BitMap map;
    for (ULONG bit : {0, 31, 32, 69}) RtlSetBit(&map, bit);
    EXPECT_EQ(map.bits(), (std::set<ULONG>{0, 31, 32, 69}));
    EXPECT_TRUE(RtlTestBit(&map, 31));
    EXPECT_FALSE(RtlTestBit(&map, 33));
    RtlClearBit(&map, 31);
    EXPECT_EQ(map.bits(), (std::set<ULONG>{0, 32, 69}));
    RtlSetAllBits(&map);
    EXPECT_EQ(map.bits().size(), 70u);
    RtlClearBits(&map, 10, 0);
    EXPECT_EQ(map.bits().size(), 70u);
    RtlClearBits(&map, 2, 66);
    EXPECT_EQ(map.bits(), (std::set<ULONG>{0, 1, 68, 69}));
    RtlClearBits(&map, 69, 1);
    EXPECT_EQ(map.bits(), (std::set<ULONG>{0, 1, 68}));
    RtlClearAllBits(&map);
    EXPECT_TRUE(map.bits().empty());
}

TEST_F(RtlBitsTest, RunsAreFoundFromTheHintOnAndThenInTheWholeMap)
{
    OPENKMDF_TESTS(RtlFindSetBits, RtlFindSetBitsAndClear, RtlFindClearBitsAndSet);
    constexpr ULONG kNone = 0xFFFFFFFF;
    BitMap map;
    RtlSetBits(&map, 3, 4);
    RtlSetBits(&map, 30, 5);
    RtlSetBits(&map, 60, 10);
    EXPECT_EQ(RtlFindSetBits(&map, 4, 0), 3u);
    EXPECT_EQ(RtlFindSetBits(&map, 5, 0), 30u);
    EXPECT_EQ(RtlFindSetBits(&map, 4, 40), 60u);
    EXPECT_EQ(RtlFindSetBits(&map, 5, 68), 30u);
    EXPECT_EQ(RtlFindSetBits(&map, 11, 0), kNone);
    const std::set<ULONG> before = map.bits();
    EXPECT_EQ(RtlFindSetBitsAndClear(&map, 11, 0), kNone);
    EXPECT_EQ(RtlFindClearBitsAndSet(&map, 26, 0), kNone);
    EXPECT_EQ(map.bits(), before);
    EXPECT_EQ(RtlFindSetBitsAndClear(&map, 4, 7), 30u);
    EXPECT_EQ(map.bits(),
              (std::set<ULONG>{3, 4, 5, 6, 34, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69}));
    EXPECT_EQ(RtlFindSetBitsAndClear(&map, 10, 0), 60u);
    EXPECT_EQ(RtlFindClearBitsAndSet(&map, 30, 20), 35u);
    EXPECT_EQ(RtlFindClearBitsAndSet(&map, 3, 60), 65u);
    EXPECT_EQ(RtlFindClearBitsAndSet(&map, 3, 66), 0u);
    EXPECT_EQ(map.bits().size(), 4u + 1 + 30 + 3 + 3);
    EXPECT_EQ(RtlFindClearBitsAndSet(&map, 28, 0), kNone);
}

TEST_F(RtlBitsTest, BitsOfAValue)
{
    OPENKMDF_TESTS(RtlFindLeastSignificantBit, RtlFindMostSignificantBit,
                   RtlNumberOfSetBitsUlongPtr);
    EXPECT_EQ(RtlFindLeastSignificantBit(0), -1);
    EXPECT_EQ(RtlFindMostSignificantBit(0), -1);
    EXPECT_EQ(RtlNumberOfSetBitsUlongPtr(~ULONG_PTR{0}), 64u);
    EXPECT_EQ(RtlNumberOfSetBitsUlongPtr(0x8000'0001'0000'00F0), 6u);
    for (int low = 0; low < 64; ++low) {
        for (int high = low; high < 64; ++high) {
            const ULONGLONG value = 1ull << low | 1ull << high;
            EXPECT_EQ(RtlFindLeastSignificantBit(value), low);
            EXPECT_EQ(RtlFindMostSignificantBit(value), high);
        }
    }
}

TEST_F(RtlBitsTest, MemoryIsComparedUpToTheFirstDifference)
{
    OPENKMDF_TESTS(RtlCompareMemory, RtlIsZeroMemory, RtlPrefetchMemoryNonTemporal);
    EXPECT_EQ(RtlCompareMemory("abcdef", "abcdXf", 6), 4u);
    EXPECT_EQ(RtlCompareMemory("abcdef", "abcdXf", 4), 4u);
    EXPECT_EQ(RtlCompareMemory("abcdef", "Xbcdef", 6), 0u);
    std::vector<UCHAR> bytes(200, 0);
    bytes[150] = 1;
    const std::vector<UCHAR> before = bytes;
    EXPECT_TRUE(RtlIsZeroMemory(bytes.data() + 3, 147));
    EXPECT_FALSE(RtlIsZeroMemory(bytes.data() + 3, 148));
    EXPECT_TRUE(RtlIsZeroMemory(bytes.data() + 151, 49));
    // A hint to the processor: nothing changes, wherever the buffer begins and ends.
    for (SIZE_T length : {0, 1, 64, 199}) RtlPrefetchMemoryNonTemporal(bytes.data() + 1, length);
    EXPECT_EQ(bytes, before);
}

TEST_F(RtlBitsTest, APatternIsComparedInAlignedWords)
{
    OPENKMDF_TESTS(RtlCompareMemoryUlong);
    ULONG words[5] = {0x01020304, 0x01020304, 0x01020304, 0x01020305, 0x01020304};
    EXPECT_EQ(RtlCompareMemoryUlong(words, 12, 0x01020304), 12u);
    EXPECT_EQ(RtlCompareMemoryUlong(words, 20, 0x01020304), 12u);
    EXPECT_EQ(RtlCompareMemoryUlong(words, 20, 0x04030201), 0u);
    ULONG same[3] = {0x07070707, 0x07070707, 0x07070707};
    EXPECT_EQ(RtlCompareMemoryUlong(same, 10, 0x07070707), 0u);
    EXPECT_EQ(RtlCompareMemoryUlong(reinterpret_cast<UCHAR *>(same) + 1, 8, 0x07070707), 0u);
}

struct Node {
    RTL_SPLAY_LINKS links;
    int key;
};

int key_of(PRTL_SPLAY_LINKS links)
{
    return links != nullptr ? CONTAINING_RECORD(links, Node, links)->key : 0;
}

// The keys in their order; every child has to know its parent.
std::vector<int> keys_below(PRTL_SPLAY_LINKS links)
{
    if (links == nullptr) return {};
    std::vector<int> all = keys_below(links->LeftChild);
    all.push_back(key_of(links));
    for (int key : keys_below(links->RightChild)) all.push_back(key);
    for (PRTL_SPLAY_LINKS child : {links->LeftChild, links->RightChild})
        EXPECT_TRUE(child == nullptr || child->Parent == links);
    return all;
}

struct Tree {
    Node nodes[9];
    PRTL_SPLAY_LINKS root = at(5);
    Tree()
    {
        for (int key = 0; key < 9; ++key) {
            nodes[key].key = key;
            RtlInitializeSplayLinks(at(key));
        }
        constexpr int kChildren[][2] = {{5, 3}, {3, 2}, {2, 1}, {3, 4}, {5, 7}, {7, 8}};
        for (const auto &[parent, child] : kChildren) {
            if (child < parent) RtlInsertAsLeftChild(at(parent), at(child));
            else RtlInsertAsRightChild(at(parent), at(child));
        }
    }
    PRTL_SPLAY_LINKS at(int key) { return &nodes[key].links; }
};

TEST_F(RtlBitsTest, SplayLinksHaveNeighbours)
{
    OPENKMDF_TESTS(RtlSplay, RtlRealSuccessor, RtlRealPredecessor, RtlSubtreeSuccessor,
                   RtlSubtreePredecessor);
    Tree tree;
    const int subtree[][3] = {{5, 4, 7}, {3, 2, 4}, {2, 1, 0}, {1, 0, 0},
                              {4, 0, 0}, {7, 0, 8}, {8, 0, 0}};
    for (const auto &[key, predecessor, successor] : subtree) {
        EXPECT_EQ(key_of(RtlSubtreePredecessor(tree.at(key))), predecessor) << key;
        EXPECT_EQ(key_of(RtlSubtreeSuccessor(tree.at(key))), successor) << key;
    }
    const std::vector<int> keys = {1, 2, 3, 4, 5, 7, 8};
    for (int top : {1, 8, 4, 4, 2, 7, 1, 5, 3}) {
        EXPECT_EQ(RtlSplay(tree.at(top)), tree.at(top));
        EXPECT_TRUE(RtlIsRoot(tree.at(top)));
        EXPECT_EQ(keys_below(tree.at(top)), keys);
        for (std::size_t index = 0; index < keys.size(); ++index) {
            PRTL_SPLAY_LINKS links = tree.at(keys[index]);
            EXPECT_EQ(key_of(RtlRealPredecessor(links)), index > 0 ? keys[index - 1] : 0);
            EXPECT_EQ(key_of(RtlRealSuccessor(links)), index < 6 ? keys[index + 1] : 0);
        }
    }
}

TEST_F(RtlBitsTest, DeletedSplayLinksLeaveATreeOfTheOthers)
{
    OPENKMDF_TESTS(RtlDelete, RtlDeleteNoSplay);
    std::vector<int> keys = {1, 2, 3, 4, 5, 7, 8};
    Tree splayed;
    Tree plain;
    Tree tree;
    RtlDeleteNoSplay(plain.at(8), &plain.root);
    EXPECT_EQ(plain.root, plain.at(5));
    EXPECT_EQ(key_of(RtlLeftChild(plain.at(5))), 3);
    EXPECT_EQ(key_of(RtlRightChild(plain.at(5))), 7);
    for (int key : {5, 2, 8, 3, 1, 7, 4}) {
        std::erase(keys, key);
        PRTL_SPLAY_LINKS root = RtlDelete(splayed.at(key));
        EXPECT_EQ(keys_below(root), keys);
        RtlDeleteNoSplay(tree.at(key), &tree.root);
        EXPECT_EQ(keys_below(tree.root), keys);
        for (PRTL_SPLAY_LINKS top : {root, tree.root})
            EXPECT_TRUE(top == nullptr || RtlIsRoot(top));
        EXPECT_EQ(root == nullptr, keys.empty());
    }
    EXPECT_EQ(tree.root, nullptr);
}

std::set<void *> live;  // what the tables have allocated
CLONG last_size;
bool exhausted;
int grain = 1;  // keys of one grain count as equal

template <class Table>
RTL_GENERIC_COMPARE_RESULTS NTAPI compare(Table *, PVOID left, PVOID right)
{
    const int one = *static_cast<int *>(left) / grain;
    const int two = *static_cast<int *>(right) / grain;
    return one < two ? GenericLessThan : one > two ? GenericGreaterThan : GenericEqual;
}

template <class Table>
PVOID NTAPI allocate(Table *table, CLONG size)
{
    EXPECT_EQ(table->TableContext, &live);
    last_size = size;
    return exhausted ? nullptr : *live.insert(std::malloc(size)).first;
}

template <class Table>
VOID NTAPI release(Table *, PVOID block)
{
    EXPECT_EQ(live.erase(block), 1u);
    std::free(block);
}

template <class Table, auto kInitialize, auto kLookup, auto kInsert, auto kPlainInsert,
          auto kDelete, auto kGet>
void insert_where_searches_end(SIZE_T links)
{
    Table table;
    kInitialize(&table, compare, allocate, release, &live);
    EXPECT_EQ(kGet(&table, 0), nullptr);
    PVOID place = nullptr;
    TABLE_SEARCH_RESULT result = TableFoundNode;
    BOOLEAN is_new = 7;
    std::vector<int> keys = {50, 30, 70, 60, 65, 62, 10};
    for (int key : keys) {
        EXPECT_EQ(kLookup(&table, &key, &place, &result), nullptr);
        EXPECT_EQ(result == TableEmptyTree, key == 50);
        EXPECT_TRUE(key != 30 || result == TableInsertAsLeft);
        EXPECT_TRUE(key != 70 || result == TableInsertAsRight);
        exhausted = true;
        EXPECT_EQ(kInsert(&table, &key, sizeof key, &is_new, place, result), nullptr);
        EXPECT_FALSE(is_new);
        EXPECT_EQ(kPlainInsert(&table, &key, sizeof key, &is_new), nullptr);
        EXPECT_FALSE(is_new);
        exhausted = false;
        PVOID element = kInsert(&table, &key, sizeof key, &is_new, place, result);
        EXPECT_TRUE(is_new);
        EXPECT_GE(last_size, links + sizeof key);
        ASSERT_NE(element, nullptr);
        EXPECT_NE(element, &key);
        EXPECT_EQ(*static_cast<int *>(element), key);
        EXPECT_EQ(kLookup(&table, &key, &place, &result), element);
        EXPECT_EQ(result, TableFoundNode);
        EXPECT_EQ(kInsert(&table, &key, sizeof key, &is_new, place, result), element);
        EXPECT_FALSE(is_new);
    }
    EXPECT_EQ(live.size(), keys.size());
    EXPECT_EQ(table.NumberGenericTableElements, keys.size());
    for (int key : {10, 30, 50, 60, 62}) EXPECT_TRUE(kDelete(&table, &key));
    // Inserted in this order and sorted so, too. The ones before them are gone.
    int key = 80;
    EXPECT_FALSE(kDelete(&table, &key));
    ASSERT_NE(kPlainInsert(&table, &key, sizeof key, nullptr), nullptr);
    EXPECT_EQ(*static_cast<int *>(kGet(&table, 2)), 80);
    EXPECT_EQ(kGet(&table, 3), nullptr);
    for (int last : {65, 70, 80}) EXPECT_TRUE(kDelete(&table, &last));
    EXPECT_EQ(kGet(&table, 0), nullptr);
    EXPECT_TRUE(live.empty());
}

TEST_F(RtlBitsTest, ATableTakesAnElementWhereASearchEnded)
{
    OPENKMDF_TESTS(RtlInitializeGenericTable, RtlInsertElementGenericTable,
                   RtlInsertElementGenericTableFull, RtlLookupElementGenericTableFull,
                   RtlDeleteElementGenericTable, RtlGetElementGenericTable,
                   RtlInitializeGenericTableAvl, RtlInsertElementGenericTableAvl,
                   RtlInsertElementGenericTableFullAvl, RtlLookupElementGenericTableFullAvl,
                   RtlDeleteElementGenericTableAvl, RtlGetElementGenericTableAvl);
    insert_where_searches_end<RTL_GENERIC_TABLE, RtlInitializeGenericTable,
                              RtlLookupElementGenericTableFull, RtlInsertElementGenericTableFull,
                              RtlInsertElementGenericTable, RtlDeleteElementGenericTable,
                              RtlGetElementGenericTable>(sizeof(RTL_SPLAY_LINKS) +
                                                         sizeof(LIST_ENTRY));
    insert_where_searches_end<RTL_AVL_TABLE, RtlInitializeGenericTableAvl,
                              RtlLookupElementGenericTableFullAvl,
                              RtlInsertElementGenericTableFullAvl, RtlInsertElementGenericTableAvl,
                              RtlDeleteElementGenericTableAvl, RtlGetElementGenericTableAvl>(
        sizeof(RTL_BALANCED_LINKS));
}

TEST_F(RtlBitsTest, AnEmptyBalancedTableLeavesThePlaceOfTheSearchAlone)
{
    OPENKMDF_TESTS(RtlLookupElementGenericTableFullAvl);
    RTL_AVL_TABLE table;
    RtlInitializeGenericTableAvl(&table, compare, allocate, release, &live);
    int key = 1;
    PVOID place = &key;
    TABLE_SEARCH_RESULT result = TableFoundNode;
    EXPECT_EQ(RtlLookupElementGenericTableFullAvl(&table, &key, &place, &result), nullptr);
    EXPECT_EQ(result, TableEmptyTree);
    EXPECT_EQ(place, &key);
}

TEST_F(RtlBitsTest, ABalancedTableFindsTheFirstOfSeveralMatches)
{
    OPENKMDF_TESTS(RtlLookupFirstMatchingElementGenericTableAvl,
                   RtlEnumerateGenericTableWithoutSplayingAvl);
    RTL_AVL_TABLE table;
    RtlInitializeGenericTableAvl(&table, compare, allocate, release, &live);
    for (int key = 0; key < 40; ++key)
        RtlInsertElementGenericTableAvl(&table, &key, sizeof key, nullptr);
    grain = 10;
    for (int key : {3, 10, 25, 39}) {
        PVOID restart = nullptr;
        PVOID element = RtlLookupFirstMatchingElementGenericTableAvl(&table, &key, &restart);
        for (int wanted = key / 10 * 10; wanted < 40; ++wanted) {
            ASSERT_NE(element, nullptr);
            EXPECT_EQ(*static_cast<int *>(element), wanted);
            element = RtlEnumerateGenericTableWithoutSplayingAvl(&table, &restart);
        }
        EXPECT_EQ(element, nullptr);
    }
    int absent = 40;
    PVOID restart = nullptr;
    EXPECT_EQ(RtlLookupFirstMatchingElementGenericTableAvl(&table, &absent, &restart), nullptr);
    grain = 1;
    for (int key = 0; key < 40; ++key) EXPECT_TRUE(RtlDeleteElementGenericTableAvl(&table, &key));
}

TEST_F(RtlBitsTest, NumbersLookRandomAndRepeatWithTheSeed)
{
    OPENKMDF_TESTS(RtlRandom, RtlRandomEx);
    for (auto random : {RtlRandom, RtlRandomEx}) {
        ULONG seed = 1;
        ULONG same = 1;
        std::set<ULONG> numbers;
        int upper_half = 0;
        for (int count = 0; count < 1000; ++count) {
            const ULONG number = random(&seed);
            EXPECT_EQ(random(&same), number);
            EXPECT_LT(number, ULONG{MAXLONG});
            numbers.insert(number);
            upper_half += number > MAXLONG / 2;
        }
        EXPECT_GT(numbers.size(), 990u);
        EXPECT_NEAR(upper_half, 500, 100);
    }
}

TEST_F(RtlBitsTest, ChecksumsGoOnWhereTheyEnded)
{
    OPENKMDF_TESTS(RtlCrc64);
    EXPECT_EQ(RtlCrc64("123456789", 9, 0), 0xAE8B14860A799888u);
    EXPECT_EQ(RtlCrc64("6789", 4, RtlCrc64("12345", 5, 0)), 0xAE8B14860A799888u);
    EXPECT_EQ(RtlCrc64("", 0, 7), 7u);
}

TEST_F(RtlBitsTest, SecondsCountFrom1970AndFrom1980)
{
    OPENKMDF_TESTS(RtlTimeToSecondsSince1970, RtlTimeToSecondsSince1980, RtlSecondsSince1980ToTime);
    constexpr LONGLONG kTo1970 = 116'444'736'000'000'000;
    constexpr LONGLONG kTo1980 = 119'600'064'000'000'000;
    constexpr LONGLONG kMost = 0xFFFFFFFFLL * 10'000'000;
    for (const auto &[to_seconds, epoch] : {std::pair{&RtlTimeToSecondsSince1970, kTo1970},
                                            std::pair{&RtlTimeToSecondsSince1980, kTo1980}}) {
        ULONG seconds = 7;
        LARGE_INTEGER time;
        for (LONGLONG inside : {0LL, 59'999'999LL, kMost, kMost + 9'999'999}) {
            time.QuadPart = epoch + inside;
            EXPECT_TRUE(to_seconds(&time, &seconds));
            EXPECT_EQ(seconds, inside / 10'000'000);
        }
        for (LONGLONG outside : {epoch - 1, epoch + kMost + 10'000'000, 0LL}) {
            time.QuadPart = outside;
            EXPECT_FALSE(to_seconds(&time, &seconds));
        }
    }
    LARGE_INTEGER time;
    RtlSecondsSince1980ToTime(0, &time);
    EXPECT_EQ(time.QuadPart, kTo1980);
    RtlSecondsSince1980ToTime(0xFFFFFFFF, &time);
    EXPECT_EQ(time.QuadPart, kTo1980 + kMost);
}

TEST_F(RtlBitsTest, TextsAndIntegers)
{
    OPENKMDF_TESTS(RtlInt64ToUnicodeString, RtlUnicodeStringToInt64, RtlCharToInteger,
                   RtlIntegerToChar);
    WCHAR buffer[65];
    UNICODE_STRING text = {0, 128, buffer};
    const auto written = [&](ULONGLONG value, ULONG base) {
        EXPECT_EQ(RtlInt64ToUnicodeString(value, base, &text), STATUS_SUCCESS);
        return std::u16string(text.Buffer, text.Length / 2);
    };
    EXPECT_EQ(written(0, 0), u"0");
    EXPECT_EQ(written(0xFEDCBA9876543210, 16), u"FEDCBA9876543210");
    EXPECT_EQ(written(1ull << 63, 8), u"1000000000000000000000");
    EXPECT_EQ(written(~0ull, 2), std::u16string(64, u'1'));
    EXPECT_EQ(RtlInt64ToUnicodeString(1, 3, &text), STATUS_INVALID_PARAMETER);
    text.MaximumLength = 126;
    EXPECT_EQ(RtlInt64ToUnicodeString(~0ull, 2, &text), STATUS_BUFFER_OVERFLOW);

    const auto read = [](Text from, ULONG base, const char16_t *rest) {
        LONG64 value = 99;
        PWSTR end = nullptr;
        EXPECT_EQ(RtlUnicodeStringToInt64(&from, base, &value, &end), STATUS_SUCCESS);
        EXPECT_EQ(std::u16string(end, from.Buffer + from.Length / 2), rest);
        return value;
    };
    EXPECT_EQ(read(Text(u"-9223372036854775808"), 10, u""), MINLONG64);
    EXPECT_EQ(read(Text(u" +0x1Fg"), 0, u"g"), 31);
    LONG64 value = 0;
    EXPECT_EQ(RtlUnicodeStringToInt64(&text, 7, &value, nullptr), STATUS_INVALID_PARAMETER);
    text.Length = 0;
    EXPECT_EQ(RtlUnicodeStringToInt64(&text, 10, &value, nullptr), STATUS_INVALID_PARAMETER);

    ULONG number = 0;
    EXPECT_EQ(RtlCharToInteger("0b101", 0, &number), STATUS_SUCCESS);
    EXPECT_EQ(number, 5u);
    EXPECT_EQ(RtlCharToInteger("-fFg", 16, &number), STATUS_SUCCESS);
    EXPECT_EQ(static_cast<LONG>(number), -255);
    EXPECT_EQ(RtlCharToInteger("1", 5, &number), STATUS_INVALID_PARAMETER);

    char digits[] = "~~~~";
    EXPECT_EQ(RtlIntegerToChar(255, 16, 1, digits), STATUS_BUFFER_OVERFLOW);
    EXPECT_EQ(RtlIntegerToChar(255, 3, 4, digits), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlIntegerToChar(255, 16, 2, digits), STATUS_SUCCESS);
    EXPECT_STREQ(digits, "FF~~");
}

}  // namespace
}  // namespace openkmdf::executive
