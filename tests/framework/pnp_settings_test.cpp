// What a driver says about its device's place in Plug and Play and power management, and what it is
// told.

#include "tests/framework/driver_test.h"

#include <string>
#include <vector>

namespace openkmdf::test {
namespace {

class PnpSettingsTest : public DriverTest {
protected:
    executive::pnp::DevNode &node() { return *pc.core().devices.back(); }
    void set_power(SYSTEM_POWER_STATE state, POWER_ACTION action)
    {
        run([&] {
            EXPECT_STATUS(pc.core().kernel->pnp->set_system_power(state, action), STATUS_SUCCESS);
        });
        pc.run_until_idle();
    }
};

TEST_F(PnpSettingsTest, TellsTheStatesOfAStartedDevice)
{
    OPENKMDF_TESTS(WdfDeviceGetDevicePnpState, WdfDeviceGetDevicePowerState,
                   WdfDeviceGetDevicePowerPolicyState, WdfDeviceGetSystemPowerAction);
    WDF_DEVICE_PNP_STATE before_start{};
    POWER_ACTION action = PowerActionNone;
    auto leave = [&](WDFDEVICE of, WDF_POWER_DEVICE_STATE) {
        action = WdfDeviceGetSystemPowerAction(of);
        return STATUS_SUCCESS;
    };
    before_create = [&](PWDFDEVICE_INIT init) {
        WDF_PNPPOWER_EVENT_CALLBACKS events;
        WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&events);
        events.EvtDeviceD0Exit = callback<PFN_WDF_DEVICE_D0_EXIT>(leave);
        WdfDeviceInitSetPnpPowerEventCallbacks(init, &events);
    };
    after_create = [&] {
        before_start = WdfDeviceGetDevicePnpState(wdf_device);
        return STATUS_SUCCESS;
    };
    start();
    EXPECT_EQ(before_start, WdfDevStatePnpInit);
    run([&] {
        EXPECT_EQ(WdfDeviceGetDevicePnpState(wdf_device), WdfDevStatePnpStarted);
        EXPECT_EQ(WdfDeviceGetDevicePowerState(wdf_device), WdfDevStatePowerD0);
        EXPECT_EQ(WdfDeviceGetDevicePowerPolicyState(wdf_device), WdfDevStatePwrPolStarted);
        EXPECT_EQ(WdfDeviceGetSystemPowerAction(wdf_device), PowerActionNone);
    });
    set_power(PowerSystemSleeping3, PowerActionSleep);
    EXPECT_EQ(action, PowerActionSleep);
    run([&] { EXPECT_NE(WdfDeviceGetDevicePowerState(wdf_device), WdfDevStatePowerD0); });
    set_power(PowerSystemWorking, PowerActionNone);
    run([&] {
        EXPECT_EQ(WdfDeviceGetDevicePowerState(wdf_device), WdfDevStatePowerD0);
        EXPECT_EQ(WdfDeviceGetSystemPowerAction(wdf_device), PowerActionNone);
    });
    // Removing the device calls `leave` once more.
    EXPECT_TRUE(unload().clean());
}

TEST_F(PnpSettingsTest, LeavesItsPowerToThePolicyOwner)
{
    OPENKMDF_TESTS(WdfDeviceInitSetPowerPolicyOwnership);
    int exits = 0;
    auto leave = [&](WDFDEVICE, WDF_POWER_DEVICE_STATE) {
        ++exits;
        return STATUS_SUCCESS;
    };
    load();
    for (const BOOLEAN owner : {FALSE, TRUE}) {
        before_create = [&](PWDFDEVICE_INIT init) {
            WDF_PNPPOWER_EVENT_CALLBACKS events;
            WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&events);
            events.EvtDeviceD0Exit = callback<PFN_WDF_DEVICE_D0_EXIT>(leave);
            WdfDeviceInitSetPnpPowerEventCallbacks(init, &events);
            WdfDeviceInitSetPowerPolicyOwnership(init, owner);
        };
        plug_in();
        exits = 0;
        set_power(PowerSystemSleeping3, PowerActionSleep);
        EXPECT_EQ(exits, owner) << "whoever does not own the policy asks for no device power";
        set_power(PowerSystemWorking, PowerActionNone);
        device.surprise_remove();
    }
}

TEST_F(PnpSettingsTest, HasNoPnpStateAsAControlDevice)
{
    OPENKMDF_TESTS(WdfDeviceGetDevicePnpState);
    load();
    violates(WDF_API_UNAVAILABLE, [&] {
        const UNICODE_STRING sddl = text(u"D:P(A;;GA;;;WD)");
        PWDFDEVICE_INIT init = WdfControlDeviceInitAllocate(wdf_driver, &sddl);
        ASSERT_STATUS(WdfDeviceCreate(&init, WDF_NO_OBJECT_ATTRIBUTES, &wdf_device),
                      STATUS_SUCCESS);
        WdfDeviceGetDevicePnpState(wdf_device);
    });
}

