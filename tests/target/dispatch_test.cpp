// "Dispatching IRPs to I/O Queues": the driver chooses.

#include "drivers/dispatch.h"
#include "tests/support/tested.h"

#include <openkmdf/gtest.h>
#include <openkmdf/machine.h>

#include <gtest/gtest.h>

namespace openkmdf {
namespace {

class DispatchTest : public testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_TRUE(lender) << lender.error();
        ASSERT_TRUE(device) << device.error();
        ASSERT_TRUE(file) << file.error();
    }

    std::uint64_t place(std::uint32_t code)
    {
        std::byte output[64];
        const Result result = file.ioctl(code, {}, output);
        EXPECT_TRUE(result.ok()) << result;
        return result.information();
    }

    Machine pc;
    Driver driver = pc.load(TARGET_DISPATCH_DRIVER);
    Device lender = pc.plug_in(driver, "ROOT\\DISPATCH");
    Device device = pc.plug_in(driver, "ROOT\\DISPATCH");
    File file = pc.open(R"(\\.\Dispatch)");
};

TEST_F(DispatchTest, EachCodeGoesWhereItsDriverPutsIt)
{
    OPENKMDF_TESTS(WdfDeviceConfigureWdmIrpDispatchCallback, WdfDeviceWdmDispatchIrp,
                   WdfDeviceWdmDispatchIrpToIoQueue);
    // Back to the framework: with EvtIoInCallerContext, as without a dispatch callback.
    EXPECT_EQ(place(IOCTL_DISPATCH_DEFAULT), DispatchDefaultQueue + DispatchInContext);
    EXPECT_EQ(place(IOCTL_DISPATCH_SPECIAL), DispatchSpecialQueue);
    EXPECT_EQ(place(IOCTL_DISPATCH_SPECIAL_IN_CONTEXT), DispatchSpecialQueue + DispatchInContext);
    EXPECT_EQ(place(IOCTL_DISPATCH_ITSELF), DispatchCallback);
    EXPECT_EQ(place(IOCTL_DISPATCH_PREPROCESSED), DispatchSpecialQueue);
    file.close();
    const UnloadReport report = pc.unload(driver);
    EXPECT_TRUE(report.clean()) << report;
    EXPECT_FALSE(pc.bugcheck()) << *pc.bugcheck();
}

TEST_F(DispatchTest, AQueueOfAnotherDeviceIsAViolation)
{
    file.ioctl(IOCTL_DISPATCH_WRONG_QUEUE);
    const auto bugcheck = pc.bugcheck();
    ASSERT_TRUE(bugcheck);
    EXPECT_NE(bugcheck->message.find("not a queue of WDFDEVICE"), std::string::npos) << *bugcheck;
}

}  // namespace
}  // namespace openkmdf
