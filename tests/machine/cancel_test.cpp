// Cancel against complete: whatever the interleaving, a request completes exactly once.

#include "drivers/cancel.h"

#include <openkmdf/gtest.h>
#include <openkmdf/machine.h>

#include <gtest/gtest.h>

#include <array>

using namespace std::chrono_literals;

namespace openkmdf {
namespace {

constexpr int kSeeds = 1000;
constexpr std::size_t kRequests = 4;  // even ones wait in the queue, odd ones marked

struct Outcomes {
    int queued_completed = 0;
    int queued_cancelled = 0;
    int marked_completed = 0;
    int marked_cancelled = 0;
};

std::uint32_t code_of(std::size_t request)
{
    return request % 2 ? IOCTL_CANCEL_KEEP_MARKED : IOCTL_CANCEL_KEEP_IN_QUEUE;
}

void check_counts(File &file, int completed, int marked_cancelled)
{
    CANCEL_COUNTS counts{};
    ASSERT_EQ(
        file.ioctl(IOCTL_CANCEL_GET_COUNTS, {}, std::as_writable_bytes(std::span(&counts, 1))),
        sizeof counts);
    EXPECT_EQ(counts.Completed, static_cast<unsigned>(completed));
    EXPECT_EQ(counts.Cancelled + counts.RefusedAsCancelled,
              static_cast<unsigned>(marked_cancelled));
}

void race(Machine &pc, File &file, Outcomes &outcomes)
{
    std::array<Operation, kRequests> requests;
    for (std::size_t i = 0; i < kRequests; ++i) requests[i] = file.ioctl_async(code_of(i));
    {
        Client canceller = pc.client("canceller", [&] {
            for (Operation &request : requests) request.cancel();
        });
        Client completer = pc.client("completer", [&] { file.ioctl(IOCTL_CANCEL_FIRE); });
    }
    pc.advance(1ms);
    int completed = 0;
    int marked_cancelled = 0;
    for (std::size_t i = 0; i < kRequests; ++i) {
        ASSERT_TRUE(requests[i].done()) << "request " << i;
        const Status status = requests[i].status();
        ASSERT_TRUE(status == STATUS_SUCCESS || status == STATUS_CANCELLED) << status;
        const bool done = status == STATUS_SUCCESS;
        completed += done;
        marked_cancelled += i % 2 && !done;
        (i % 2 ? (done ? outcomes.marked_completed : outcomes.marked_cancelled)
               : (done ? outcomes.queued_completed : outcomes.queued_cancelled))++;
    }
    check_counts(file, completed, marked_cancelled);
}

void life(MachineOptions options, Outcomes &outcomes)
{
    Machine pc(std::move(options));
    Driver driver = pc.load(CANCEL_DRIVER);
    ASSERT_TRUE(driver) << driver.error();
    Device device = pc.plug_in(driver, "ROOT\\CANCEL");
    ASSERT_TRUE(device) << device.error();
    File file = pc.open(R"(\\.\Cancel)");
    ASSERT_TRUE(file) << file.error();
    race(pc, file, outcomes);
    file.close();
    EXPECT_EQ(device.remove(), STATUS_SUCCESS);
    const UnloadReport report = pc.unload(driver);
    EXPECT_TRUE(report.clean()) << report;
    ASSERT_FALSE(pc.bugcheck()) << *pc.bugcheck();
}

TEST(CancelTest, AThousandInterleavings)
{
    Outcomes outcomes;
    for (int seed = 0; seed < kSeeds && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        MachineOptions options;
        options.strategy = Strategy::Random;
        options.seed = static_cast<std::uint64_t>(seed);
        life(std::move(options), outcomes);
    }
    // The seeds found both ends of both kinds, else this tests nothing.
    EXPECT_GT(outcomes.queued_completed, 0);
    EXPECT_GT(outcomes.queued_cancelled, 0);
    EXPECT_GT(outcomes.marked_completed, 0);
    EXPECT_GT(outcomes.marked_cancelled, 0);
}

// What the client sees, without a race.
class CancelOrder : public testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_TRUE(driver) << driver.error();
        ASSERT_TRUE(file) << file.error();
    }

    Machine pc;
    Driver driver = pc.load(CANCEL_DRIVER);
    Device device = pc.plug_in(driver, "ROOT\\CANCEL");
    File file = pc.open(R"(\\.\Cancel)");
};

class CancelOrderTest : public CancelOrder, public testing::WithParamInterface<std::uint32_t> {};

TEST_P(CancelOrderTest, CancelComesFirst)
{
    Operation request = file.ioctl_async(GetParam());
    EXPECT_FALSE(request.done());
    EXPECT_TRUE(request.cancel());
    EXPECT_EQ(request.status(), STATUS_CANCELLED);
    EXPECT_EQ(file.ioctl(IOCTL_CANCEL_FIRE), STATUS_SUCCESS);
    pc.advance(1ms);
    EXPECT_FALSE(pc.bugcheck()) << *pc.bugcheck();
}

TEST_P(CancelOrderTest, CompletionComesFirst)
{
    Operation request = file.ioctl_async(GetParam());
    EXPECT_EQ(file.ioctl(IOCTL_CANCEL_FIRE), STATUS_SUCCESS);
    pc.advance(1ms);
    EXPECT_TRUE(request.done());
    EXPECT_FALSE(request.cancel());
    EXPECT_EQ(request.status(), STATUS_SUCCESS);
    EXPECT_FALSE(pc.bugcheck()) << *pc.bugcheck();
}

TEST_P(CancelOrderTest, SurpriseRemovalEndsIt)
{
    Operation request = file.ioctl_async(GetParam());
    // The driver gives back what it keeps when asked to.
    File other = pc.open(R"(\\.\Cancel)");
    EXPECT_EQ(other.ioctl(IOCTL_CANCEL_FIRE), STATUS_SUCCESS);
    device.surprise_remove();
    pc.advance(1ms);
    EXPECT_TRUE(request.done());
    const Status status = request.status();
    EXPECT_TRUE(status == STATUS_CANCELLED || status == STATUS_SUCCESS) << status;
    file.close();
    other.close();
    const UnloadReport report = pc.unload(driver);
    EXPECT_TRUE(report.clean()) << report;
    EXPECT_FALSE(pc.bugcheck()) << *pc.bugcheck();
}

TEST_F(CancelOrder, ClosingTheFileCancelsWhatIsQueued)
{
    Operation request = file.ioctl_async(IOCTL_CANCEL_KEEP_IN_QUEUE);
    file.close();
    EXPECT_EQ(request.status(), STATUS_CANCELLED);
    const UnloadReport report = pc.unload(driver);
    EXPECT_TRUE(report.clean()) << report;
    EXPECT_FALSE(pc.bugcheck()) << *pc.bugcheck();
}

INSTANTIATE_TEST_SUITE_P(BothWays, CancelOrderTest,
                         testing::Values(IOCTL_CANCEL_KEEP_IN_QUEUE, IOCTL_CANCEL_KEEP_MARKED),
                         [](const auto &info) {
                             return info.param == IOCTL_CANCEL_KEEP_MARKED ? "Marked" : "InQueue";
                         });

}  // namespace
}  // namespace openkmdf
