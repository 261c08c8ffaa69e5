// Allocations that fail: over the life of an echo device, the n-th one for every n. A driver may
// then fail to load, to start or to answer; nothing may crash, leak or break a rule.

#include <openkmdf/gtest.h>
#include <openkmdf/machine.h>

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace openkmdf {
namespace {

constexpr std::uint64_t kMost = 20'000;
constexpr std::uint32_t kReverse = 0x222004;  // IOCTL_ECHO_REVERSE

// Every step that its predecessors allow.
void live(Machine &pc, Driver &driver)
{
    Device device = pc.plug_in(driver, "ROOT\\ECHO");
    if (!device) return;
    File file = pc.open(R"(\\.\Echo)");
    if (file) {
        file.write("hello");
        Operation read = file.read_async(5);
        pc.advance(20ms);
        EXPECT_TRUE(read.done());
        std::uint32_t in = 1;
        std::uint32_t out = 0;
        file.ioctl(kReverse, in, out);
        file.close();
    }
    // An orderly removal may be refused for want of memory; pulling the plug may not.
    if (!device.remove()) device.surprise_remove();
}

// True: the allocation was never reached, so the life passed without a failure.
bool life_with_failure(std::uint64_t nth)
{
    Machine pc;
    const std::uint64_t before = pc.allocations();
    pc.fail_allocation(nth);
    Driver driver = pc.load(ECHO_DRIVER);
    if (driver) {
        live(pc, driver);
        const UnloadReport report = pc.unload(driver);
        EXPECT_TRUE(report.leaks.empty()) << report;
        if (!report.status.ok()) {
            pc.fail_allocation(0);
            EXPECT_TRUE(pc.unload(driver).clean());
        }
    }
    EXPECT_FALSE(pc.bugcheck()) << *pc.bugcheck();
    return pc.allocations() - before < nth;
}

TEST(AllocationTest, TheNthFailsInTheLifeOfAnEchoDevice)
{
    std::uint64_t nth = 1;
    while (nth < kMost && !testing::Test::HasFailure()) {
        SCOPED_TRACE(testing::Message() << "allocation " << nth);
        if (life_with_failure(nth)) break;
        ++nth;
    }
    EXPECT_GT(nth, 20u) << "hardly anything was allocated";
    EXPECT_LT(nth, kMost);
}

}  // namespace
}  // namespace openkmdf
