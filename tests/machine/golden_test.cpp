// One driver's life under fixed seeds, compared with what stands in golden/: every compiler and
// build type must make the same trace, byte for byte. After a change that is meant to change
// traces, run this test with OPENKMDF_UPDATE_GOLDEN=1 in one preset, look at the difference, and
// commit it.

#include "drivers/cancel.h"

#include <openkmdf/gtest.h>
#include <openkmdf/machine.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace std::chrono_literals;

namespace openkmdf {
namespace {

constexpr std::uint64_t kSeeds = 24;

struct Outcome {
    std::string trace;
    std::string choices;
};

std::string contents(const std::string &path)
{
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

Outcome run(Strategy strategy, std::uint64_t seed)
{
    MachineOptions options;
    options.strategy = strategy;
    options.seed = seed;
    Machine pc(options);
    Driver driver = pc.load(CANCEL_DRIVER);
    EXPECT_TRUE(driver) << driver.error();
    Device device = pc.plug_in(driver, "ROOT\\CANCEL");
    {
        File file = pc.open(R"(\\.\Cancel)");
        Operation queued = file.ioctl_async(IOCTL_CANCEL_KEEP_IN_QUEUE);
        Operation marked = file.ioctl_async(IOCTL_CANCEL_KEEP_MARKED);
        Client canceller = pc.client("canceller", [&] {
            queued.cancel();
            marked.cancel();
        });
        Client completer = pc.client("completer", [&] { file.ioctl(IOCTL_CANCEL_FIRE); });
        completer.join();
        canceller.join();
        pc.advance(1ms);
        queued.wait();
        marked.wait();
        CANCEL_COUNTS counts{};
        file.ioctl(IOCTL_CANCEL_GET_COUNTS, std::span<const std::byte>{},
                   std::as_writable_bytes(std::span(&counts, 1)));
    }
    device.surprise_remove();
    EXPECT_TRUE(pc.unload(driver).clean());
    EXPECT_FALSE(pc.bugcheck());
    const std::string file = testing::TempDir() + "openkmdf-golden-test.replay";
    EXPECT_TRUE(pc.save_replay(file));
    Outcome outcome{pc.trace().text(), contents(file)};
    std::remove(file.c_str());
    return outcome;
}

// FNV-1a.
std::uint64_t digest(std::string_view text)
{
    std::uint64_t value = 0xcbf29ce484222325;
    for (unsigned char c : text) value = (value ^ c) * 0x100000001b3;
    return value;
}

std::string line_of(std::string_view text, std::size_t at)
{
    const std::size_t begin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
    return std::string(text.substr(begin, text.find('\n', at) - begin));
}

void compare(const std::string &text, const std::string &name)
{
    const std::string path = std::string(OPENKMDF_GOLDEN) + "/" + name;
    if (std::getenv("OPENKMDF_UPDATE_GOLDEN")) {
        std::ofstream(path, std::ios::binary) << text;
        return;
    }
    const std::string golden = contents(path);
    ASSERT_FALSE(golden.empty()) << path << " is not there";
    if (text == golden) return;
    std::size_t at = 0;
    while (at < text.size() && at < golden.size() && text[at] == golden[at]) ++at;
    ADD_FAILURE() << name << " differs in line "
                  << 1 + std::count(text.begin(), text.begin() + static_cast<long>(at), '\n')
                  << "\n  golden: " << line_of(golden, at) << "\n  now:    " << line_of(text, at);
}

TEST(GoldenTest, RunToBlockMakesTheSameTraceInEveryBuild)
{
    compare(run(Strategy::RunToBlock, 0).trace, "run-to-block.trace");
}

TEST(GoldenTest, ASeedMakesTheSameTraceInEveryBuild)
{
    const Outcome outcome = run(Strategy::Random, 3);
    compare(outcome.trace, "seed-3.trace");
    compare(outcome.choices, "seed-3.replay");
}

TEST(GoldenTest, EverySeedMakesTheSameTraceInEveryBuild)
{
    std::string digests;
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        const Outcome outcome = run(Strategy::Random, seed);
        digests += fmt::format("seed {:2}: trace {:5} bytes {:016x}, choices {:5} bytes {:016x}\n",
                               seed, outcome.trace.size(), digest(outcome.trace),
                               outcome.choices.size(), digest(outcome.choices));
    }
    compare(digests, "seeds.txt");
}

// What a build decides must not get into it.
TEST(GoldenTest, NoAddressIsInATrace)
{
    const std::string trace = run(Strategy::Random, 3).trace;
    for (const char *address : {"0x55", "0x7f", "0xffff", ".cpp", ".c:"})
        EXPECT_EQ(trace.find(address), std::string::npos) << line_of(trace, trace.find(address));
}

}  // namespace
}  // namespace openkmdf
