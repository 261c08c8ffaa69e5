// A sent request that its client cancels, its filter cancels, its time limit cancels and the lower
// driver completes, all at once: whatever the interleaving, it comes back and is completed exactly
// once.

#include "stack.h"

#include <array>

using namespace std::chrono_literals;

namespace openkmdf {
namespace {

using test::Stack;

constexpr int kSeeds = 400;
constexpr std::size_t kRequests = 4;

struct Outcomes {
    int completed = 0;
    int cancelled = 0;
};

void race(Stack &stack, Outcomes &outcomes)
{
    const TOP_COUNTS before = stack.counts();
    std::array<Operation, kRequests> requests;
    for (Operation &request : requests) request = stack.file.ioctl_async(IOCTL_BOTTOM_KEEP);
    {
        Client canceller = stack.pc.client("client", [&] {
            for (std::size_t i = 0; i < kRequests; i += 2) requests[i].cancel();
        });
        Client filter = stack.pc.client("filter", [&] { stack.file.ioctl(IOCTL_TOP_CANCEL_SENT); });
        Client completer =
            stack.pc.client("completer", [&] { stack.file.ioctl(IOCTL_BOTTOM_RELEASE); });
    }
    stack.file.ioctl(IOCTL_BOTTOM_RELEASE);
    stack.pc.run_until_idle();
    unsigned cancelled = 0;
    for (Operation &request : requests) {
        ASSERT_TRUE(request.done());
        const Status status = request.status();
        ASSERT_TRUE(status == STATUS_SUCCESS || status == STATUS_CANCELLED) << status;
        ++(status == STATUS_SUCCESS ? outcomes.completed : outcomes.cancelled);
        cancelled += status == STATUS_CANCELLED;
    }
    const TOP_COUNTS counts = stack.counts();
    EXPECT_EQ(counts.Completed, counts.Sent);
    EXPECT_EQ(counts.Cancelled - before.Cancelled, cancelled);
}

class RaceTest : public testing::TestWithParam<TOP_WAY> {};

TEST_P(RaceTest, ManyInterleavings)
{
    Outcomes outcomes;
    for (int seed = 0; seed < kSeeds && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        MachineOptions options;
        options.strategy = Strategy::Random;
        options.seed = static_cast<std::uint64_t>(seed);
        Stack stack(std::move(options), TARGET_BOTTOM_DRIVER, seed % 2 != 0);
        stack.set_way(GetParam());
        race(stack, outcomes);
        if (!stack.pc.bugcheck()) stack.take_down();
        ASSERT_FALSE(stack.pc.bugcheck()) << *stack.pc.bugcheck();
    }
    EXPECT_GT(outcomes.completed, 0);
    EXPECT_GT(outcomes.cancelled, 0);
}

TEST_P(RaceTest, Threads)
{
    Outcomes outcomes;
    MachineOptions options;
    options.mode = Mode::Threaded;
    Stack stack(std::move(options));
    stack.set_way(GetParam());
    for (int round = 0; round < 50 && !testing::Test::HasFailure(); ++round) race(stack, outcomes);
    stack.take_down();
}

INSTANTIATE_TEST_SUITE_P(Ways, RaceTest, testing::Values(TopIsTold, TopReformats),
                         [](const auto &info) {
                             return info.param == TopIsTold ? "IsTold" : "Reformats";
                         });

// The device stops, and is asked for what it has, while that comes back.
TEST(StopRaceTest, ManyInterleavings)
{
    for (int seed = 0; seed < kSeeds && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        MachineOptions options;
        options.strategy = Strategy::Random;
        options.seed = static_cast<std::uint64_t>(seed);
        Stack stack(std::move(options));
        stack.set_way(TopIsTold);
        std::array<Operation, kRequests> requests;
        for (Operation &request : requests) request = stack.file.ioctl_async(IOCTL_BOTTOM_KEEP);
        {
            Client completer =
                stack.pc.client("completer", [&] { stack.file.ioctl(IOCTL_BOTTOM_RELEASE); });
            Client canceller = stack.pc.client("canceller", [&] { requests[0].cancel(); });
            EXPECT_EQ(stack.device.stop(), STATUS_SUCCESS);
            EXPECT_EQ(stack.device.restart(), STATUS_SUCCESS);
        }
        stack.file.ioctl(IOCTL_BOTTOM_RELEASE);
        for (Operation &request : requests) {
            const Status status = request.status();
            EXPECT_TRUE(status == STATUS_SUCCESS || status == STATUS_CANCELLED) << status;
        }
        ASSERT_FALSE(stack.pc.bugcheck()) << *stack.pc.bugcheck();
        stack.take_down();
    }
}

// The driver's own request: time limit, cancellation, a stop of its target and its completion meet.
TEST(OwnRequestRaceTest, ManyInterleavings)
{
    TOP_RESULT result{};
    for (int seed = 0; seed < kSeeds && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        MachineOptions options;
        options.strategy = Strategy::Random;
        options.seed = static_cast<std::uint64_t>(seed);
        Stack stack(std::move(options));
        {
            Client runner = stack.pc.client("runner", [&] {
                stack.file.ioctl(IOCTL_TOP_RUN, std::as_bytes(std::span("Races")),
                                 std::as_writable_bytes(std::span(&result, 1)));
            });
            Client releaser = stack.pc.client("releaser", [&] {
                for (int i = 0; i < 6; ++i) stack.file.ioctl(IOCTL_BOTTOM_RELEASE);
            });
        }
        ASSERT_FALSE(stack.pc.bugcheck()) << *stack.pc.bugcheck();
        EXPECT_TRUE(result.Known);
        EXPECT_EQ(result.Failures, 0u) << test::prints(stack.pc);
        stack.take_down();
    }
}

}  // namespace
}  // namespace openkmdf
