// A run is a function of its inputs and its seed, and a replay file brings it back.

#include "drivers/cancel.h"

#include <openkmdf/gtest.h>
#include <openkmdf/machine.h>

#include <gtest/gtest.h>

#include <cstdio>
#include <set>

using namespace std::chrono_literals;

namespace openkmdf {
namespace {

struct Outcome {
    std::string trace;
    std::string mismatch;
    std::size_t left = 0;
};

Outcome run(const MachineOptions &options, const std::string &save = {}, bool changed = false)
{
    Machine pc(options);
    Driver driver = pc.load(CANCEL_DRIVER);
    Device device = pc.plug_in(driver, "ROOT\\CANCEL");
    File file = pc.open(R"(\\.\Cancel)");
    Operation queued = file.ioctl_async(IOCTL_CANCEL_KEEP_IN_QUEUE);
    Operation marked = file.ioctl_async(IOCTL_CANCEL_KEEP_MARKED);
    {
        Client canceller = pc.client("canceller", [&] {
            queued.cancel();
            marked.cancel();
        });
        Client completer;
        if (!changed) completer = pc.client("completer", [&] { file.ioctl(IOCTL_CANCEL_FIRE); });
    }
    pc.advance(1ms);
    if (!save.empty()) {
        EXPECT_TRUE(pc.save_replay(save));
    }
    return {pc.trace().text(), pc.replay_mismatch(), pc.replay_left()};
}

Outcome run(std::uint64_t seed, const std::string &replay = {}, const std::string &save = {},
            bool changed = false)
{
    MachineOptions options;
    options.strategy = Strategy::Random;
    options.seed = seed;
    options.replay_file = replay;
    return run(options, save, changed);
}

TEST(DeterminismTest, TheSameSeedGivesTheSameTrace)
{
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const Outcome first = run(seed);
        EXPECT_GT(first.trace.size(), 1000u);
        EXPECT_EQ(first.trace, run(seed).trace) << "seed " << seed;
    }
}

TEST(DeterminismTest, DifferentSeedsDiffer)
{
    std::set<std::string> traces;
    for (std::uint64_t seed = 0; seed < 20; ++seed) traces.insert(run(seed).trace);
    EXPECT_GT(traces.size(), 5u);
}

class ReplayTest : public testing::Test {
protected:
    void TearDown() override { std::remove(file.c_str()); }
    std::string file = testing::TempDir() + "openkmdf-determinism-test.replay";
};

TEST_F(ReplayTest, BringsTheRunBack)
{
    const Outcome first = run(7, {}, file);
    const Outcome again = run(8, file);
    EXPECT_EQ(again.mismatch, "");
    EXPECT_EQ(again.left, 0u);
    EXPECT_EQ(first.trace, again.trace);
    // The file says by itself which kind of run it is of.
    MachineOptions options;
    options.replay_file = file;
    options.processors = 1;
    EXPECT_EQ(first.trace, run(options).trace);
}

TEST_F(ReplayTest, NoticesAChangedProgram)
{
    run(7, {}, file);
    const std::string mismatch = run(7, file, {}, true).mismatch;
    EXPECT_THAT(mismatch, testing::ContainsRegex("choice [0-9]+: the recording (has|ends)"));
    EXPECT_THAT(mismatch, testing::HasSubstr("the program asks for"));
}

TEST_F(ReplayTest, NoticesAProgramThatEndsEarlier)
{
    run(7, {}, file);
    MachineOptions options;
    options.replay_file = file;
    Machine pc(options);
    Driver driver = pc.load(CANCEL_DRIVER);
    Device device = pc.plug_in(driver, "ROOT\\CANCEL");
    EXPECT_EQ(pc.replay_mismatch(), "");
    EXPECT_GT(pc.replay_left(), 0u);
}

TEST_F(ReplayTest, NamesAFileThatIsNone)
{
    MachineOptions options;
    options.replay_file = file;
    EXPECT_EQ(Machine(options).replay_mismatch(), file + " cannot be read as a replay file");
}

}  // namespace
}  // namespace openkmdf
