// Requests under way, from their client's side: waiting, giving up, coming back.

#include "drivers/cancel.h"

#include <openkmdf/gtest.h>
#include <openkmdf/machine.h>

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace openkmdf {
namespace {

class OperationTest : public testing::TestWithParam<Mode> {
protected:
    static MachineOptions options()
    {
        MachineOptions options;
        options.mode = GetParam();
        return options;
    }
    void SetUp() override
    {
        ASSERT_TRUE(driver) << driver.error();
        ASSERT_TRUE(file) << file.error();
    }
    void fire() { EXPECT_EQ(file.ioctl(IOCTL_CANCEL_FIRE), STATUS_SUCCESS); }

    Machine pc{options()};
    Driver driver = pc.load(CANCEL_DRIVER);
    Device device = pc.plug_in(driver, "ROOT\\CANCEL");
    File file = pc.open(R"(\\.\Cancel)");
};

INSTANTIATE_TEST_SUITE_P(, OperationTest, testing::Values(Mode::Deterministic, Mode::Threaded),
                         [](const auto &mode) {
                             return mode.param == Mode::Threaded ? "Threaded" : "Deterministic";
                         });

TEST_P(OperationTest, AWaitEndsWhenTheRequestIsCompleted)
{
    for (int round = 0; round < 20; ++round) {
        Operation kept = file.ioctl_async(IOCTL_CANCEL_KEEP_IN_QUEUE);
        EXPECT_FALSE(kept.done());
        Client other = pc.client("other", [&] { fire(); });
        EXPECT_EQ(kept.wait(), STATUS_SUCCESS);
        EXPECT_TRUE(kept.done());
        EXPECT_EQ(kept.wait(), STATUS_SUCCESS);
    }
}

TEST_P(OperationTest, AWaitThatTimesOutLeavesTheRequestUnderWay)
{
    Operation kept = file.ioctl_async(IOCTL_CANCEL_KEEP_MARKED);
    EXPECT_EQ(kept.wait_for(1ms), STATUS_TIMEOUT);
    EXPECT_EQ(kept.wait_for(0ms), STATUS_TIMEOUT);
    EXPECT_FALSE(kept.done());
    Client other = pc.client("other", [&] { fire(); });
    EXPECT_EQ(kept.wait_for(60s), STATUS_SUCCESS);
}

// The client that gave up waiting is gone by the time its request is completed.
TEST_P(OperationTest, AnotherClientMayWaitForIt)
{
    Operation kept = file.ioctl_async(IOCTL_CANCEL_KEEP_IN_QUEUE);
    {
        Client impatient =
            pc.client("impatient", [&] { EXPECT_EQ(kept.wait_for(1ms), STATUS_TIMEOUT); });
    }
    {
        Client canceller = pc.client("canceller", [&] { EXPECT_TRUE(kept.cancel()); });
        EXPECT_EQ(kept.wait(), STATUS_CANCELLED);
    }
    EXPECT_FALSE(pc.bugcheck());
}

}  // namespace
}  // namespace openkmdf
