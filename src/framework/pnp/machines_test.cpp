#include "framework/pnp/fake_bridge.h"

#include <gmock/gmock.h>

// The documented orders of callbacks.

namespace openkmdf::framework {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using E = PnpMachineEvent;
using S = PnpMachineState;

TEST(PnpMachine, FirstStart)
{
    FakeDevice device;
    device.start();
    EXPECT_THAT(device.steps,
                ElementsAre("RemoveAddedResources", "SendStartDown", "PrepareHardware",
                            "D0Entry D3Final", "ConnectInterrupts",
                            "D0EntryPostInterruptsEnabled D3Final", "EnableDma", "ScanForChildren",
                            "ReleaseQueues", "SelfManagedIoInit", "EnableInterfaces"));
    EXPECT_EQ(device.machines.pnp.state(), S::Started);
    EXPECT_EQ(device.machines.power.state(), PowerMachineState::D0);
    EXPECT_EQ(device.machines.policy.state(), PolicyMachineState::Started);
    EXPECT_EQ(device.pins, 0);
}

TEST(PnpMachine, OrderlyRemoval)
{
    FakeDevice device;
    device.start();
    EXPECT_EQ(device.pnp(E::QueryRemove), STATUS_SUCCESS);
    EXPECT_THAT(device.steps, ElementsAre("CheckStoppable", "QueryRemove"));
    EXPECT_EQ(device.pnp(E::Remove), STATUS_SUCCESS);
    EXPECT_EQ(device.steps,
              list("DisableInterfaces") + kPowerDownFinal +
                  list("ReleaseHardware", "PurgePowerManagedQueues", "SelfManagedIoFlush",
                       "PurgeOtherQueues", "SelfManagedIoCleanup"));
    device.machines.pnp.post(E::Detached);
    EXPECT_EQ(device.machines.pnp.state(), S::Final);
    EXPECT_EQ(device.machines.policy.state(), PolicyMachineState::Final);
    EXPECT_EQ(device.machines.power.state(), PowerMachineState::Final);
}

TEST(PnpMachine, RemovalWithoutQuery)
{
    FakeDevice device;
    device.start();
    EXPECT_EQ(device.pnp(E::Remove), STATUS_SUCCESS);
    EXPECT_EQ(device.steps.front(), "DisableInterfaces");
    EXPECT_EQ(device.steps.back(), "SelfManagedIoCleanup");
}

TEST(PnpMachine, RemovalOfADeviceThatNeverStarted)
{
    FakeDevice device;
    EXPECT_EQ(device.pnp(E::Remove), STATUS_SUCCESS);
    EXPECT_THAT(device.steps, ElementsAre("PurgePowerManagedQueues", "PurgeOtherQueues"));
}

TEST(PnpMachine, QueryRemoveOfADeviceThatNeverStarted)
{
    FakeDevice device;
    EXPECT_EQ(device.pnp(E::CancelRemove), STATUS_SUCCESS);
    EXPECT_EQ(device.pnp(E::QueryRemove), STATUS_SUCCESS);
    EXPECT_THAT(device.steps, IsEmpty());
    EXPECT_EQ(device.pnp(E::CancelRemove), STATUS_SUCCESS);
    EXPECT_EQ(device.machines.pnp.state(), S::Init);
    EXPECT_EQ(device.pnp(E::QueryRemove), STATUS_SUCCESS);
    EXPECT_EQ(device.pnp(E::Remove), STATUS_SUCCESS);
}

TEST(PnpMachine, SurpriseRemovalInD0)
{
    FakeDevice device;
    device.start();
    EXPECT_EQ(device.pnp(E::SurpriseRemove), STATUS_SUCCESS);
    EXPECT_EQ(device.steps,
              list("DisableInterfaces", "DeleteSymbolicLink") + kPowerDownFinal +
                  list("ReleaseHardware", "PurgePowerManagedQueues", "SelfManagedIoFlush"));
    EXPECT_EQ(device.machines.pnp.state(), S::FailedWaitForRemove);
    EXPECT_EQ(device.pnp(E::Remove), STATUS_SUCCESS);
    EXPECT_THAT(device.steps, ElementsAre("PurgeOtherQueues", "SelfManagedIoCleanup"));
}

TEST(PnpMachine, SurpriseRemovalInDx)
{
    FakeDevice device;
    device.start();
    device.set_dx();
    EXPECT_EQ(device.pnp(E::SurpriseRemove), STATUS_SUCCESS);
    EXPECT_THAT(device.steps,
                ElementsAre("DisableInterfaces", "DeleteSymbolicLink", "ReleaseHardware",
                            "PurgePowerManagedQueues", "SelfManagedIoFlush"));
    EXPECT_EQ(device.pnp(E::Remove), STATUS_SUCCESS);
    EXPECT_THAT(device.steps, ElementsAre("PurgeOtherQueues", "SelfManagedIoCleanup"));
}

TEST(PnpMachine, SurpriseRemovalBeforeTheStart)
{
    FakeDevice device;
    EXPECT_EQ(device.pnp(E::SurpriseRemove), STATUS_SUCCESS);
    EXPECT_THAT(device.steps, ElementsAre("DeleteSymbolicLink", "PurgePowerManagedQueues"));
    EXPECT_EQ(device.pnp(E::Remove), STATUS_SUCCESS);

    FakeDevice queried;
    EXPECT_EQ(queried.pnp(E::QueryRemove), STATUS_SUCCESS);
    EXPECT_EQ(queried.pnp(E::SurpriseRemove), STATUS_SUCCESS);
}

TEST(PnpMachine, SurpriseRemovalWhileAQueryIsPending)
{
    for (E query : {E::QueryRemove, E::QueryStop}) {
        FakeDevice device;
        device.start();
        EXPECT_EQ(device.pnp(query), STATUS_SUCCESS);
        EXPECT_EQ(device.pnp(E::SurpriseRemove), STATUS_SUCCESS);
        EXPECT_EQ(device.machines.pnp.state(), S::FailedWaitForRemove);
    }
}

TEST(PnpMachine, RemovalWhileAQueryIsPending)
{
    FakeDevice device;
    device.start();
    EXPECT_EQ(device.pnp(E::QueryStop), STATUS_SUCCESS);
    EXPECT_EQ(device.pnp(E::Remove), STATUS_SUCCESS);
    EXPECT_EQ(device.machines.pnp.state(), S::RemovedReplied);
}

TEST(PnpMachine, RebalanceAndRestart)
{
    FakeDevice device;
    device.start();
    EXPECT_EQ(device.pnp(E::QueryStop), STATUS_SUCCESS);
    EXPECT_THAT(device.steps, ElementsAre("CheckStoppable", "QueryStop"));
    EXPECT_EQ(device.pnp(E::Stop), STATUS_SUCCESS);
    EXPECT_EQ(device.steps, kPowerDownFinal + list("ReleaseHardware"));
    EXPECT_EQ(device.pnp(E::Start), STATUS_SUCCESS);
    EXPECT_THAT(device.steps,
                ElementsAre("RemoveAddedResources", "SendStartDown", "PrepareHardware",
                            "D0Entry D3Final", "ConnectInterrupts",
                            "D0EntryPostInterruptsEnabled D3Final", "EnableDma", "ScanForChildren",
                            "ReleaseQueues", "SelfManagedIoRestart"));
    EXPECT_EQ(device.machines.pnp.state(), S::Started);
}

TEST(PnpMachine, RemovalOfAStoppedDevice)
{
    for (E end : {E::Remove, E::SurpriseRemove}) {
        FakeDevice device;
        device.start();
        device.pnp(E::QueryStop);
        device.pnp(E::Stop);
        EXPECT_EQ(device.pnp(end), STATUS_SUCCESS);
        EXPECT_EQ(std::ranges::count(device.steps, "ReleaseHardware"), 0);
        EXPECT_EQ(std::ranges::count(device.steps, "D0Exit D3Final"), 0);
        EXPECT_EQ(std::ranges::count(device.steps, "SelfManagedIoFlush"), 1);
    }
}

TEST(PnpMachine, QueriesThatAreRefusedOrCanceled)
{
    struct Case {
        E query, cancel;
        PnpStep step;
    };
    for (const Case &one : {Case{E::QueryStop, E::CancelStop, PnpStep::QueryStop},
                            Case{E::QueryRemove, E::CancelRemove, PnpStep::QueryRemove},
                            Case{E::QueryStop, E::CancelStop, PnpStep::CheckStoppable},
                            Case{E::QueryRemove, E::CancelRemove, PnpStep::CheckStoppable}}) {
        FakeDevice device;
        device.start();
        device.fail(one.step, STATUS_DEVICE_BUSY);
        EXPECT_EQ(device.pnp(one.query), STATUS_DEVICE_BUSY);
        EXPECT_EQ(device.machines.pnp.state(), S::Started);
        EXPECT_EQ(device.pnp(one.cancel), STATUS_SUCCESS);
        EXPECT_THAT(device.steps, IsEmpty());
        device.failures.clear();
        EXPECT_EQ(device.pnp(one.query), STATUS_SUCCESS);
        EXPECT_EQ(device.pnp(one.cancel), STATUS_SUCCESS);
        EXPECT_THAT(device.steps, IsEmpty());
        EXPECT_EQ(device.machines.pnp.state(), S::Started);
    }
}

TEST(PowerMachine, DownAndUp)
{
    FakeDevice device;
    device.start();
    device.set_dx(WdfPowerDeviceD2);
    EXPECT_THAT(device.steps, ElementsAre("SelfManagedIoSuspend", "HoldQueues", "DisableDma",
                                          "D0ExitPreInterruptsDisabled D2", "DisconnectInterrupts",
                                          "D0Exit D2", "ForwardPowerIrp"));
    device.set_d0();
    EXPECT_THAT(device.steps,
                ElementsAre("D0Entry D2", "ConnectInterrupts", "D0EntryPostInterruptsEnabled D2",
                            "EnableDma", "ScanForChildren", "ReleaseQueues", "SelfManagedIoRestart",
                            "CompletePowerIrp"));
    EXPECT_EQ(device.power_status, STATUS_SUCCESS);
}

TEST(PowerMachine, IrpsThatChangeNothingPass)
{
    FakeDevice device;
    auto pass = [&device](bool down_first) {
        if (down_first) device.set_dx();
        else device.set_d0();
        EXPECT_EQ(device.steps, Steps{down_first ? "ForwardPowerIrp" : "CompletePowerIrp"});
    };
    pass(true), pass(false);  // never started
    device.start();
    pass(false);  // in D0
    device.set_dx();
    pass(true);  // in Dx
    device.set_d0();
    device.pnp(E::QueryStop), device.pnp(E::Stop);
    pass(true), pass(false);  // stopped
    device.pnp(E::Remove);
    pass(true), pass(false);  // removed
}

TEST(PowerMachine, SystemShutdownKeepsTheHardware)
{
    FakeDevice device;
    device.start();
    device.set_dx(WdfPowerDeviceD3Final);
    EXPECT_EQ(device.steps, kPowerDownFinal + list("ForwardPowerIrp"));
}

TEST(PolicyMachine, SystemSleepAndResume)
{
    FakeDevice device;
    device.start();
    device.steps.clear();
    device.system_irp = true;
    device.machines.policy.post(PolicyMachineEvent::SystemSleep);
    EXPECT_THAT(device.steps, ElementsAre("RequestDevicePower D3"));
    device.set_dx();
    device.machines.policy.post(PolicyMachineEvent::RequestSucceeded);
    EXPECT_EQ(device.steps.back(), "ForwardSystemIrp");
    EXPECT_EQ(device.machines.policy.state(), PolicyMachineState::SystemAsleep);

    device.steps.clear();
    device.machines.policy.post(PolicyMachineEvent::SystemWake);
    EXPECT_THAT(device.steps, ElementsAre("RequestDevicePower D0"));
    // The next sleep waits until the device is awake.
    device.system_irp = true;
    device.machines.policy.post(PolicyMachineEvent::SystemSleep);
    EXPECT_EQ(device.machines.policy.state(), PolicyMachineState::WakingToD0);
    device.set_d0();
    EXPECT_EQ(device.steps.back(), "CompletePowerIrp");
    device.machines.policy.post(PolicyMachineEvent::RequestSucceeded);
    EXPECT_EQ(device.machines.policy.state(), PolicyMachineState::SleepingPowerDown);
}

TEST(PolicyMachine, DeviceThatStaysInD0WhileTheSystemSleeps)
{
    FakeDevice device;
    device.sleep = PowerDeviceD0;
    device.start();
    device.steps.clear();
    device.system_irp = true;
    device.machines.policy.post(PolicyMachineEvent::SystemSleep);
    EXPECT_THAT(device.steps, ElementsAre("ForwardSystemIrp"));
    // Deeper still: sleep to hibernation.
    device.system_irp = true;
    device.machines.policy.post(PolicyMachineEvent::SystemSleep);
    EXPECT_THAT(device.steps, ElementsAre("ForwardSystemIrp", "ForwardSystemIrp"));
}

TEST(PolicyMachine, RemovalWhileTheSystemSleeps)
{
    FakeDevice device;
    device.start();
    device.system_irp = true;
    device.machines.policy.post(PolicyMachineEvent::SystemSleep);
    device.set_dx();
    device.machines.policy.post(PolicyMachineEvent::RequestSucceeded);
    EXPECT_EQ(device.pnp(E::SurpriseRemove), STATUS_SUCCESS);
    EXPECT_EQ(device.steps.back(), "SelfManagedIoFlush");
}

TEST(PolicyMachine, SystemIrpsOfADeviceThatDoesNotWorkPass)
{
    FakeDevice device;
    auto pass = [&device] {
        device.steps.clear();
        device.system_irp = true;
        device.machines.policy.post(PolicyMachineEvent::SystemSleep);
        EXPECT_THAT(device.steps, ElementsAre("ForwardSystemIrp"));
        device.machines.policy.post(PolicyMachineEvent::SystemWake);
        EXPECT_THAT(device.steps, ElementsAre("ForwardSystemIrp"));
    };
    pass();
    device.start();
    device.pnp(E::QueryStop), device.pnp(E::Stop);
    pass();
    device.pnp(E::Remove);
    pass();

    FakeDevice failing;
    failing.fail(PnpStep::D0Entry);
    EXPECT_FALSE(NT_SUCCESS(failing.pnp(E::Start)));
    failing.system_irp = true;
    failing.steps.clear();
    failing.machines.policy.post(PolicyMachineEvent::SystemSleep);
    EXPECT_THAT(failing.steps, ElementsAre("ForwardSystemIrp"));
}

TEST(PolicyMachine, RequestsThatFail)
{
    struct Case {
        bool waking, at_once;
    };
    for (auto [waking, at_once] :
         {Case{false, false}, Case{false, true}, Case{true, false}, Case{true, true}}) {
        FakeDevice device;
        device.start();
        device.system_irp = true;
        if (at_once && !waking) device.fail(PnpStep::RequestDevicePower);
        device.machines.policy.post(PolicyMachineEvent::SystemSleep);
        if (waking) {
            device.machines.policy.post(PolicyMachineEvent::RequestSucceeded);
            if (at_once) device.fail(PnpStep::RequestDevicePower);
            device.machines.policy.post(PolicyMachineEvent::SystemWake);
        }
        if (!at_once) device.machines.policy.post(PolicyMachineEvent::RequestFailed);
        EXPECT_EQ(device.machines.policy.state(), PolicyMachineState::RequestFailed);
        EXPECT_EQ(device.machines.pnp.state(), S::FailedStartedWaiting);
        EXPECT_FALSE(device.system_irp) << "the system's IRP does not stay";
        device.system_irp = true;
        device.machines.policy.post(PolicyMachineEvent::SystemSleep);
        EXPECT_FALSE(device.system_irp);
        EXPECT_EQ(device.pnp(E::SurpriseRemove), STATUS_SUCCESS);
    }
}

TEST(Machines, IrpsInTheWrongStateAreReported)
{
    FakeDevice device;
    device.machines.pnp.post(E::Stop);
    EXPECT_THAT(device.surprises, ElementsAre("Stop in Init"));
    device.start();
    device.machines.pnp.post(E::Start);
    EXPECT_THAT(device.surprises, ElementsAre("Stop in Init", "Start in Started"));
    EXPECT_EQ(device.machines.pnp.state(), S::Started);
}

TEST(Machines, AboveDispatchLevelTheyRunLater)
{
    FakeDevice device;
    device.start();
    device.steps.clear();
    device.passive = false;
    device.machines.pnp.post(E::FailureReported);
    device.machines.pnp.post(E::FailureReported);
    EXPECT_THAT(device.later, ElementsAre(MachineKind::Pnp));
    EXPECT_THAT(device.steps, IsEmpty());
    device.passive = true;
    device.machines.pnp.run_scheduled();
    EXPECT_THAT(device.steps, ElementsAre("ReportFailure"));
}

TEST(Machines, StateNotifications)
{
    FakeDevice device;
    device.pnp(E::QueryRemove);
    device.observed.clear();
    device.pnp(E::CancelRemove);
    EXPECT_THAT(device.observed, ElementsAre("0 leave 122 123", "0 enter 123 122", "0 done 123 0",
                                             "0 leave 123 105", "0 enter 105 123", "0 done 105 0"));
}

TEST(Machines, StatesOfADeviceThatIsNotPageable)
{
    FakeDevice device;
    device.pageable = false;
    device.start();
    EXPECT_EQ(device.machines.power.documented_state(true), WdfDevStatePowerD0NP);
    EXPECT_EQ(device.machines.power.documented_state(false), WdfDevStatePowerD0);
    EXPECT_EQ(device.machines.pnp.documented_state(true), WdfDevStatePnpStarted);
    EXPECT_THAT(device.observed, testing::Contains("2 enter 8308 313"));
}

}  // namespace
}  // namespace openkmdf::framework
