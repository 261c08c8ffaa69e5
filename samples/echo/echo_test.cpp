// The life of an echo device, as a test of its driver would have it.

#include <initguid.h>

#include "public.h"

#include <openkmdf/machine.h>

#include <gtest/gtest.h>

using namespace std::chrono_literals;

class EchoTest : public ::testing::Test {
protected:
    openkmdf::Machine pc;
    openkmdf::Driver driver = pc.load(ECHO_DRIVER);
    openkmdf::Device device = pc.plug_in(driver, "ROOT\\ECHO");
};

TEST_F(EchoTest, GivesBackWhatWasWritten)
{
    auto file = pc.open(R"(\\.\Echo)");
    ASSERT_TRUE(file) << file.error();
    EXPECT_EQ(file.write("hello"), 5u);
    EXPECT_EQ(file.read(5), "hello");
    EXPECT_EQ(file.read(100), "hello");
}

TEST_F(EchoTest, AnswersReadsAfterTheDelay)
{
    auto file = pc.open_interface(GUID_DEVINTERFACE_ECHO);
    file.write("later");
    auto read = file.read_async(5);
    pc.advance(9ms);
    EXPECT_FALSE(read.done());
    pc.advance(1ms);
    EXPECT_TRUE(read.done());
    EXPECT_EQ(read.text(), "later");
}

TEST_F(EchoTest, CancelsAReadThatItsClientGivesUp)
{
    auto file = pc.open(R"(\\.\Echo)");
    auto read = file.read_async(5);
    EXPECT_TRUE(read.cancel());
    EXPECT_EQ(read.status(), STATUS_CANCELLED);

    ECHO_STATISTICS statistics{};
    EXPECT_EQ(file.ioctl(IOCTL_ECHO_GET_STATISTICS, {},
                         std::as_writable_bytes(std::span(&statistics, 1))),
              sizeof statistics);
    EXPECT_EQ(statistics.CancelledReads, 1u);
}

TEST_F(EchoTest, ReversesBytes)
{
    auto file = pc.open(R"(\\.\Echo)");
    std::uint32_t in = 0x11223344, out = 0;
    EXPECT_EQ(file.ioctl(IOCTL_ECHO_REVERSE, in, out), sizeof out);
    EXPECT_EQ(out, 0x44332211u);
    EXPECT_EQ(file.ioctl(IOCTL_ECHO_REVERSE), STATUS_BUFFER_TOO_SMALL);
    EXPECT_EQ(file.ioctl(0x222FFC), STATUS_INVALID_DEVICE_REQUEST);
}

TEST_F(EchoTest, SurvivesThePulledPlug)
{
    auto file = pc.open(R"(\\.\Echo)");
    auto read = file.read_async(5);
    device.surprise_remove();
    EXPECT_EQ(read.status(), STATUS_CANCELLED);
    file.close();
    EXPECT_TRUE(pc.trace().has_callbacks_in_order(
        {"EvtDriverDeviceAdd", "EvtDevicePrepareHardware", "EvtDeviceD0Entry", "EvtIoRead",
         "EvtDeviceSurpriseRemoval", "EvtDeviceD0Exit", "EvtDeviceReleaseHardware"}))
        << pc.trace();

    auto report = pc.unload(driver);
    EXPECT_TRUE(report.clean()) << report;
    EXPECT_FALSE(pc.bugcheck()) << *pc.bugcheck();
}
