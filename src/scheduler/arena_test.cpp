#include "scheduler/arena.h"

#include "scheduler/sanitizer.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace openkmdf::scheduler {
namespace {

struct ArenaOwner {
    Arena *arena = Arena::create();
    ~ArenaOwner() { Arena::destroy(arena); }
    Arena *operator->() { return arena; }
};

TEST(Arena, SlotsLieAtFixedAddresses)
{
    ArenaOwner first;
    ArenaOwner second;
    ASSERT_NE(first.arena, nullptr);
    ASSERT_NE(second.arena, nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(first->region(RegionKind::State).base),
              Arena::kKernelLow + first->slot() * Arena::kSlotSize);
    EXPECT_NE(first->slot(), second->slot());
    EXPECT_EQ(Arena::of(first->allocate(8)), first.arena);
    EXPECT_EQ(Arena::of(second->allocate(8)), second.arena);
    EXPECT_EQ(Arena::of(&first), nullptr);
    EXPECT_FALSE(first->contains(second->allocate(8)));
}

std::vector<void *> some_addresses()
{
    ArenaOwner arena;
    std::vector<void *> addresses;
    for (std::size_t size : {8, 16, 100, 1000, 1025, 5000, 70'000, 3'000'000})
        addresses.push_back(arena->allocate(size));
    addresses.push_back(arena->take_pages(RegionKind::NonPaged, 12'000));
    addresses.push_back(arena->take_stack().low);
    return addresses;
}

TEST(Arena, TheSameCallsGiveTheSameAddresses)
{
    EXPECT_EQ(some_addresses(), some_addresses());
}

TEST(Arena, PagesAreZeroInEveryMachine)
{
    for (int round = 0; round < 3; round++) {
        ArenaOwner arena;
        for (std::size_t size : {std::size_t{4096}, std::size_t{9} << 20}) {
            auto *pages = static_cast<char *>(arena->take_pages(RegionKind::NonPaged, size));
            ASSERT_NE(pages, nullptr);
            for (std::size_t at = 0; at < size; at += 1024) ASSERT_EQ(pages[at], 0);
            std::memset(pages, 0x55, size);
        }
    }
}

TEST(Arena, AFullRegionRefuses)
{
    ArenaOwner arena;
    EXPECT_EQ(arena->take_pages(RegionKind::NonPaged, std::size_t{16} << 30), nullptr);
    EXPECT_EQ(arena->allocate(std::size_t{16} << 30), nullptr);
    EXPECT_NE(arena->take_pages(RegionKind::NonPaged, 4096), nullptr);
}

TEST(Arena, EverySlotCanBeTaken)
{
    std::vector<Arena *> arenas;
    while (Arena *arena = Arena::create()) arenas.push_back(arena);
    EXPECT_GE(arenas.size(), 30u);
    EXPECT_LE(arenas.size(), 32u);
    for (Arena *arena : arenas) Arena::destroy(arena);
    ArenaOwner again;
    EXPECT_NE(again.arena, nullptr);
}

TEST(Heap, ReusesTheLastBlockFirst)
{
    ArenaOwner arena;
    for (std::size_t size : {1, 16, 17, 128, 1024, 1500, 40'000}) {
        void *first = arena->allocate(size);
        void *second = arena->allocate(size);
        EXPECT_NE(first, second);
        arena->deallocate(first, size);
        arena->deallocate(second, size);
        EXPECT_EQ(arena->allocate(size), second);
        EXPECT_EQ(arena->allocate(size), first);
    }
}

TEST(Heap, BlocksAreAlignedAndDoNotOverlap)
{
    ArenaOwner arena;
    std::map<std::uintptr_t, std::size_t> blocks;
    for (std::size_t alignment : {16, 32, 64, 128, 4096})
        for (std::size_t size = 1; size < 200'000; size = size * 3 / 2 + 1) {
            auto address = reinterpret_cast<std::uintptr_t>(arena->allocate(size, alignment));
            ASSERT_NE(address, 0u);
            EXPECT_EQ(address % alignment, 0u);
            EXPECT_TRUE(blocks.emplace(address, size).second);
            std::memset(reinterpret_cast<void *>(address), 0xee, size);
        }
    std::uintptr_t end = 0;
    for (auto [address, size] : blocks) {
        EXPECT_GE(address, end);
        end = address + size;
    }
}

TEST(Heap, AlignedBlocksDoNotPileUp)
{
    ArenaOwner arena;
    for (int round = 0; round < 2; round++) {
        std::size_t before = arena->region(RegionKind::State).used;
        for (int turn = 0; turn < 10'000; turn++) {
            void *plain = arena->allocate(48);
            void *line = arena->allocate(48, 64);
            void *page = arena->allocate(48, 4096);
            arena->deallocate(plain, 48);
            arena->deallocate(line, 48);
            arena->deallocate(page, 48);
        }
        if (round == 1) {
            EXPECT_EQ(arena->region(RegionKind::State).used, before);
        }
    }
}

TEST(Heap, ServesContainersAndObjects)
{
    ArenaOwner arena;
    std::pmr::map<int, std::pmr::string> names(arena->resource());
    for (int i = 0; i < 1000; i++)
        names.emplace(i, std::string(static_cast<std::size_t>(i % 70), 'x'));
    EXPECT_EQ(names.at(69).size(), 69u);
    EXPECT_TRUE(arena->contains(&names.at(5)));
    auto *made = arena->make<std::pair<int, int>>(3, 4);
    EXPECT_EQ(made->second, 4);
    arena->drop(made);
}

TEST(Heap, IsThreadSafe)
{
    ArenaOwner arena;
    std::vector<std::thread> threads;
    for (int number = 0; number < 3; number++)
        threads.emplace_back([&, number] {
            for (int turn = 0; turn < 5000; turn++) {
                auto *block = static_cast<int *>(arena->allocate(64));
                *block = number;
                ASSERT_EQ(*block, number);
                arena->deallocate(block, 64);
            }
        });
    for (auto &thread : threads) thread.join();
}

TEST(Heap, HostMemoryHeldByTheArenaIsNoLeak)
{
    static Arena *kept = Arena::create();
    auto **slot = static_cast<std::string **>(kept->allocate(sizeof(std::string *)));
    *slot = new std::string("known to the leak checker by its root regions");
}

TEST(Arena, FailsTheNthAllocationFromNow)
{
    ArenaOwner arena;
    EXPECT_FALSE(arena->allocation_fails());
    arena->fail_allocation(2, false);
    EXPECT_FALSE(arena->allocation_fails());
    EXPECT_TRUE(arena->allocation_fails());
    EXPECT_FALSE(arena->allocation_fails());
    arena->fail_allocation(1, true);
    EXPECT_TRUE(arena->allocation_fails());
    EXPECT_TRUE(arena->allocation_fails());
    arena->fail_allocation(0, false);
    EXPECT_FALSE(arena->allocation_fails());
    EXPECT_EQ(arena->failable_allocations(), 7u);
}

TEST(Stacks, AreReusedLastFirstAndClean)
{
    ArenaOwner arena;
    Arena::Stack first = arena->take_stack();
    Arena::Stack second = arena->take_stack();
    ASSERT_EQ(first.high - first.low, static_cast<std::ptrdiff_t>(Arena::kStackSize));
    EXPECT_GE(second.low, first.high + Arena::kStackGuard);
    std::memset(second.low, 0x11, Arena::kStackSize);
    arena->give_stack(first);
    arena->give_stack(second);
    Arena::Stack again = arena->take_stack();
    EXPECT_EQ(again.low, second.low);
    for (std::byte *at = again.low; at < again.high; at += 512) ASSERT_EQ(*at, std::byte{});
    EXPECT_EQ(arena->take_stack().low, first.low);
}

TEST(StacksDeathTest, HaveAGuard)
{
    ArenaOwner arena;
    Arena::Stack stack = arena->take_stack();
    EXPECT_DEATH(*const_cast<volatile std::byte *>(stack.low - 1) = std::byte{1}, "");
}

#if OPENKMDF_ASAN
TEST(HeapDeathTest, AddressSanitizerSeesBlocks)
{
    ArenaOwner arena;
    auto *block = static_cast<volatile char *>(arena->allocate(40));
    EXPECT_DEATH(block[40] = 1, "use-after-poison");
    arena->deallocate(const_cast<char *>(block), 40);
    EXPECT_DEATH(block[0] = 1, "use-after-poison");
}
#endif

}  // namespace
}  // namespace openkmdf::scheduler
