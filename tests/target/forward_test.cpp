// What a filter does with requests that it received: passes them on in every documented way.

#include "stack.h"
#include "tests/support/tested.h"

#include <array>

using namespace std::chrono_literals;

namespace openkmdf {
namespace {

using test::Stack;

constexpr TOP_WAY kWays[] = {TopForgets, TopForgetsFormatted, TopIsTold,
                             TopWaits,   TopReformats,        TopCopiesLocation};

struct Case {
    Mode mode;
    bool mixed;  // a WDM filter between
    TOP_WAY way;
};

class ForwardTest : public testing::TestWithParam<Case> {
protected:
    static MachineOptions options()
    {
        MachineOptions options;
        options.mode = GetParam().mode;
        return options;
    }
    static bool tells()
    {
        const TOP_WAY way = GetParam().way;
        return way == TopIsTold || way == TopReformats || way == TopCopiesLocation;
    }

    Stack stack{options(), TARGET_BOTTOM_DRIVER, GetParam().mixed};
    void SetUp() override { stack.set_way(GetParam().way); }
    void TearDown() override { EXPECT_FALSE(stack.pc.bugcheck()) << *stack.pc.bugcheck(); }
};

TEST_P(ForwardTest, ClientsSeeTheBottomDevice)
{
    OPENKMDF_TESTS(WdfRequestFormatRequestUsingCurrentType);
    File &file = stack.file;
    EXPECT_EQ(file.read(4, 2), "cdef");
    EXPECT_EQ(file.write("bcd", 1), 3u);
    EXPECT_EQ(file.write("zzz", 1), STATUS_DATA_ERROR);
    std::array<std::byte, 4> data{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
    for (const std::uint32_t code :
         {IOCTL_BOTTOM_ECHO, IOCTL_BOTTOM_ECHO_OUT_DIRECT, IOCTL_BOTTOM_ECHO_IN_DIRECT}) {
        std::array<std::byte, 4> answer{};
        EXPECT_EQ(file.ioctl(code, data, answer), 4u);
        EXPECT_EQ(answer[3], std::byte{5});
    }
    EXPECT_EQ(file.ioctl(IOCTL_BOTTOM_FAIL), STATUS_DEVICE_DATA_ERROR);
    EXPECT_EQ(file.ioctl(TARGET_CODE(99, METHOD_BUFFERED)), STATUS_INVALID_DEVICE_REQUEST);
    if (tells()) {
        EXPECT_EQ(stack.counts().Completed, stack.counts().Sent);
        EXPECT_GE(stack.counts().Completed, 8u);
    }
    stack.take_down();
}

TEST_P(ForwardTest, WhatThePathLooksLikeBelow)
{
    EXPECT_EQ(stack.file.ioctl(IOCTL_BOTTOM_FAIL), STATUS_DEVICE_DATA_ERROR);
    BOTTOM_SEEN seen{};
    EXPECT_EQ(
        stack.file.ioctl(IOCTL_BOTTOM_GET_SEEN, {}, std::as_writable_bytes(std::span(&seen, 1))),
        sizeof seen);
    constexpr unsigned kDeviceControl = 0x0E;
    EXPECT_EQ(seen.Major, kDeviceControl);
    EXPECT_TRUE(seen.HasFile);
    EXPECT_TRUE(seen.FromUser);
    stack.take_down();
}

TEST_P(ForwardTest, RequestsThatStayBelow)
{
    if (GetParam().way == TopWaits) GTEST_SKIP() << "the client would wait in its call";
    Operation request = stack.file.ioctl_async(IOCTL_BOTTOM_KEEP_DEAF, {}, 3);
    EXPECT_FALSE(request.done());
    EXPECT_EQ(stack.file.ioctl(IOCTL_BOTTOM_RELEASE), STATUS_SUCCESS);
    EXPECT_EQ(request.wait(), 3u);
    stack.take_down();
}

TEST_P(ForwardTest, ClientsCancelThem)
{
    if (GetParam().way == TopWaits) GTEST_SKIP() << "the client would wait in its call";
    Operation request = stack.file.ioctl_async(IOCTL_BOTTOM_KEEP);
    EXPECT_TRUE(request.cancel());
    EXPECT_EQ(request.status(), STATUS_CANCELLED);
    if (tells()) {
        EXPECT_EQ(stack.counts().Cancelled, 1u);
    }
    stack.take_down();
}

TEST_P(ForwardTest, TheFilterCancelsThem)
{
    if (!tells()) GTEST_SKIP() << "only what the filter hears of again";
    Operation request = stack.file.ioctl_async(IOCTL_BOTTOM_KEEP);
    EXPECT_EQ(stack.file.ioctl(IOCTL_TOP_CANCEL_SENT), STATUS_SUCCESS);
    EXPECT_EQ(request.status(), STATUS_CANCELLED);
    EXPECT_EQ(stack.counts().CancelAnswers, 1u);
    stack.take_down();
}

TEST_P(ForwardTest, SurpriseRemovalBringsThemBack)
{
    if (GetParam().way == TopWaits) GTEST_SKIP() << "the client would wait in its call";
    Operation request = stack.file.ioctl_async(IOCTL_BOTTOM_KEEP);
    stack.device.surprise_remove();
    const Status status = request.status();
    EXPECT_TRUE(status == STATUS_CANCELLED || status == STATUS_SUCCESS) << status;
    stack.file.close();
    EXPECT_TRUE(stack.pc.unload(stack.top).clean());
    EXPECT_TRUE(stack.pc.unload(stack.bottom).clean());
}

// The filter has a default queue with a handler for device controls only.
TEST(FilterTest, PassesOnWhatItsDefaultQueueHasNoHandlerFor)
{
    Machine pc;
    Driver bottom = pc.load(TARGET_BOTTOM_DRIVER);
    Driver filter = pc.load(TARGET_MISUSE_DRIVER);
    DeviceOptions options;
    options.upper_filters.push_back(filter);
    Device device = pc.plug_in(bottom, "ROOT\\BOTTOM", options);
    ASSERT_TRUE(device) << device.error();
    File file = pc.open(R"(\\.\Bottom)");
    EXPECT_EQ(file.read(3), "abc");
    EXPECT_EQ(file.write("bc", 1), 2u);
    EXPECT_EQ(file.ioctl(IOCTL_BOTTOM_FAIL), STATUS_SUCCESS);  // the filter's own answer
    file.close();
    EXPECT_TRUE(pc.unload(filter).clean());
    EXPECT_TRUE(pc.unload(bottom).clean());
}

std::vector<Case> all_cases()
{
    std::vector<Case> cases;
    for (const Mode mode : {Mode::Deterministic, Mode::Threaded})
        for (const bool mixed : {false, true})
            for (const TOP_WAY way : kWays) cases.push_back({mode, mixed, way});
    return cases;
}

std::string name_of(const testing::TestParamInfo<Case> &info)
{
    static constexpr const char *kNames[] = {"Forgets", "ForgetsFormatted", "IsTold",
                                             "Waits",   "Reformats",        "CopiesLocation"};
    return std::string(info.param.mode == Mode::Threaded ? "Threaded" : "Deterministic") +
           (info.param.mixed ? "Mixed" : "Kmdf") + kNames[info.param.way];
}

INSTANTIATE_TEST_SUITE_P(AllWays, ForwardTest, testing::ValuesIn(all_cases()), name_of);

}  // namespace
}  // namespace openkmdf
