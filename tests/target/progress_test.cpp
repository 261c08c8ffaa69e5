// "Guaranteeing Forward Progress of I/O Operations": a reserve of requests for when no memory is
// left.

#include "drivers/progress.h"
#include "tests/support/tested.h"

#include <openkmdf/gtest.h>
#include <openkmdf/machine.h>

#include <gtest/gtest.h>

namespace openkmdf {
namespace {

constexpr std::uint64_t kReserved = 1, kOrdinary = 2;  // what a write is completed with

struct Computer {
    explicit Computer(const char *module, Mode mode = Mode::Deterministic) : pc(options(mode))
    {
        driver = pc.load(module);
        EXPECT_TRUE(driver) << driver.error();
        device = pc.plug_in(driver, "ROOT\\PROGRESS");
        EXPECT_TRUE(device) << device.error();
        file = pc.open(R"(\\.\Progress)");
        EXPECT_TRUE(file) << file.error();
    }
    static MachineOptions options(Mode mode)
    {
        MachineOptions options;
        options.mode = mode;
        return options;
    }
    void set_low(unsigned low)
    {
        EXPECT_EQ(file.ioctl(IOCTL_PROGRESS_SET_LOW, std::as_bytes(std::span(&low, 1))),
                  STATUS_SUCCESS);
    }
    void release() { EXPECT_EQ(file.ioctl(IOCTL_PROGRESS_RELEASE), STATUS_SUCCESS); }
    PROGRESS_COUNTS counts()
    {
        PROGRESS_COUNTS counts{};
        EXPECT_EQ(file.ioctl(IOCTL_PROGRESS_GET_COUNTS, {},
                             std::as_writable_bytes(std::span(&counts, 1))),
                  sizeof counts);
        return counts;
    }
    void take_down()
    {
        file.close();
        EXPECT_EQ(device.remove(), STATUS_SUCCESS);
        const UnloadReport report = pc.unload(driver);
        EXPECT_TRUE(report.clean()) << report;
        EXPECT_FALSE(pc.bugcheck()) << *pc.bugcheck();
    }

    Machine pc;
    Driver driver;
    Device device;
    File file;
};

class ProgressTest : public testing::TestWithParam<Mode> {};

TEST_P(ProgressTest, UsesTheReserveAndPostponesWhatFindsNone)
{
    OPENKMDF_TESTS(WdfIoQueueAssignForwardProgressPolicy, WdfRequestIsReserved);
    Computer computer(TARGET_PROGRESS_DRIVER, GetParam());
    File &file = computer.file;
    EXPECT_EQ(computer.counts().Reserved, unsigned{PROGRESS_RESERVED});
    Operation ordinary = file.write_async("abc");
    computer.set_low(1);
    Operation first = file.write_async("abc");
    Operation second = file.write_async("abc");
    Operation third = file.write_async("abc");
    Operation fourth = file.write_async("abc");
    EXPECT_EQ(computer.counts().Kept, 3u);  // two of the reserve, the others wait for them
    EXPECT_TRUE(third.cancel());
    EXPECT_EQ(third.status(), STATUS_CANCELLED);
    computer.release();
    EXPECT_EQ(ordinary.wait(), kOrdinary);
    EXPECT_EQ(first.wait(), kReserved);
    EXPECT_EQ(second.wait(), kReserved);
    EXPECT_FALSE(fourth.done());
    EXPECT_EQ(computer.counts().Kept, 1u);
    computer.release();
    EXPECT_EQ(fourth.wait(), kReserved);
    computer.set_low(0);
    Operation last = file.write_async("abc");
    computer.release();
    EXPECT_EQ(last.wait(), kOrdinary);
    // What the driver put into the contexts of the reserve stays there.
    EXPECT_EQ(computer.counts().Tickets, 3u);
    EXPECT_EQ(computer.counts().Examined, 0u);
    computer.take_down();
}

TEST_P(ProgressTest, TheDriverExaminesEachIrp)
{
    Computer computer(TARGET_PROGRESS_EXAMINE_DRIVER, GetParam());
    computer.set_low(1);
    EXPECT_EQ(computer.file.write("even"), STATUS_INSUFFICIENT_RESOURCES);
    Operation odd = computer.file.write_async("odd");
    computer.release();
    EXPECT_EQ(odd.wait(), kReserved);
    EXPECT_EQ(computer.counts().Examined, 2u);
    computer.take_down();
}

TEST_P(ProgressTest, OnlyPagingIo)
{
    Computer computer(TARGET_PROGRESS_PAGING_DRIVER, GetParam());
    computer.set_low(1);
    EXPECT_EQ(computer.file.write("abc"), STATUS_INSUFFICIENT_RESOURCES);
    EXPECT_EQ(computer.counts().Examined, 0u);
    computer.take_down();
}

INSTANTIATE_TEST_SUITE_P(BothModes, ProgressTest,
                         testing::Values(Mode::Deterministic, Mode::Threaded),
                         [](const auto &info) {
                             return info.param == Mode::Threaded ? "Threaded" : "Deterministic";
                         });

}  // namespace
}  // namespace openkmdf
