// What drivers do with I/O targets and with requests of their own: each case is code of a driver.

#include "stack.h"
#include "tests/support/tested.h"

#include <algorithm>

namespace openkmdf {
namespace {

using test::Stack;

void run_case(Stack &stack, const char *name)
{
    TOP_RESULT result{};
    const std::string_view text(name);
    EXPECT_EQ(stack.file.ioctl(IOCTL_TOP_RUN, std::as_bytes(std::span(name, text.size() + 1)),
                               std::as_writable_bytes(std::span(&result, 1))),
              sizeof result);
    ASSERT_FALSE(stack.pc.bugcheck()) << *stack.pc.bugcheck();
    EXPECT_TRUE(result.Known) << "the driver has no case " << name;
    EXPECT_GT(result.Checks, 0u);
    EXPECT_EQ(result.Failures, 0u) << test::prints(stack.pc);
}

class TargetTest : public testing::TestWithParam<Mode> {
protected:
    static MachineOptions options(Checks checks = Checks::On)
    {
        MachineOptions options;
        options.mode = GetParam();
        options.checks = checks;
        return options;
    }
    // On both function tables, and with a WDM driver between.
    static void run(const char *name, const char *bottom = TARGET_BOTTOM_DRIVER)
    {
        for (const bool mixed : {false, true}) {
            SCOPED_TRACE(mixed ? "fast table, WDM filter between" : "checked table");
            Stack stack(options(mixed ? Checks::Off : Checks::On), bottom, mixed);
            run_case(stack, name);
            if (!stack.pc.bugcheck()) stack.take_down();
        }
    }
    static void run_with_every_io_type(const char *name)
    {
        for (const char *bottom :
             {TARGET_BOTTOM_DRIVER, TARGET_BOTTOM_DIRECT_DRIVER, TARGET_BOTTOM_NEITHER_DRIVER}) {
            SCOPED_TRACE(bottom);
            run(name, bottom);
        }
    }
};

// --- Requests of the driver's own ------------------------------------------------------------

TEST_P(TargetTest, RequestsAreSentAndReused)
{
    OPENKMDF_TESTS(WdfRequestSetCompletionRoutine, WdfRequestGetCompletionParams);
    run("SendsAndReuses");
    run("CompletionParameters");
    run("FailuresOfTheLowerDriver");
}

TEST_P(TargetTest, RequestsWithoutATarget)
{
    OPENKMDF_TESTS(WdfRequestCreate, WdfRequestChangeTarget);
    run("WithoutATarget");
    run("FromIrp");
}

TEST_P(TargetTest, SendOptions)
{
    OPENKMDF_TESTS(WdfRequestSend);
    run("OptionsThatDoNotGoTogether");
    run("SynchronousSend");
}

TEST_P(TargetTest, TimeLimits)
{
    OPENKMDF_TESTS(WdfRequestAllocateTimer);
    run("TimesOut");
    run("SynchronousTimeouts");
}

TEST_P(TargetTest, CancellingSentRequests)
{
    OPENKMDF_TESTS(WdfRequestCancelSentRequest);
    run("CancelsSent");
    run("DeletedWhileSent");
}

TEST_P(TargetTest, ReuseAndForeignIrps)
{
    OPENKMDF_TESTS(WdfRequestReuse, WdfRequestCreateFromIrp);
    run("ReuseStatuses");
    run("FromIrp");
}

TEST_P(TargetTest, StackLocations)
{
    OPENKMDF_TESTS(WdfRequestWdmFormatUsingStackLocation);
    run("WithAStackLocation");
}

// Each allocation of the whole case fails once; nothing breaks and nothing is left behind.
TEST(TargetMemoryTest, FailingAllocations)
{
    std::uint64_t allocations = 1;
    for (std::uint64_t nth = 1; nth <= allocations && !testing::Test::HasFailure(); ++nth) {
        SCOPED_TRACE(testing::Message() << "allocation " << nth);
        Stack stack{MachineOptions{}};
        const std::uint64_t before = stack.pc.allocations();
        stack.pc.fail_allocation(nth);
        TOP_RESULT result{};
        const Result sent =
            stack.file.ioctl(IOCTL_TOP_RUN, std::as_bytes(std::span("FailingAllocations")),
                             std::as_writable_bytes(std::span(&result, 1)));
        stack.pc.fail_allocation(0);
        ASSERT_FALSE(stack.pc.bugcheck()) << *stack.pc.bugcheck();
        EXPECT_TRUE(sent.ok() || sent == STATUS_INSUFFICIENT_RESOURCES) << sent;
        EXPECT_EQ(result.Failures, 0u) << test::prints(stack.pc);
        // The first ones are those of the request that asks for the case.
        const std::uint64_t made = sent.ok() ? stack.pc.allocations() - before : nth + 1;
        allocations = std::max(allocations, made);
        stack.take_down();
    }
    EXPECT_GT(allocations, 20u);
}

// --- Transfers -------------------------------------------------------------------------------

TEST_P(TargetTest, ReadsAndWrites)
{
    OPENKMDF_TESTS(WdfIoTargetSendReadSynchronously, WdfIoTargetFormatRequestForRead,
                   WdfIoTargetSendWriteSynchronously, WdfIoTargetFormatRequestForWrite);
    run_with_every_io_type("ReadsWithEveryDescription");
    run_with_every_io_type("WritesWithEveryDescription");
    run_with_every_io_type("CompletionParameters");
    run_with_every_io_type("PagedMemory");
    run("TransferFailures");
    run("FormatsWhatIsSent");
}

TEST_P(TargetTest, Controls)
{
    OPENKMDF_TESTS(WdfIoTargetSendIoctlSynchronously, WdfIoTargetFormatRequestForIoctl,
                   WdfIoTargetSendInternalIoctlSynchronously,
                   WdfIoTargetFormatRequestForInternalIoctl,
                   WdfIoTargetSendInternalIoctlOthersSynchronously,
                   WdfIoTargetFormatRequestForInternalIoctlOthers);
    run("ControlMethods");
    run("InternalControlMethods");
    run("OtherArguments");
    run("TransferFailures");
    run("FormatsWhatIsSent");
    run("SynchronousTimeouts");
}

// --- State -----------------------------------------------------------------------------------

TEST_P(TargetTest, StoppedTargetsHoldRequests)
{
    OPENKMDF_TESTS(WdfIoTargetGetState);
    run("HoldsWhileStopped");
    run("CancelsWhatItHolds");
}

TEST_P(TargetTest, StopCancelsWaitsOrLeaves)
{
    OPENKMDF_TESTS(WdfIoTargetStop);
    run("StopCancels");
    run("StopWaits");
    run("HoldsWhileStopped");
}

TEST_P(TargetTest, PurgeClosesBothGates)
{
    OPENKMDF_TESTS(WdfIoTargetPurge);
    run("Purges");
    run("StopWaits");
}

TEST_P(TargetTest, WhatIsBehindATarget)
{
    OPENKMDF_TESTS(WdfIoTargetGetDevice, WdfIoTargetWdmGetTargetDeviceObject,
                   WdfIoTargetWdmGetTargetPhysicalDevice, WdfIoTargetWdmGetTargetFileObject,
                   WdfIoTargetWdmGetTargetFileHandle);
    run("OpensByName");
}

TEST_P(TargetTest, PropertiesOfATarget)
{
    OPENKMDF_TESTS(WdfIoTargetQueryTargetProperty, WdfIoTargetAllocAndQueryTargetProperty);
    Stack stack(options());
    run_case(stack, "LocalTarget");
    stack.take_down();
}

// --- Remote targets --------------------------------------------------------------------------

TEST_P(TargetTest, RemoteTargets)
{
    OPENKMDF_TESTS(WdfIoTargetCreate, WdfIoTargetOpen, WdfIoTargetClose, WdfIoTargetStart);
    run("OpensByName");
    Stack stack(options());
    run_case(stack, "OpensExistingDevice");
    run_case(stack, "OpenFailures");
    run_case(stack, "ClosingCancels");
    stack.take_down();
}

// --- Driver-defined interfaces ---------------------------------------------------------------

TEST_P(TargetTest, DriverDefinedInterfaces)
{
    OPENKMDF_TESTS(WdfDeviceAddQueryInterface, WdfFdoQueryForInterface,
                   WdfIoTargetQueryForInterface);
    run("AsksItsStack");
    run("TwoWays");
    run("OfferFailures");
}

INSTANTIATE_TEST_SUITE_P(BothModes, TargetTest,
                         testing::Values(Mode::Deterministic, Mode::Threaded),
                         [](const auto &info) {
                             return info.param == Mode::Threaded ? "Threaded" : "Deterministic";
                         });

}  // namespace
}  // namespace openkmdf
