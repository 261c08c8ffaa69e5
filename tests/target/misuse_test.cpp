// Rules of sending that a driver breaks: bugcheck 0x10D with the documented parameters, in words.

#include "drivers/misuse.h"

#include <bugcodes.h>
#include <openkmdf/gtest.h>
#include <openkmdf/machine.h>

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace openkmdf {
namespace {

// Parameters 1 and 2 of WDF_VIOLATION.
constexpr std::uint64_t kVerifier = 3, kInvalidHandle = 5, kRequest = 6, kIrql = 0xE;
constexpr std::uint64_t kNullIrp = 2, kAlreadySent = 3, kNotInQueue = 5;

struct Rule {
    const char *name;
    std::uint32_t code;
    std::uint64_t first;
    std::uint64_t second;  // 0: not looked at
    const char *words;
};

constexpr Rule kRules[] = {
    {"SendTwice", IOCTL_MISUSE_SEND_TWICE, kRequest, kAlreadySent, "sent before"},
    {"CompleteSent", IOCTL_MISUSE_COMPLETE_SENT, kRequest, kNotInQueue, "has not come back"},
    {"SendCompleted", IOCTL_MISUSE_SEND_COMPLETED, kRequest, kNotInQueue, "was completed"},
    {"ReuseSent", IOCTL_MISUSE_REUSE_SENT, kRequest, kAlreadySent, "has not come back"},
    {"FormatSent", IOCTL_MISUSE_FORMAT_SENT, kRequest, kAlreadySent, "does not own"},
    {"CompleteOwn", IOCTL_MISUSE_COMPLETE_OWN, kRequest, kNotInQueue, "WdfObjectDelete"},
    {"ForgetFormatted", IOCTL_MISUSE_FORGET_FORMATTED, kVerifier, 0,
     "cannot be sent and forgotten"},
    {"ForgetWithRoutine", IOCTL_MISUSE_FORGET_WITH_ROUTINE, kVerifier, 0, "completion routine"},
    {"NoRoutine", IOCTL_MISUSE_NO_ROUTINE, kVerifier, 0, "no completion routine"},
    {"SynchronousAtDispatch", IOCTL_MISUSE_SYNCHRONOUS_AT_DISPATCH, kIrql, 2, "PASSIVE_LEVEL"},
    {"StopAndWaitAtDispatch", IOCTL_MISUSE_STOP_AND_WAIT_AT_DISPATCH, kIrql, 2, "PASSIVE_LEVEL"},
    {"FormatWithoutIrp", IOCTL_MISUSE_FORMAT_WITHOUT_IRP, kRequest, kNullIrp, "no IRP"},
    {"ParametersOfOwn", IOCTL_MISUSE_PARAMETERS_OF_OWN, kRequest, kNullIrp, "created"},
    {"CurrentTypeOfOwn", IOCTL_MISUSE_CURRENT_TYPE_OF_OWN, kRequest, kNotInQueue,
     "no current type"},
    {"UnknownAction", IOCTL_MISUSE_UNKNOWN_ACTION, kVerifier, 0, "not one of its actions"},
    {"DeletedMemory", IOCTL_MISUSE_DELETED_MEMORY, kInvalidHandle, 0, "WDFMEMORY"},
    {"BufferInUse", IOCTL_MISUSE_BUFFER_IN_USE, kVerifier, 0, "reused or deleted"},
};

class MisuseTest : public testing::TestWithParam<Rule> {};

TEST_P(MisuseTest, IsReported)
{
    Machine pc;
    Driver bottom = pc.load(TARGET_BOTTOM_DRIVER);
    Driver misuse = pc.load(TARGET_MISUSE_DRIVER);
    DeviceOptions options;
    options.upper_filters.push_back(misuse);
    Device device = pc.plug_in(bottom, "ROOT\\BOTTOM", options);
    ASSERT_TRUE(device) << device.error();
    File file = pc.open(R"(\\.\Bottom)");
    ASSERT_TRUE(file) << file.error();
    file.ioctl(GetParam().code, std::array<std::byte, 4>{});
    const auto bugcheck = pc.bugcheck();
    ASSERT_TRUE(bugcheck);
    EXPECT_EQ(bugcheck->code, WDF_VIOLATION) << *bugcheck;
    EXPECT_EQ(bugcheck->parameters[0], GetParam().first) << *bugcheck;
    if (GetParam().second) {
        EXPECT_EQ(bugcheck->parameters[1], GetParam().second) << *bugcheck;
    }
    EXPECT_NE(bugcheck->message.find(GetParam().words), std::string::npos) << bugcheck->message;
    EXPECT_EQ(bugcheck->driver, "target_misuse");
    ASSERT_FALSE(bugcheck->stack.empty());
    EXPECT_TRUE(bugcheck->stack[0].in_driver) << *bugcheck;
}

INSTANTIATE_TEST_SUITE_P(Rules, MisuseTest, testing::ValuesIn(kRules),
                         [](const auto &info) { return std::string(info.param.name); });

}  // namespace
}  // namespace openkmdf
