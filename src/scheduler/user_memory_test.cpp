#include "scheduler/user_memory.h"

#include "scheduler/test_machine.h"

#include <gtest/gtest.h>

#include <sys/mman.h>

#include <cstring>

namespace openkmdf::scheduler {
namespace {

constexpr std::size_t kPage = 4096;

// Two pages of which the second goes and comes.
class UserMemory : public testing::Test {
protected:
    UserMemory()
        : pages_(static_cast<char *>(
              mmap(nullptr, 2 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)))
    {
    }
    ~UserMemory() override { munmap(pages_, 2 * kPage); }
    void protect_second(int protection)
    {
        ASSERT_EQ(mprotect(pages_ + kPage, kPage, protection), 0);
    }
    // The last bytes of the first page.
    char *last(std::size_t size) { return pages_ + kPage - size; }

    TestMachine machine_;  // handles faults while it lives
    char *pages_;
};

TEST_F(UserMemory, IsCopiedWhole)
{
    char from[700], to[700];
    for (std::size_t i = 0; i < sizeof from; i++) from[i] = static_cast<char>(i * 7);
    for (std::size_t size = 0; size <= 640; size++) {
        std::memset(to, '.', sizeof to);
        ASSERT_TRUE(copy_user_memory(to, from + size % 13, size));
        ASSERT_EQ(std::memcmp(to, from + size % 13, size), 0) << size;
        ASSERT_EQ(to[size], '.') << size;
    }
}

TEST_F(UserMemory, ThatIsNotThereFailsTheCopy)
{
    char ours[700] = {};
    protect_second(PROT_NONE);
    for (std::size_t size : {1u, 7u, 8u, 9u, 64u, 256u, 257u, 600u}) {
        EXPECT_TRUE(copy_user_memory(ours, last(size), size)) << size;
        EXPECT_TRUE(copy_user_memory(last(size), ours, size)) << size;
        EXPECT_FALSE(copy_user_memory(ours, last(size) + 1, size)) << size;
        EXPECT_FALSE(copy_user_memory(last(size) + 1, ours, size)) << size;
    }
    EXPECT_FALSE(copy_user_memory(ours, nullptr, 1));
    EXPECT_TRUE(copy_user_memory(ours, nullptr, 0));
}

TEST_F(UserMemory, IsProbedWithoutAChange)
{
    std::memset(pages_, 'x', 2 * kPage);
    EXPECT_TRUE(probe_user_memory(last(1), 2));
    EXPECT_TRUE(probe_user_memory(pages_, 2 * kPage));
    EXPECT_EQ(pages_[0], 'x');
    EXPECT_EQ(pages_[kPage], 'x');
    protect_second(PROT_READ);
    EXPECT_TRUE(probe_user_memory(last(8), 8));
    EXPECT_FALSE(probe_user_memory(last(8), 9));
    EXPECT_FALSE(probe_user_memory(pages_, 2 * kPage));
    EXPECT_FALSE(probe_user_memory(nullptr, 1));
    EXPECT_TRUE(probe_user_memory(nullptr, 0));
}

}  // namespace
}  // namespace openkmdf::scheduler
