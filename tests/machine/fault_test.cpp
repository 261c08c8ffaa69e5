// What a broken driver does to its machine: a bugcheck as a value, with Windows' code and
// parameters and the driver's source line, and nothing to the process.

#include "drivers/fault.h"

#include <bugcodes.h>
#include <openkmdf/gtest.h>
#include <openkmdf/machine.h>
#include <wdftypes.h>

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace openkmdf {
namespace {

constexpr std::uint64_t kAccessViolation = 0xC0000005;
constexpr std::uint64_t kDivideByZero = 0xC0000094;
constexpr std::uint64_t kBreakpoint = 0x80000003;

class FaultTest : public testing::TestWithParam<Mode> {
protected:
    MachineOptions options()
    {
        MachineOptions options;
        options.mode = GetParam();
        options.watchdog = 100ms;
        return options;
    }

    // Asks a new machine's driver for the fault; the value of the bugcheck that follows. `function`
    // is the driver's, expected in the first frame.
    Bugcheck fault(std::uint32_t code, const std::string &function)
    {
        Bugcheck result;
        {
            Machine pc(options());
            run(pc, code, result);
        }
        EXPECT_EQ(result.driver, "fault");
        EXPECT_FALSE(result.message.empty());
        EXPECT_NE(result.report.find("fault.c:"), std::string::npos) << result.report;
        EXPECT_NE(result.report.find(result.name()), std::string::npos) << result.report;
        if (result.stack.empty()) {
            ADD_FAILURE() << "no stack";
        } else {
            EXPECT_TRUE(result.stack[0].in_driver) << result.report;
            EXPECT_EQ(result.stack[0].function, function) << result.report;
            EXPECT_TRUE(result.stack[0].file.ends_with("fault.c")) << result.stack[0].file;
            EXPECT_GT(result.stack[0].line, 0u);
        }
        expect_usable_afterwards();
        return result;
    }

    void run(Machine &pc, std::uint32_t code, Bugcheck &result)
    {
        Driver driver = pc.load(FAULT_DRIVER);
        ASSERT_TRUE(driver) << driver.error();
        Device device = pc.plug_in(driver, "ROOT\\FAULT");
        ASSERT_TRUE(device) << device.error();
        File file = pc.open(R"(\\.\Fault)");
        ASSERT_TRUE(file) << file.error();
        Result asked = file.ioctl(code);
        pc.advance(10ms);
        if (asked.ok()) wait_for_end(pc, file);
        else EXPECT_EQ(asked, kMachineStopped.value());
        ASSERT_TRUE(pc.bugcheck());
        result = *pc.bugcheck();
        EXPECT_TRUE(pc.stopped());
        EXPECT_EQ(file.write("x"), kMachineStopped.value());
        EXPECT_EQ(pc.open(R"(\\.\Fault)").status(), kMachineStopped);
    }

    // A fault outside the request: in threaded mode it comes when its thread does.
    void wait_for_end(Machine &pc, File &file)
    {
        for (int i = 0; i < 100'000 && !pc.stopped(); ++i) {
            if (GetParam() == Mode::Deterministic) pc.run_until_idle();
            else file.ioctl(IOCTL_FAULT_NONE);
        }
    }

    void expect_usable_afterwards()
    {
        Machine pc(options());
        Driver driver = pc.load(FAULT_DRIVER);
        ASSERT_TRUE(driver) << driver.error();
        Device device = pc.plug_in(driver, "ROOT\\FAULT");
        ASSERT_TRUE(device) << device.error();
        File file = pc.open(R"(\\.\Fault)");
        EXPECT_EQ(file.ioctl(IOCTL_FAULT_NONE), STATUS_SUCCESS);
        file.close();
        EXPECT_TRUE(pc.unload(driver).clean());
        EXPECT_FALSE(pc.bugcheck());
    }
};

TEST_P(FaultTest, ReadOfNull)
{
    const Bugcheck bugcheck = fault(IOCTL_FAULT_READ_NULL, "ReadNull");
    EXPECT_EQ(bugcheck.code, SYSTEM_SERVICE_EXCEPTION) << bugcheck;
    EXPECT_EQ(bugcheck.parameters[0], kAccessViolation);
    EXPECT_EQ(bugcheck.parameters[1], bugcheck.stack.at(0).address);
    EXPECT_EQ(bugcheck.parameters[3], 0u);
}

TEST_P(FaultTest, WriteToNull)
{
    const Bugcheck bugcheck = fault(IOCTL_FAULT_WRITE_NULL, "WriteNull");
    EXPECT_EQ(bugcheck.code, SYSTEM_SERVICE_EXCEPTION) << bugcheck;
    EXPECT_EQ(bugcheck.parameters[0], kAccessViolation);
    EXPECT_EQ(bugcheck.parameters[1], bugcheck.stack.at(0).address);
}

TEST_P(FaultTest, ReadOfNullAtDispatchLevel)
{
    const Bugcheck bugcheck = fault(IOCTL_FAULT_READ_NULL_AT_DISPATCH, "ReadNullAtDispatch");
    EXPECT_EQ(bugcheck.code, DRIVER_IRQL_NOT_LESS_OR_EQUAL) << bugcheck;
    EXPECT_EQ(bugcheck.parameters[0], 0u);
    EXPECT_EQ(bugcheck.parameters[1], DISPATCH_LEVEL);
    EXPECT_EQ(bugcheck.parameters[2], 0u);
    EXPECT_EQ(bugcheck.parameters[3], bugcheck.stack.at(0).address);
    EXPECT_EQ(bugcheck.irql, DISPATCH_LEVEL);
}

TEST_P(FaultTest, WriteToFreedPool)
{
    const Bugcheck bugcheck = fault(IOCTL_FAULT_WRITE_FREED_POOL, "WriteFreedPool");
    EXPECT_EQ(bugcheck.code, DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL) << bugcheck;
    EXPECT_NE(bugcheck.parameters[0], 0u);
    EXPECT_EQ(bugcheck.parameters[1], 1u);
    EXPECT_EQ(bugcheck.parameters[2], bugcheck.stack.at(0).address);
}

TEST_P(FaultTest, PoolFreedTwice)
{
    const Bugcheck bugcheck = fault(IOCTL_FAULT_FREE_TWICE, "FreeTwice");
    EXPECT_EQ(bugcheck.code, BAD_POOL_CALLER) << bugcheck;
    EXPECT_EQ(bugcheck.parameters[0], 7u);
}

TEST_P(FaultTest, ReadOfKernelMemoryThatIsNotThere)
{
    const Bugcheck bugcheck = fault(IOCTL_FAULT_READ_KERNEL_HOLE, "ReadKernelHole");
    EXPECT_EQ(bugcheck.code, PAGE_FAULT_IN_NONPAGED_AREA) << bugcheck;
    EXPECT_EQ(bugcheck.parameters[1], 0u);
    EXPECT_EQ(bugcheck.parameters[2], bugcheck.stack.at(0).address);
}

TEST_P(FaultTest, CallOfNull)
{
    const Bugcheck bugcheck = fault(IOCTL_FAULT_CALL_NULL, "CallNull");
    EXPECT_EQ(bugcheck.code, SYSTEM_SERVICE_EXCEPTION) << bugcheck;
    EXPECT_EQ(bugcheck.parameters[0], kAccessViolation);
}

TEST_P(FaultTest, DivisionByZero)
{
    const Bugcheck bugcheck = fault(IOCTL_FAULT_DIVIDE_BY_ZERO, "DivideByZero");
    EXPECT_EQ(bugcheck.code, SYSTEM_SERVICE_EXCEPTION) << bugcheck;
    EXPECT_EQ(bugcheck.parameters[0], kDivideByZero);
    EXPECT_EQ(bugcheck.parameters[1], bugcheck.stack.at(0).address);
}

TEST_P(FaultTest, Breakpoint)
{
    const Bugcheck bugcheck = fault(IOCTL_FAULT_BREAKPOINT, "HitBreakpoint");
    EXPECT_EQ(bugcheck.code, SYSTEM_SERVICE_EXCEPTION) << bugcheck;
    EXPECT_EQ(bugcheck.parameters[0], kBreakpoint);
}

TEST_P(FaultTest, RecursionWithoutEnd)
{
    const Bugcheck bugcheck = fault(IOCTL_FAULT_RECURSION, "Recurse");
    EXPECT_EQ(bugcheck.code, UNEXPECTED_KERNEL_MODE_TRAP) << bugcheck;
    EXPECT_EQ(bugcheck.parameters[0], 8u);
}

TEST_P(FaultTest, ReturnWithASpinLock)
{
    const Bugcheck bugcheck = fault(IOCTL_FAULT_KEEP_SPIN_LOCK, "FaultDeviceControl");
    EXPECT_EQ(bugcheck.code, WDF_VIOLATION) << bugcheck;
    EXPECT_EQ(bugcheck.parameters[0], 0xEu);
    EXPECT_EQ(bugcheck.parameters[1], PASSIVE_LEVEL);
    EXPECT_EQ(bugcheck.parameters[2], DISPATCH_LEVEL);
    EXPECT_NE(bugcheck.message.find("holding a spin lock"), std::string::npos) << bugcheck.message;
}

TEST_P(FaultTest, ReturnWithAFrameworkSpinLock)
{
    const Bugcheck bugcheck = fault(IOCTL_FAULT_KEEP_WDF_SPIN_LOCK, "FaultDeviceControl");
    EXPECT_EQ(bugcheck.code, WDF_VIOLATION) << bugcheck;
    EXPECT_EQ(bugcheck.parameters[0], 0xEu);
    EXPECT_EQ(bugcheck.parameters[1], PASSIVE_LEVEL);
    EXPECT_EQ(bugcheck.parameters[2], DISPATCH_LEVEL);
}

TEST_P(FaultTest, ReturnAtAnotherIrql)
{
    const Bugcheck bugcheck = fault(IOCTL_FAULT_KEEP_IRQL, "FaultDeviceControl");
    EXPECT_EQ(bugcheck.code, WDF_VIOLATION) << bugcheck;
    EXPECT_EQ(bugcheck.parameters[0], 0xEu);
    EXPECT_EQ(bugcheck.parameters[1], PASSIVE_LEVEL);
    EXPECT_EQ(bugcheck.parameters[2], DISPATCH_LEVEL);
}

TEST_P(FaultTest, EndlessLoop)
{
    const Bugcheck bugcheck = fault(IOCTL_FAULT_ENDLESS_LOOP, "LoopForEver");
    EXPECT_EQ(bugcheck.code, CLOCK_WATCHDOG_TIMEOUT) << bugcheck;
}

TEST_P(FaultTest, EndlessLoopAtDispatchLevel)
{
    const Bugcheck bugcheck = fault(IOCTL_FAULT_ENDLESS_LOOP_AT_DISPATCH, "LoopForEverAtDispatch");
    EXPECT_EQ(bugcheck.code, DPC_WATCHDOG_VIOLATION) << bugcheck;
    EXPECT_EQ(bugcheck.irql, DISPATCH_LEVEL);
}

TEST_P(FaultTest, RequestCompletedTwice)
{
    const Bugcheck bugcheck = fault(IOCTL_FAULT_COMPLETE_TWICE, "CompleteTwice");
    EXPECT_EQ(bugcheck.code, WDF_VIOLATION) << bugcheck;
    // The request is gone: its handle is no handle any more.
    EXPECT_EQ(bugcheck.parameters[0], 5u);
    EXPECT_NE(bugcheck.parameters[1], 0u);
    EXPECT_NE(bugcheck.message.find("WdfRequestComplete"), std::string::npos) << bugcheck.message;
}

TEST_P(FaultTest, BugcheckOfTheDriversOwn)
{
    const Bugcheck bugcheck = fault(IOCTL_FAULT_BUGCHECK, "CallBugcheck");
    EXPECT_EQ(bugcheck.code, 0xE2u) << bugcheck;
    for (std::uint64_t i = 0; i < 4; ++i) EXPECT_EQ(bugcheck.parameters[i], i + 1);
}

TEST_P(FaultTest, ReadOfNullInATimer)
{
    const Bugcheck bugcheck = fault(IOCTL_FAULT_NULL_IN_TIMER, "FaultTimer");
    EXPECT_EQ(bugcheck.code, DRIVER_IRQL_NOT_LESS_OR_EQUAL) << bugcheck;
    EXPECT_EQ(bugcheck.parameters[0], 0u);
    EXPECT_EQ(bugcheck.parameters[1], DISPATCH_LEVEL);
    EXPECT_EQ(bugcheck.parameters[3], bugcheck.stack.at(0).address);
}

TEST_P(FaultTest, ReadOfNullInAWorkItem)
{
    const Bugcheck bugcheck = fault(IOCTL_FAULT_NULL_IN_WORK_ITEM, "FaultWorkItem");
    EXPECT_EQ(bugcheck.code, SYSTEM_THREAD_EXCEPTION_NOT_HANDLED) << bugcheck;
    EXPECT_EQ(bugcheck.parameters[0], kAccessViolation);
    EXPECT_EQ(bugcheck.parameters[1], bugcheck.stack.at(0).address);
}

INSTANTIATE_TEST_SUITE_P(BothModes, FaultTest, testing::Values(Mode::Deterministic, Mode::Threaded),
                         [](const auto &info) {
                             return info.param == Mode::Threaded ? "Threaded" : "Deterministic";
                         });

}  // namespace
}  // namespace openkmdf
