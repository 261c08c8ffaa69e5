#include "executive/ex/pool.h"

#include "executive/testing.h"
#include "scheduler/sanitizer.h"
#include "tests/support/tested.h"

#include <cstring>

namespace openkmdf::executive {
namespace {

constexpr ULONG kTag = 'tseT';

class PoolTest : public testing::Test {
protected:
    TestMachine pc;
};

// One whose driver is the test, with guarded blocks.
class CheckedPoolTest : public testing::Test {
protected:
    CheckedPoolTest()
    {
        pc.be_driver();
        pc->pool->set_checking(true);
    }
    TestMachine pc;
};

// What a driver built without a sanitizer does: nobody sees it but the pool.
[[gnu::noinline]] OPENKMDF_UNINSTRUMENTED void write_to(char *at)
{
    *static_cast<volatile char *>(at) = 1;
}

bool all_zero(const void *memory, std::size_t size)
{
    auto *bytes = static_cast<const unsigned char *>(memory);
    for (std::size_t i = 0; i < size; i++)
        if (bytes[i]) return false;
    return true;
}

TEST_F(PoolTest, SizesAlignAndDoNotOverlap)
{
    OPENKMDF_TESTS(ExAllocatePool2, ExFreePoolWithTag);
    EXPECT_TRUE(pc.run([&] {
        struct One {
            unsigned char *memory;
            std::size_t size;
        };
        std::vector<One> all;
        for (std::size_t size = 1; size < 40'000; size += size < 5000 ? 37 : 1733) {
            auto *memory =
                static_cast<unsigned char *>(ExAllocatePool2(POOL_FLAG_NON_PAGED, size, kTag));
            ASSERT_TRUE(memory);
            EXPECT_TRUE(all_zero(memory, size));
            EXPECT_EQ(number_of(memory) % (size >= PAGE_SIZE ? PAGE_SIZE : 16), 0u) << size;
            EXPECT_TRUE(size >= PAGE_SIZE ||
                        number_of(memory) / PAGE_SIZE == number_of(memory + size - 1) / PAGE_SIZE);
            std::memset(memory, static_cast<int>(size), size);
            all.push_back({memory, size});
        }
        EXPECT_EQ(pc->pool->usage(0, kTag).blocks, all.size());
        for (const One &one : all)
            for (std::size_t i = 0; i < one.size; i += 61)
                ASSERT_EQ(one.memory[i], static_cast<unsigned char>(one.size));
        for (const One &one : all) ExFreePoolWithTag(one.memory, kTag);
        EXPECT_EQ(pc->pool->usage(0, kTag).blocks, 0u);
    }));
}

TEST_F(PoolTest, PagedAndNonPagedLieApart)
{
    OPENKMDF_TESTS(ExAllocatePool2, ExAllocatePoolWithTag);
    EXPECT_TRUE(pc.run([&] {
        void *paged = ExAllocatePool2(POOL_FLAG_PAGED, 100, kTag);
        void *nonpaged = ExAllocatePoolWithTag(NonPagedPoolNx, 100, kTag);
        EXPECT_TRUE(pc.arena().region(scheduler::RegionKind::Paged).contains(paged));
        EXPECT_TRUE(pc.arena().region(scheduler::RegionKind::NonPaged).contains(nonpaged));
        EXPECT_EQ(pc->pool->usage(0, kTag).paged_bytes, 100u);
        ExFreePool(paged);
        ExFreePool(nonpaged);
    }));
}

TEST_F(PoolTest, FlagsThatAreWrongGetNothing)
{
    OPENKMDF_TESTS(ExAllocatePool2, ExAllocatePool3);
    EXPECT_TRUE(pc.run([] {
        EXPECT_EQ(ExAllocatePool2(0, 16, kTag), nullptr);
        EXPECT_EQ(ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_NON_PAGED, 16, kTag), nullptr);
        EXPECT_EQ(ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_RESERVED2, 16, kTag), nullptr);
        POOL_EXTENDED_PARAMETER parameter = {};
        parameter.Type = PoolExtendedParameterSecurePool;
        EXPECT_EQ(ExAllocatePool3(POOL_FLAG_PAGED, 16, kTag, &parameter, 1), nullptr);
    }));
}

