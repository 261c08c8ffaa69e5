#include "framework/pnp/fake_bridge.h"

#include <gmock/gmock.h>

// What follows a failure at each step.

namespace openkmdf::framework {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using E = PnpMachineEvent;
using S = PnpMachineState;

struct StartFailure {
    PnpStep step;
    Steps after;  // it fails
};

class FailingStart : public testing::TestWithParam<StartFailure> {};

TEST_P(FailingStart, IsUndone)
{
    FakeDevice device;
    device.fail(GetParam().step, STATUS_DEVICE_HARDWARE_ERROR);
    EXPECT_EQ(device.pnp(E::Start), STATUS_DEVICE_HARDWARE_ERROR);
    auto failing = std::ranges::find_if(device.steps, [](const std::string &step) {
        return step.starts_with(step_name(GetParam().step));
    });
    ASSERT_NE(failing, device.steps.end());
    EXPECT_EQ(Steps(failing + 1, device.steps.end()), GetParam().after);

    const bool called_init = GetParam().step == PnpStep::SelfManagedIoInit;
    EXPECT_EQ(device.pnp(E::Remove), STATUS_SUCCESS);
    EXPECT_EQ(device.steps, called_init ? list("PurgeOtherQueues", "SelfManagedIoCleanup")
                                        : list("PurgeOtherQueues"));
    device.machines.pnp.post(E::Detached);
    EXPECT_EQ(device.machines.pnp.state(), S::Final);
}

const Steps kReleased = {"ReleaseHardware", "PurgePowerManagedQueues"};
const Steps kLeftD0 = {"DisconnectInterrupts", "D0Exit D3Final"};
const Steps kLeftInterrupts = {"DisableDma", "D0ExitPreInterruptsDisabled D3Final"};

INSTANTIATE_TEST_SUITE_P(
    AtEachStep, FailingStart,
    testing::Values(StartFailure{PnpStep::RemoveAddedResources, {"PurgePowerManagedQueues"}},
                    StartFailure{PnpStep::SendStartDown, {"PurgePowerManagedQueues"}},
                    StartFailure{PnpStep::PrepareHardware, kReleased},
                    StartFailure{PnpStep::D0Entry, kReleased},
                    StartFailure{PnpStep::ConnectInterrupts, kLeftD0 + kReleased},
                    StartFailure{PnpStep::D0EntryPostInterruptsEnabled, kLeftD0 + kReleased},
                    StartFailure{PnpStep::EnableDma, kLeftInterrupts + kLeftD0 + kReleased},
                    StartFailure{PnpStep::ScanForChildren, kLeftInterrupts + kLeftD0 + kReleased},
                    StartFailure{PnpStep::SelfManagedIoInit, list("HoldQueues") + kLeftInterrupts +
                                                                 kLeftD0 + kReleased +
                                                                 list("SelfManagedIoFlush")}),
    [](const auto &info) { return std::string(step_name(info.param.step)); });

TEST(Failure, RestartAfterRebalance)
{
    for (PnpStep step : {PnpStep::SendStartDown, PnpStep::PrepareHardware, PnpStep::D0Entry,
                         PnpStep::SelfManagedIoRestart}) {
        FakeDevice device;
        device.start();
        device.pnp(E::QueryStop), device.pnp(E::Stop);
        device.fail(step);
        EXPECT_EQ(device.pnp(E::Start), STATUS_UNSUCCESSFUL);
        EXPECT_EQ(device.machines.pnp.state(), S::FailedWaitForRemove);
        // The PnP manager may tell the device before it removes it.
        EXPECT_EQ(device.pnp(E::SurpriseRemove), STATUS_SUCCESS);
        EXPECT_THAT(device.steps, IsEmpty());
        EXPECT_EQ(device.pnp(E::Remove), STATUS_SUCCESS);
        EXPECT_THAT(device.steps, ElementsAre("PurgeOtherQueues", "SelfManagedIoCleanup"));
    }
}

TEST(Failure, D0EntryOnReturnFromLowPower)
{
    FakeDevice device;
    device.start();
    device.set_dx();
    device.fail(PnpStep::D0Entry, STATUS_DEVICE_POWER_FAILURE);
    device.set_d0();
    EXPECT_THAT(device.steps, ElementsAre("D0Entry D3", "ReportFailure", "CompletePowerIrp"));
    EXPECT_EQ(device.power_status, STATUS_DEVICE_POWER_FAILURE);
    EXPECT_EQ(device.pnp(E::SurpriseRemove), STATUS_SUCCESS);
    EXPECT_THAT(device.steps,
                ElementsAre("DisableInterfaces", "DeleteSymbolicLink", "ReleaseHardware",
                            "PurgePowerManagedQueues", "SelfManagedIoFlush"));
    EXPECT_EQ(device.pnp(E::Remove), STATUS_SUCCESS);
    EXPECT_THAT(device.steps, ElementsAre("PurgeOtherQueues", "SelfManagedIoCleanup"));
}

TEST(Failure, AnyStepOfAWake)
{
    for (PnpStep step :
         {PnpStep::D0Entry, PnpStep::ConnectInterrupts, PnpStep::D0EntryPostInterruptsEnabled,
          PnpStep::EnableDma, PnpStep::SelfManagedIoRestart}) {
        FakeDevice device;
        device.start();
        device.set_dx();
        device.fail(step);
        device.set_d0();
        EXPECT_EQ(device.power_status, STATUS_UNSUCCESSFUL);
        const bool left = std::ranges::count(device.steps, "D0Exit D3Final") == 1;
        EXPECT_EQ(left, step != PnpStep::D0Entry)
            << "EvtDeviceD0Exit never follows a failed EvtDeviceD0Entry";
        EXPECT_EQ(device.machines.pnp.state(), S::FailedStartedWaiting);
        // Power IRPs pass on.
        device.set_dx();
        EXPECT_THAT(device.steps, ElementsAre("ForwardPowerIrp"));
        device.set_d0();
        EXPECT_THAT(device.steps, ElementsAre("CompletePowerIrp"));
        EXPECT_EQ(device.pnp(E::Remove), STATUS_SUCCESS);
        EXPECT_EQ(std::ranges::count(device.steps, "D0Exit D3Final"), 0);
        EXPECT_EQ(std::ranges::count(device.steps, "SelfManagedIoCleanup"), 1);
    }
}

TEST(Failure, AnyStepOfAPowerDown)
{
    for (PnpStep step : {PnpStep::SelfManagedIoSuspend, PnpStep::D0ExitPreInterruptsDisabled,
                         PnpStep::DisconnectInterrupts, PnpStep::D0Exit}) {
        FakeDevice device;
        device.start();
        device.fail(step);
        device.set_dx();
        EXPECT_THAT(device.steps,
                    ElementsAre("SelfManagedIoSuspend", "HoldQueues", "DisableDma",
                                "D0ExitPreInterruptsDisabled D3", "DisconnectInterrupts",
                                "D0Exit D3", "ReportFailure", "ForwardPowerIrp"));
        device.set_d0();
        EXPECT_THAT(device.steps, ElementsAre("CompletePowerIrp"));
        device.set_dx();
        EXPECT_THAT(device.steps, ElementsAre("ForwardPowerIrp"));
        device.failures.clear();
        EXPECT_EQ(device.pnp(E::SurpriseRemove), STATUS_SUCCESS);
        EXPECT_THAT(device.steps,
                    ElementsAre("DisableInterfaces", "DeleteSymbolicLink", "ReleaseHardware",
                                "PurgePowerManagedQueues", "SelfManagedIoFlush"));
    }
}

TEST(Failure, PowerDownOfARemovalOrStop)
{
    for (E end : {E::Remove, E::SurpriseRemove, E::Stop}) {
        FakeDevice device;
        device.start();
        if (end == E::Stop) device.pnp(E::QueryStop);
        device.fail(PnpStep::D0Exit);
        EXPECT_EQ(device.pnp(end), STATUS_SUCCESS) << "these IRPs may not fail";
        EXPECT_EQ(std::ranges::count(device.steps, "ReleaseHardware"), 1);
        EXPECT_EQ(std::ranges::count(device.steps, "ReportFailure"), end == E::Stop ? 1 : 0);
    }
}

TEST(Failure, ReleaseHardware)
{
    for (E end : {E::Remove, E::SurpriseRemove, E::Stop}) {
        FakeDevice device;
        device.start();
        if (end == E::Stop) device.pnp(E::QueryStop);
        device.fail(PnpStep::ReleaseHardware);
        EXPECT_EQ(device.pnp(end), STATUS_SUCCESS);
        EXPECT_EQ(std::ranges::count(device.steps, "ReportFailure"), end == E::Stop ? 1 : 0);
        if (end == E::Stop) {
            EXPECT_EQ(device.machines.pnp.state(), S::FailedWaitForRemove);
            EXPECT_EQ(device.pnp(E::QueryRemove), STATUS_SUCCESS);
            EXPECT_EQ(device.pnp(E::CancelRemove), STATUS_SUCCESS);
        }
    }
}

TEST(Failure, ReportedByTheDriver)
{
    FakeDevice device;
    device.start();
    device.steps.clear();
    device.machines.pnp.post(E::FailureReported);
    device.machines.pnp.post(E::FailureReported);
    EXPECT_THAT(device.steps, ElementsAre("ReportFailure"));
    EXPECT_EQ(device.pnp(E::QueryStop), STATUS_INVALID_DEVICE_STATE);
    EXPECT_EQ(device.pnp(E::CancelStop), STATUS_SUCCESS);
    EXPECT_EQ(device.pnp(E::Stop), STATUS_INVALID_DEVICE_STATE);
    EXPECT_EQ(device.pnp(E::Start), STATUS_INVALID_DEVICE_STATE);
    EXPECT_EQ(device.pnp(E::QueryRemove), STATUS_SUCCESS);
    EXPECT_EQ(device.pnp(E::CancelRemove), STATUS_SUCCESS);
    EXPECT_EQ(device.pnp(E::SurpriseRemove), STATUS_SUCCESS);
    EXPECT_EQ(device.steps,
              list("DisableInterfaces", "DeleteSymbolicLink") + kPowerDownFinal +
                  list("ReleaseHardware", "PurgePowerManagedQueues", "SelfManagedIoFlush"));
}

TEST(Failure, ReportedInACallback)
{
    for (PnpStep step : {PnpStep::PrepareHardware, PnpStep::D0Entry, PnpStep::SelfManagedIoInit}) {
        FakeDevice device;
        device.during[step] = [&device] { device.machines.pnp.post(E::FailureReported); };
        EXPECT_EQ(device.pnp(E::Start), STATUS_SUCCESS) << "the callback itself succeeded";
        EXPECT_EQ(device.machines.pnp.state(), S::FailedStartedWaiting);
        EXPECT_EQ(device.steps.back(), "ReportFailure");
    }
}

// The machine comes to rest by itself at the moment at which another thread posts an IRP.
TEST(Failure, IsNoAnswerToAnIrpThatComesMeanwhile)
{
    FakeDevice device;
    device.start();
    device.replies = 0;
    device.during[PnpStep::ReportFailure] = [&] { device.machines.pnp.post(E::QueryStop); };
    device.machines.pnp.post(E::FailureReported);
    EXPECT_EQ(device.replies, 1);
    EXPECT_EQ(device.reply, STATUS_INVALID_DEVICE_STATE) << "it was the query that was answered";
}

TEST(Failure, WhileAQueryIsPending)
{
    for (E query : {E::QueryStop, E::QueryRemove})
        for (bool power : {false, true}) {
            FakeDevice device;
            device.start();
            device.pnp(query);
            device.steps.clear();
            device.machines.pnp.post(power ? E::PowerFailed : E::FailureReported);
            EXPECT_THAT(device.steps, ElementsAre("ReportFailure"));
        }
    FakeDevice stopped;
    stopped.start();
    stopped.pnp(E::QueryStop), stopped.pnp(E::Stop);
    stopped.steps.clear();
    stopped.machines.pnp.post(E::FailureReported);
    EXPECT_THAT(stopped.steps, ElementsAre("ReportFailure"));
}

}  // namespace
}  // namespace openkmdf::framework