TEST_F(PnpSettingsTest, NotifiesOfStateChanges)
{
    OPENKMDF_TESTS(WdfDeviceInitRegisterPnpStateChangeCallback,
                   WdfDeviceInitRegisterPowerStateChangeCallback,
                   WdfDeviceInitRegisterPowerPolicyStateChangeCallback);
    std::vector<std::string> told;
    auto pnp = [&](WDFDEVICE, PCWDF_DEVICE_PNP_NOTIFICATION_DATA data) {
        told.push_back(data->Type == StateNotificationEnterState ? "pnp entered" : "pnp left");
        EXPECT_EQ(data->Type == StateNotificationEnterState ? data->Data.EnterState.NewState
                                                            : data->Data.LeaveState.CurrentState,
                  WdfDevStatePnpStarted);
    };
    auto power = [&](WDFDEVICE, PCWDF_DEVICE_POWER_NOTIFICATION_DATA data) {
        EXPECT_EQ(data->Type, StateNotificationEnterState);
        told.push_back("power entered");
    };
    auto policy = [&](WDFDEVICE, PCWDF_DEVICE_POWER_POLICY_NOTIFICATION_DATA data) {
        EXPECT_EQ(data->Type, StateNotificationEnterState);
        told.push_back("policy entered");
    };
    before_create = [&](PWDFDEVICE_INIT init) {
        const auto on_pnp = callback<PFN_WDF_DEVICE_PNP_STATE_CHANGE_NOTIFICATION>(pnp);
        const auto on_power = callback<PFN_WDF_DEVICE_POWER_STATE_CHANGE_NOTIFICATION>(power);
        const auto on_policy =
            callback<PFN_WDF_DEVICE_POWER_POLICY_STATE_CHANGE_NOTIFICATION>(policy);
        constexpr ULONG both = StateNotificationEnterState | StateNotificationLeaveState;
        EXPECT_STATUS(
            WdfDeviceInitRegisterPnpStateChangeCallback(init, WdfDevStatePnpInvalid, on_pnp, both),
            STATUS_INVALID_PARAMETER);
        EXPECT_STATUS(
            WdfDeviceInitRegisterPnpStateChangeCallback(init, WdfDevStatePnpNull, on_pnp, both),
            STATUS_INVALID_PARAMETER);
        EXPECT_STATUS(
            WdfDeviceInitRegisterPnpStateChangeCallback(init, WdfDevStatePnpStarted, on_pnp, 0),
            STATUS_INVALID_PARAMETER);
        EXPECT_STATUS(
            WdfDeviceInitRegisterPnpStateChangeCallback(init, WdfDevStatePnpStarted, on_pnp, 0x10),
            STATUS_INVALID_PARAMETER);
        try_without_memory([&] {
            return WdfDeviceInitRegisterPnpStateChangeCallback(init, WdfDevStatePnpStarted, on_pnp,
                                                               both);
        });
        EXPECT_STATUS(WdfDeviceInitRegisterPowerStateChangeCallback(init, WdfDevStatePowerInvalid,
                                                                    on_power, both),
                      STATUS_INVALID_PARAMETER);
        EXPECT_STATUS(
            WdfDeviceInitRegisterPowerStateChangeCallback(init, WdfDevStatePowerD0, on_power, 0),
            STATUS_INVALID_PARAMETER);
        try_without_memory([&] {
            return WdfDeviceInitRegisterPowerStateChangeCallback(init, WdfDevStatePowerD0, on_power,
                                                                 StateNotificationEnterState);
        });
        EXPECT_STATUS(WdfDeviceInitRegisterPowerPolicyStateChangeCallback(
                          init, WdfDevStatePwrPolNull, on_policy, both),
                      STATUS_INVALID_PARAMETER);
        EXPECT_STATUS(WdfDeviceInitRegisterPowerPolicyStateChangeCallback(
                          init, WdfDevStatePwrPolStarted, on_policy, 0),
                      STATUS_INVALID_PARAMETER);
        try_without_memory([&] {
            return WdfDeviceInitRegisterPowerPolicyStateChangeCallback(
                init, WdfDevStatePwrPolStarted, on_policy, StateNotificationEnterState);
        });
    };
    start();
    EXPECT_EQ(std::count(told.begin(), told.end(), "pnp entered"), 1);
    EXPECT_EQ(std::count(told.begin(), told.end(), "power entered"), 1);
    EXPECT_EQ(std::count(told.begin(), told.end(), "policy entered"), 1);
    device.surprise_remove();
    EXPECT_EQ(std::count(told.begin(), told.end(), "pnp left"), 1);
}

// --- What it can do ------------------------------------------------------------------------------