TEST_F(PoolTest, InjectedFailuresAreNull)
{
    OPENKMDF_TESTS(ExAllocatePool2, ExAllocatePoolWithQuotaTag);
    EXPECT_TRUE(pc.run([&] {
        pc.arena().fail_allocation(2, false);
        void *first = ExAllocatePool2(POOL_FLAG_PAGED, 16, kTag);
        EXPECT_TRUE(first);
        EXPECT_EQ(ExAllocatePool2(POOL_FLAG_PAGED, 16, kTag), nullptr);
        ExFreePool(first);
    }));
    const BugcheckRecord &record = pc.stops([&] {
        pc.arena().fail_allocation(1, false);
        ExAllocatePoolWithQuotaTag(PagedPool, 16, kTag);
    });
    EXPECT_EQ(static_cast<NTSTATUS>(record.parameters[0]), STATUS_INSUFFICIENT_RESOURCES);
}

TEST_F(PoolTest, BadFreesAreBugchecks)
{
    OPENKMDF_TESTS(ExFreePool, ExFreePoolWithTag);
    auto stops = [](auto body) {
        TestMachine pc;
        BugcheckRecord record = pc.stops(body);
        EXPECT_EQ(record.code, BAD_POOL_CALLER) << record.message;
        return record.parameters[0];
    };
    EXPECT_EQ(stops([] {
                  void *block = ExAllocatePool2(POOL_FLAG_PAGED, 16, kTag);
                  ExFreePool(block);
                  ExFreePool(block);
              }),
              0x07u);
    EXPECT_EQ(stops([] { ExFreePoolWithTag(ExAllocatePool2(POOL_FLAG_PAGED, 16, kTag), 'gnrW'); }),
              0x0Au);
    EXPECT_EQ(stops([] {
                  auto *block = static_cast<char *>(ExAllocatePool2(POOL_FLAG_PAGED, 64, kTag));
                  ExFreePool(block + 16);
              }),
              0x46u);
    EXPECT_EQ(stops([] {
                  int local;
                  static int outside;
                  ExFreePool(&outside);
                  (void)local;
              }),
              0x40u);
    EXPECT_EQ(stops([] {
                  KfRaiseIrql(DISPATCH_LEVEL);
                  ExAllocatePool2(POOL_FLAG_PAGED, 64, kTag);
              }),
              0x08u);
    EXPECT_EQ(stops([] {
                  void *block = ExAllocatePool2(POOL_FLAG_PAGED, 64, kTag);
                  KfRaiseIrql(DISPATCH_LEVEL);
                  ExFreePool(block);
              }),
              0x09u);
    EXPECT_EQ(stops([] { ExAllocatePoolWithTag(PagedPool, 64, 0); }), 0x9Bu);
}

TEST_F(PoolTest, AWriteBeyondTheEndIsFoundAtTheFree)
{
    const BugcheckRecord &record = pc.stops([] {
        auto *block = static_cast<char *>(ExAllocatePool2(POOL_FLAG_PAGED, 50, kTag));
        write_to(block + 50);
        ExFreePool(block);
    });
    EXPECT_EQ(record.code, BAD_POOL_HEADER);
    EXPECT_EQ(record.parameters[0], 0x21u);
}

TEST_F(PoolTest, LookasideListsGiveBlocksAgain)
{
    OPENKMDF_TESTS(ExInitializeNPagedLookasideList, ExAllocateFromNPagedLookasideList,
                   ExFreeToNPagedLookasideList, ExDeleteNPagedLookasideList,
                   ExDeleteLookasideListEx);
    EXPECT_TRUE(pc.run([&] {
        NPAGED_LOOKASIDE_LIST list;
        ExInitializeNPagedLookasideList(&list, nullptr, nullptr, 0, 100, kTag, 0);
        void *first = ExAllocateFromNPagedLookasideList(&list);
        ExFreeToNPagedLookasideList(&list, first);
        EXPECT_EQ(ExAllocateFromNPagedLookasideList(&list), first);
        ExFreeToNPagedLookasideList(&list, first);
        ExDeleteNPagedLookasideList(&list);
        LOOKASIDE_LIST_EX extended;
        EXPECT_EQ(
            ExInitializeLookasideListEx(&extended, nullptr, nullptr, PagedPool, 0, 64, kTag, 1),
            STATUS_INVALID_PARAMETER_8);
        EXPECT_EQ(
            ExInitializeLookasideListEx(&extended, nullptr, nullptr, PagedPool, 0, 64, kTag, 0),
            STATUS_SUCCESS);
        void *second = ExAllocateFromLookasideListEx(&extended);
        ExFreeToLookasideListEx(&extended, second);
        ExDeleteLookasideListEx(&extended);
        EXPECT_EQ(pc->pool->usage(0, kTag).blocks, 0u);
    }));
}

