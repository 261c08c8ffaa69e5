#include "tests/support/tested.h"

#include <ntddk.h>

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <vector>

namespace openkmdf::executive {
namespace {

int live;

template <class Table>
RTL_GENERIC_COMPARE_RESULTS NTAPI compare(Table *, PVOID left, PVOID right)
{
    const int difference = *static_cast<int *>(left) - *static_cast<int *>(right);
    return difference < 0 ? GenericLessThan : difference > 0 ? GenericGreaterThan : GenericEqual;
}

template <class Table>
PVOID NTAPI allocate(Table *, CLONG size)
{
    ++live;
    return std::malloc(size);
}

template <class Table>
VOID NTAPI release(Table *, PVOID block)
{
    --live;
    std::free(block);
}

// The two kinds of table behind one face.
struct Splay {
    RTL_GENERIC_TABLE table;
    Splay()
    {
        RtlInitializeGenericTable(&table, compare<RTL_GENERIC_TABLE>, allocate<RTL_GENERIC_TABLE>,
                                  release<RTL_GENERIC_TABLE>, nullptr);
    }
    int *insert(int value, PBOOLEAN is_new)
    {
        return static_cast<int *>(
            RtlInsertElementGenericTable(&table, &value, sizeof value, is_new));
    }
    bool remove(int value) { return RtlDeleteElementGenericTable(&table, &value); }
    int *find(int value)
    {
        return static_cast<int *>(RtlLookupElementGenericTable(&table, &value));
    }
    int *next(bool restart)
    {
        return static_cast<int *>(RtlEnumerateGenericTable(&table, restart));
    }
    int *next(PVOID *key)
    {
        return static_cast<int *>(RtlEnumerateGenericTableWithoutSplaying(&table, key));
    }
    ULONG count() { return RtlNumberGenericTableElements(&table); }
    bool empty() { return RtlIsGenericTableEmpty(&table); }
};

struct Avl {
    RTL_AVL_TABLE table;
    Avl()
    {
        RtlInitializeGenericTableAvl(&table, compare<RTL_AVL_TABLE>, allocate<RTL_AVL_TABLE>,
                                     release<RTL_AVL_TABLE>, nullptr);
    }
    int *insert(int value, PBOOLEAN is_new)
    {
        return static_cast<int *>(
            RtlInsertElementGenericTableAvl(&table, &value, sizeof value, is_new));
    }
    bool remove(int value) { return RtlDeleteElementGenericTableAvl(&table, &value); }
    int *find(int value)
    {
        return static_cast<int *>(RtlLookupElementGenericTableAvl(&table, &value));
    }
    int *next(bool restart)
    {
        return static_cast<int *>(RtlEnumerateGenericTableAvl(&table, restart));
    }
    int *next(PVOID *key)
    {
        return static_cast<int *>(RtlEnumerateGenericTableWithoutSplayingAvl(&table, key));
    }
    ULONG count() { return RtlNumberGenericTableElementsAvl(&table); }
    bool empty() { return RtlIsGenericTableEmptyAvl(&table); }
};

template <class Table>
class TableTest : public testing::Test {
protected:
    TableTest() { live = 0; }
    ~TableTest() override { EXPECT_EQ(live, 0); }
};
using Tables = testing::Types<Splay, Avl>;
TYPED_TEST_SUITE(TableTest, Tables);

TYPED_TEST(TableTest, BehavesLikeASet)
{
    OPENKMDF_TESTS(RtlInitializeGenericTable, RtlInsertElementGenericTable,
                   RtlDeleteElementGenericTable, RtlLookupElementGenericTable,
                   RtlEnumerateGenericTable, RtlEnumerateGenericTableWithoutSplaying,
                   RtlNumberGenericTableElements, RtlIsGenericTableEmpty,
                   RtlInitializeGenericTableAvl, RtlInsertElementGenericTableAvl,
                   RtlDeleteElementGenericTableAvl, RtlLookupElementGenericTableAvl,
                   RtlEnumerateGenericTableAvl, RtlEnumerateGenericTableWithoutSplayingAvl,
                   RtlNumberGenericTableElementsAvl, RtlIsGenericTableEmptyAvl);
    TypeParam table;
    std::set<int> model;
    unsigned state = 1;
    for (int round = 0; round < 3000; ++round) {
        state = state * 1664525 + 1013904223;
        const int value = static_cast<int>(state >> 16) % 200;
        if (state & 0x8000) {
            BOOLEAN is_new = 7;
            int *element = table.insert(value, &is_new);
            ASSERT_NE(element, nullptr);
            EXPECT_EQ(*element, value);
            EXPECT_EQ(is_new != 0, model.insert(value).second);
        } else {
            EXPECT_EQ(table.remove(value), model.erase(value) == 1);
        }
        ASSERT_EQ(table.count(), model.size());
        if (round % 100 == 0) {
            std::vector<int> seen;
            for (int *element = table.next(true); element != nullptr; element = table.next(false))
                seen.push_back(*element);
            EXPECT_EQ(seen, std::vector<int>(model.begin(), model.end()));
            seen.clear();
            PVOID key = nullptr;
            while (int *element = table.next(&key)) seen.push_back(*element);
            EXPECT_EQ(seen, std::vector<int>(model.begin(), model.end()));
        }
        EXPECT_EQ(table.find(value) != nullptr, model.contains(value));
    }
    while (!table.empty()) table.remove(*table.next(true));
}

TEST(AvlTable, StaysBalanced)
{
    OPENKMDF_TESTS(RtlGetElementGenericTableAvl, RtlDeleteElementGenericTableAvl);
    Avl avl;
    for (int value = 0; value < 1000; ++value) avl.insert(value, nullptr);
    EXPECT_LE(avl.table.DepthOfTree, 14u);
    EXPECT_EQ(*static_cast<int *>(RtlGetElementGenericTableAvl(&avl.table, 500)), 500);
    for (int value = 0; value < 1000; ++value) EXPECT_TRUE(avl.remove(value));
}

TEST(SplayTable, GetsElementsInTheOrderOfInsertion)
{
    OPENKMDF_TESTS(RtlGetElementGenericTable);
    Splay splay;
    for (int value : {5, 1, 9}) splay.insert(value, nullptr);
    EXPECT_EQ(*static_cast<int *>(RtlGetElementGenericTable(&splay.table, 0)), 5);
    EXPECT_EQ(*static_cast<int *>(RtlGetElementGenericTable(&splay.table, 2)), 9);
    EXPECT_EQ(RtlGetElementGenericTable(&splay.table, 3), nullptr);
    for (int value : {5, 1, 9}) splay.remove(value);
}

}  // namespace
}  // namespace openkmdf::executive