TEST_F(PnpSettingsTest, AddsItsCapabilities)
{
    OPENKMDF_TESTS(WdfDeviceSetPnpCapabilities, WdfDeviceSetPowerCapabilities);
    after_create = [&] {
        WDF_DEVICE_PNP_CAPABILITIES pnp;
        WDF_DEVICE_PNP_CAPABILITIES_INIT(&pnp);
        pnp.Removable = WdfTrue;
        pnp.SurpriseRemovalOK = WdfTrue;
        pnp.Address = 7;
        pnp.UINumber = 9;
        WdfDeviceSetPnpCapabilities(wdf_device, &pnp);
        WDF_DEVICE_POWER_CAPABILITIES power;
        WDF_DEVICE_POWER_CAPABILITIES_INIT(&power);
        power.DeviceD1 = WdfTrue;
        power.WakeFromD1 = WdfTrue;
        power.DeviceState[PowerSystemSleeping1] = PowerDeviceD1;
        power.DeviceWake = PowerDeviceD1;
        power.SystemWake = PowerSystemSleeping1;
        power.D1Latency = 11;
        WdfDeviceSetPowerCapabilities(wdf_device, &power);
        return STATUS_SUCCESS;
    };
    start();
    const DEVICE_CAPABILITIES &all = node().capabilities;
    EXPECT_TRUE(all.Removable);
    EXPECT_TRUE(all.SurpriseRemovalOK);
    EXPECT_FALSE(all.EjectSupported);
    EXPECT_EQ(all.Address, 7u);
    EXPECT_EQ(all.UINumber, 9u);
    EXPECT_TRUE(all.DeviceD1);
    EXPECT_TRUE(all.WakeFromD1);
    EXPECT_FALSE(all.WakeFromD3);
    EXPECT_EQ(all.DeviceState[PowerSystemSleeping1], PowerDeviceD1);
    EXPECT_EQ(all.DeviceWake, PowerDeviceD1);
    EXPECT_EQ(all.SystemWake, PowerSystemSleeping1);
    EXPECT_EQ(all.D1Latency, 11u);
}

TEST_F(PnpSettingsTest, ChangesItsDeviceState)
{
    OPENKMDF_TESTS(WdfDeviceSetDeviceState, WdfDeviceGetDeviceState);
    start();
    run([&] {
        WDF_DEVICE_STATE state;
        WDF_DEVICE_STATE_INIT(&state);
        WdfDeviceGetDeviceState(wdf_device, &state);
        EXPECT_EQ(state.DontDisplayInUI, WdfUseDefault);
        state.DontDisplayInUI = WdfTrue;
        state.NotDisableable = WdfTrue;
        WdfDeviceSetDeviceState(wdf_device, &state);
        WDF_DEVICE_STATE again;
        WDF_DEVICE_STATE_INIT(&again);
        WdfDeviceGetDeviceState(wdf_device, &again);
        EXPECT_EQ(again.DontDisplayInUI, WdfTrue);
        EXPECT_EQ(again.NotDisableable, WdfTrue);
        EXPECT_EQ(again.Disabled, WdfUseDefault);
    });
    pc.run_until_idle();
    EXPECT_EQ(node().pnp_state, static_cast<PNP_DEVICE_STATE>(PNP_DEVICE_DONT_DISPLAY_IN_UI |
                                                              PNP_DEVICE_NOT_DISABLEABLE));
    run([&] {
        WDF_DEVICE_STATE state;
        WDF_DEVICE_STATE_INIT(&state);
        state.DontDisplayInUI = WdfFalse;
        WdfDeviceSetDeviceState(wdf_device, &state);
    });
    pc.run_until_idle();
    EXPECT_EQ(node().pnp_state, static_cast<PNP_DEVICE_STATE>(0));
}

TEST_F(PnpSettingsTest, TakesNoDeviceStateOfAnotherSize)
{
    OPENKMDF_TESTS(WdfDeviceSetDeviceState);
    start();
    stops([&] {
        WDF_DEVICE_STATE state;
        WDF_DEVICE_STATE_INIT(&state);
        state.Size += 4;
        WdfDeviceSetDeviceState(wdf_device, &state);
    });
}

TEST_F(PnpSettingsTest, GivesNoDeviceStateOfAnotherSize)
{
    OPENKMDF_TESTS(WdfDeviceGetDeviceState);
    start();
    stops([&] {
        WDF_DEVICE_STATE state;
        WDF_DEVICE_STATE_INIT(&state);
        state.Size += 4;
        WdfDeviceGetDeviceState(wdf_device, &state);
    });
}

// --- Staying and going ---------------------------------------------------------------------------