TEST_F(CheckedPoolTest, LeaksAreTheDrivers)
{
    OPENKMDF_TESTS(ExFreePool);
    EXPECT_TRUE(pc.run([&] {
        void *kept = ExAllocatePool2(POOL_FLAG_PAGED, 33, kTag);
        EXPECT_EQ(pc->pool->usage(1).blocks, 1u);
        EXPECT_EQ(pc->pool->usage(1).paged_bytes, 33u);
        PoolBlock block;
        EXPECT_TRUE(pc->pool->find(kept, block));
        EXPECT_EQ(block.driver, 1);
        EXPECT_EQ(block.tag, kTag);
        EXPECT_NE(block.stack, 0u);
        ExFreePool(kept);
        EXPECT_TRUE(pc->pool->find(kept, block));
        EXPECT_TRUE(block.freed);
        EXPECT_EQ(pc->pool->usage(1).blocks, 0u);
    }));
}

TEST_F(CheckedPoolTest, ManyBlocksGoRoundTheWindow)
{
    EXPECT_TRUE(pc.run([&] {
        void *kept[100];
        for (void *&one : kept) one = ExAllocatePool2(POOL_FLAG_NON_PAGED, 5000, kTag);
        for (int i = 0; i < 12'000; i++) {
            void *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 1 + i % 6000, kTag);
            ASSERT_TRUE(block);
            std::memset(block, 1, 1 + i % 6000);
            ExFreePoolWithTag(block, kTag);
        }
        for (void *one : kept) {
            EXPECT_TRUE(all_zero(one, 5000));
            ExFreePool(one);
        }
        EXPECT_EQ(pc->pool->usage(1).blocks, 0u);
        pc->pool->check();
    }));
}

TEST_F(CheckedPoolTest, AWriteAfterTheFreeStopsAtOnce)
{
    const BugcheckRecord &record = pc.stops([] {
        auto *block = static_cast<char *>(ExAllocatePool2(POOL_FLAG_PAGED, 50, kTag));
        ExFreePool(block);
        write_to(block + 7);
    });
    EXPECT_EQ(record.code, DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL);
    EXPECT_EQ(record.parameters[1], 1u);
    EXPECT_STREQ(record.driver, "testdrv");
    EXPECT_NE(std::string(record.message).find("after freeing"), std::string::npos);
}

TEST_F(CheckedPoolTest, AWriteBeyondTheEndStopsAtOnce)
{
    const BugcheckRecord &record = pc.stops([] {
        auto *block = static_cast<char *>(ExAllocatePool2(POOL_FLAG_PAGED, 64, kTag));
        write_to(block + 64);
    });
    EXPECT_EQ(record.code, DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION);
}

TEST_F(CheckedPoolTest, AWriteInFrontIsFoundAtTheFree)
{
    const BugcheckRecord &record = pc.stops([] {
        auto *block = static_cast<char *>(ExAllocatePool2(POOL_FLAG_PAGED, 64, kTag));
        write_to(block - 1);
        ExFreePool(block);
    });
    EXPECT_EQ(record.code, SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION);
    EXPECT_EQ(record.parameters[3], 0x23u);
}

TEST_F(CheckedPoolTest, AFreedBlockMayNotHoldAnArmedTimer)
{
    const BugcheckRecord &record = pc.stops([] {
        auto *timer =
            static_cast<PKTIMER>(ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(KTIMER), kTag));
        KeInitializeTimer(timer);
        LARGE_INTEGER due;
        due.QuadPart = -1'000'000;
        KeSetTimer(timer, due, nullptr);
        ExFreePool(timer);
    });
    EXPECT_EQ(record.code, DRIVER_VERIFIER_DETECTED_VIOLATION);
    EXPECT_EQ(record.parameters[0], 0x15u);
}

TEST_F(CheckedPoolTest, AnotherMachineInTheSlotIsUnharmed)
{
    EXPECT_TRUE(pc.run([] { ExFreePool(ExAllocatePool2(POOL_FLAG_PAGED, 64, kTag)); }));
    for (int i = 0; i < 3; i++) {
        TestMachine other;
        other.be_driver();
        other->pool->set_checking(true);
        EXPECT_TRUE(other.run([] {
            void *block = ExAllocatePool2(POOL_FLAG_PAGED, 64, kTag);
            std::memset(block, 1, 64);
            ExFreePool(block);
        }));
    }
}

}  // namespace
}  // namespace openkmdf::executive