TEST_F(PnpSettingsTest, StaysWhenItSaysSo)
{
    OPENKMDF_TESTS(WdfDeviceSetStaticStopRemove);
    start();
    run([&] {
        WdfDeviceSetStaticStopRemove(wdf_device, FALSE);
        WdfDeviceSetStaticStopRemove(wdf_device, FALSE);
        WdfDeviceSetStaticStopRemove(wdf_device, TRUE);
    });
    EXPECT_FALSE(device.stop().ok()) << "the calls nest";
    EXPECT_FALSE(device.remove().ok());
    run([&] { WdfDeviceSetStaticStopRemove(wdf_device, TRUE); });
    EXPECT_EQ(device.stop(), STATUS_SUCCESS);
    EXPECT_EQ(device.restart(), STATUS_SUCCESS);
    run([&] { WdfDeviceSetStaticStopRemove(wdf_device, FALSE); });
    device.surprise_remove();
    EXPECT_FALSE(device.present()) << "nothing stops that";
}

TEST_F(PnpSettingsTest, ReportsItsFailure)
{
    OPENKMDF_TESTS(WdfDeviceSetFailed);
    start();
    run([&] { WdfDeviceSetFailed(wdf_device, WdfDeviceFailedNoRestart); });
    pc.run_until_idle();
    EXPECT_FALSE(device.present());
}

TEST_F(PnpSettingsTest, ReportsFailuresOfTheKnownKinds)
{
    OPENKMDF_TESTS(WdfDeviceSetFailed);
    start();
    violates(WDF_PNP_FATAL_ERROR,
             [&] { WdfDeviceSetFailed(wdf_device, WdfDeviceFailedUndefined); });
}

// --- Special files -------------------------------------------------------------------------------

class SpecialFileTest : public PnpSettingsTest {
protected:
    // A paging file, ... comes to the device (or goes).
    NTSTATUS notify(DEVICE_USAGE_NOTIFICATION_TYPE type, BOOLEAN in_path)
    {
        PDEVICE_OBJECT top = WdfDeviceWdmGetDeviceObject(wdf_device);
        KEVENT done;
        KeInitializeEvent(&done, NotificationEvent, FALSE);
        IO_STATUS_BLOCK result = {};
        PIRP irp =
            IoBuildSynchronousFsdRequest(IRP_MJ_PNP, top, nullptr, 0, nullptr, &done, &result);
        irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
        PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
        next->MinorFunction = IRP_MN_DEVICE_USAGE_NOTIFICATION;
        next->Parameters.UsageNotification.Type = type;
        next->Parameters.UsageNotification.InPath = in_path;
        NTSTATUS status = IoCallDriver(top, irp);
        if (status == STATUS_PENDING) {
            KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, nullptr);
            status = result.Status;
        }
        return status;
    }
};

TEST_F(SpecialFileTest, IsRefusedByDefaultAndTakenWhenSupported)
{
    OPENKMDF_TESTS(WdfDeviceSetSpecialFileSupport);
    start();
    run([&] {
        PDEVICE_OBJECT wdm = WdfDeviceWdmGetDeviceObject(wdf_device);
        EXPECT_FALSE(NT_SUCCESS(notify(DeviceUsageTypePaging, TRUE)));
        EXPECT_TRUE(wdm->Flags & DO_POWER_PAGABLE);
        WdfDeviceSetSpecialFileSupport(wdf_device, WdfSpecialFilePaging, TRUE);
        EXPECT_FALSE(NT_SUCCESS(notify(DeviceUsageTypeDumpFile, TRUE))) << "each kind by itself";
        ASSERT_STATUS(notify(DeviceUsageTypePaging, TRUE), STATUS_SUCCESS);
        EXPECT_FALSE(wdm->Flags & DO_POWER_PAGABLE);
    });
    EXPECT_FALSE(device.stop().ok()) << "it carries a paging file";
    run([&] {
        EXPECT_STATUS(notify(DeviceUsageTypePaging, FALSE), STATUS_SUCCESS);
        EXPECT_TRUE(WdfDeviceWdmGetDeviceObject(wdf_device)->Flags & DO_POWER_PAGABLE);
        WdfDeviceSetSpecialFileSupport(wdf_device, WdfSpecialFilePaging, FALSE);
        EXPECT_FALSE(NT_SUCCESS(notify(DeviceUsageTypePaging, TRUE)));
    });
    EXPECT_EQ(device.stop(), STATUS_SUCCESS);
    EXPECT_EQ(device.restart(), STATUS_SUCCESS);
}

TEST_F(SpecialFileTest, IsOfAKnownKind)
{
    OPENKMDF_TESTS(WdfDeviceSetSpecialFileSupport);
    start();
    violates(WDF_PNP_FATAL_ERROR,
             [&] { WdfDeviceSetSpecialFileSupport(wdf_device, WdfSpecialFileMax, TRUE); });
}

}  // namespace
}  // namespace openkmdf::test
