#include "executive/io/test_computer.h"

#include "tests/support/tested.h"

#include <algorithm>
#include <utility>
#include <wdmguid.h>

// What drivers report of their devices: changes, a pressed eject button, power; and boot drivers
// that want to be called again.

namespace openkmdf::executive::test {

namespace {

using Log = std::vector<std::string>;

constexpr GUID kClass = {0x12345678, 0x1111, 0x2222, {1, 2, 3, 4, 5, 6, 7, 0xAB}};
constexpr GUID kOther = {0x87654321, 0x1111, 0x2222, {1, 2, 3, 4, 5, 6, 7, 8}};

PDRIVER_DISPATCH bus_dispatch;
std::vector<UCHAR> bus_minors;

NTSTATUS NTAPI watch_bus(PDEVICE_OBJECT device, PIRP irp)
{
    bus_minors.push_back(IoGetCurrentIrpStackLocation(irp)->MinorFunction);
    return bus_dispatch(device, irp);
}

class Reports : public InBothModes {
protected:
    Reports()
    {
        function.name = u"function";
        function.add_device = [this](Driver &own, PDEVICE_OBJECT device) {
            physical = device;
            return own.attach(device);
        };
        EXPECT_EQ(pc.load(function), STATUS_SUCCESS);
        EXPECT_EQ(pc.plug_in({&function}, &node), STATUS_SUCCESS);
        pc.call([this] { top = IoGetAttachedDevice(physical); });
    }
    ~Reports() override { pc.release(node); }

    void watch_the_bus()
    {
        bus_minors.clear();
        bus_dispatch = std::exchange(physical->DriverObject->MajorFunction[IRP_MJ_PNP], watch_bus);
    }

    Driver function;
    pnp::DevNode *node = nullptr;
    PDEVICE_OBJECT physical = nullptr, top = nullptr;
};

TEST_P(Reports, AreOfPhysicalDevicesOnly)
{
    OPENKMDF_TESTS(IoRegisterDeviceInterface, IoGetDeviceInterfaces, IoGetDeviceInterfaceAlias);
    in_kernel([&] {
        UNICODE_STRING name = {}, reference = io::counted(u"a/b");
        EXPECT_EQ(IoRegisterDeviceInterface(top, &kClass, nullptr, &name),
                  STATUS_INVALID_DEVICE_REQUEST);
        EXPECT_EQ(IoRegisterDeviceInterface(physical, &kClass, &reference, &name),
                  STATUS_INVALID_DEVICE_REQUEST);
        PZZWSTR list = nullptr;
        EXPECT_EQ(IoGetDeviceInterfaces(&kClass, top, 0, &list), STATUS_INVALID_DEVICE_REQUEST);
        UNICODE_STRING nothing = io::counted(u"\\??\\nothing");
        EXPECT_EQ(IoGetDeviceInterfaceAlias(&nothing, &kClass, &name), STATUS_INVALID_HANDLE);
    });
}

struct Heard {
    int changes = 0, finished = 0;
};

TEST_P(Reports, OfCustomChangesReachWhoRegistered)
{
    OPENKMDF_TESTS(IoReportTargetDeviceChange, IoReportTargetDeviceChangeAsynchronous,
                   IoRegisterPlugPlayNotification, IoUnregisterPlugPlayNotification);
    std::u16string link;
    in_kernel([&] {
        UNICODE_STRING name = {};
        EXPECT_EQ(IoRegisterDeviceInterface(physical, &kClass, nullptr, &name), STATUS_SUCCESS);
        EXPECT_EQ(IoSetDeviceInterfaceState(&name, TRUE), STATUS_SUCCESS);
        link.assign(io::view(name));
        RtlFreeUnicodeString(&name);
    });
    PFILE_OBJECT file;
    ASSERT_EQ(pc.open(link, &file), STATUS_SUCCESS);
    in_kernel([&] {
        Heard heard;
        PVOID entry = nullptr;
        auto hear = [](PVOID structure, PVOID context) __attribute__((ms_abi))
        {
            auto *custom = static_cast<PTARGET_DEVICE_CUSTOM_NOTIFICATION>(structure);
            EXPECT_EQ(std::memcmp(&custom->Event, &kOther, sizeof kOther), 0);
            EXPECT_NE(custom->FileObject, nullptr);
            ++static_cast<Heard *>(context)->changes;
            return NTSTATUS{STATUS_SUCCESS};
        };
        auto finish = [](PVOID context) __attribute__((ms_abi))
        {
            ++static_cast<Heard *>(context)->finished;
        };
        EXPECT_FALSE(NT_SUCCESS(IoRegisterPlugPlayNotification(
            EventCategoryReserved, 0, file, function.object, hear, &heard, &entry)));
        EXPECT_EQ(IoRegisterPlugPlayNotification(EventCategoryTargetDeviceChange, 0, file,
                                                 function.object, hear, &heard, &entry),
                  STATUS_SUCCESS);
        auto report = [&](const GUID &event) {
            TARGET_DEVICE_CUSTOM_NOTIFICATION custom = {1, sizeof custom, event, nullptr, 0, {}};
            const NTSTATUS status = IoReportTargetDeviceChange(physical, &custom);
            const NTSTATUS later =
                IoReportTargetDeviceChangeAsynchronous(physical, &custom, finish, &heard);
            EXPECT_EQ(NT_SUCCESS(status), NT_SUCCESS(later));
            pc.kernel().pnp->drain();
            return status;
        };
        for (const GUID &event :
             {GUID_TARGET_DEVICE_QUERY_REMOVE, GUID_TARGET_DEVICE_REMOVE_CANCELLED,
              GUID_TARGET_DEVICE_REMOVE_COMPLETE})
            EXPECT_EQ(report(event), STATUS_INVALID_DEVICE_REQUEST);
        EXPECT_EQ(heard.changes + heard.finished, 0);
        EXPECT_EQ(report(kOther), STATUS_SUCCESS);
        EXPECT_EQ(heard.changes, 2);
        EXPECT_EQ(heard.finished, 1);
        EXPECT_EQ(IoUnregisterPlugPlayNotification(entry), STATUS_SUCCESS);
        EXPECT_EQ(report(kOther), STATUS_SUCCESS);
        EXPECT_EQ(heard.changes, 2);
        EXPECT_EQ(heard.finished, 2);
    });
    pc.close(file);
}

// --- Ejection ------------------------------------------------------------------------------------

TEST_P(Reports, OfAnEjectionReachTheBus)
{
    OPENKMDF_TESTS(IoRequestDeviceEject);
    watch_the_bus();
    node->capabilities.EjectSupported = 1;
    in_kernel([&] {
        KIRQL irql = KeRaiseIrqlToDpcLevel();
        IoRequestDeviceEject(physical);
        KeLowerIrql(irql);
        pc.kernel().pnp->drain();
    });
    EXPECT_EQ(node->state, pnp::NodeState::Removed);
    std::erase_if(bus_minors, [](UCHAR minor) {
        return minor != IRP_MN_QUERY_REMOVE_DEVICE && minor != IRP_MN_REMOVE_DEVICE &&
               minor != IRP_MN_EJECT;
    });
    ASSERT_GE(bus_minors.size(), 3u);
    EXPECT_EQ(std::vector(bus_minors.begin(), bus_minors.begin() + 3),
              (std::vector<UCHAR>{IRP_MN_QUERY_REMOVE_DEVICE, IRP_MN_REMOVE_DEVICE, IRP_MN_EJECT}));
}

TEST_P(Reports, TellHowAnEjectionEnded)
{
    OPENKMDF_TESTS(IoRequestDeviceEjectEx);
    static NTSTATUS ended;
    bool refuses = true;
    watch_the_bus();
    function.on[IRP_MJ_PNP] = [&](PDEVICE_OBJECT own, PIRP irp) {
        if (refuses &&
            IoGetCurrentIrpStackLocation(irp)->MinorFunction == IRP_MN_QUERY_REMOVE_DEVICE)
            return complete(irp, STATUS_UNSUCCESSFUL);
        return default_pnp(own, irp);
    };
    auto done = [](NTSTATUS status, PVOID context) __attribute__((ms_abi))
    {
        EXPECT_EQ(context, &ended);
        ended = status;
    };
    in_kernel([&] {
        EXPECT_FALSE(NT_SUCCESS(IoRequestDeviceEjectEx(top, done, &ended, function.object)));
        for (refuses = true;; refuses = false) {
            ended = STATUS_PENDING;
            EXPECT_EQ(IoRequestDeviceEjectEx(physical, done, &ended, function.object),
                      STATUS_SUCCESS);
            pc.kernel().pnp->drain();
            EXPECT_EQ(ended, refuses ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS);
            EXPECT_EQ(node->state, refuses ? pnp::NodeState::Started : pnp::NodeState::Removed);
            if (!refuses) break;
        }
    });
    // What cannot be ejected is only removed.
    EXPECT_EQ(std::ranges::count(bus_minors, UCHAR{IRP_MN_REMOVE_DEVICE}), 1);
    EXPECT_EQ(std::ranges::count(bus_minors, UCHAR{IRP_MN_EJECT}), 0);
}

// A boot driver's routine; it registers itself again twice.
void NTAPI initialize_again(PDRIVER_OBJECT object, PVOID context, ULONG count)
{
    EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    static_cast<Log *>(context)->push_back("again " + std::to_string(count));
    if (count < 3) IoRegisterBootDriverReinitialization(object, initialize_again, context);
}

TEST_P(Reports, OfBootDriversComeWhenTheyAsk)
{
    OPENKMDF_TESTS(IoRegisterBootDriverReinitialization);
    Driver boot;
    boot.name = u"boot";
    boot.entry = [&](Driver &own) {
        IoRegisterBootDriverReinitialization(own.object, initialize_again, &log);
        log.push_back("entry");
        return STATUS_SUCCESS;
    };
    ASSERT_EQ(pc.load(boot), STATUS_SUCCESS);
    EXPECT_EQ(log, (Log{"entry", "again 1", "again 2", "again 3"}));
}

TEST_P(Reports, OfPowerComeOneAtATimeWhateverTheDriverSays)
{
    OPENKMDF_TESTS(PoStartNextPowerIrp, PoCallDriver, PoSetPowerState);
    std::vector<PIRP> held;
    function.on[IRP_MJ_POWER] = [&](PDEVICE_OBJECT, PIRP irp) {
        IoMarkIrpPending(irp);
        held.push_back(irp);
        return STATUS_PENDING;
    };
    in_kernel([&] {
        POWER_STATE state;
        for (DEVICE_POWER_STATE wanted : {PowerDeviceD2, PowerDeviceD1}) {
            state.DeviceState = wanted;
            EXPECT_EQ(
                PoRequestPowerIrp(physical, IRP_MN_SET_POWER, state, nullptr, nullptr, nullptr),
                STATUS_PENDING);
        }
        for (std::size_t i = 0; i < 2; ++i) {
            PoStartNextPowerIrp(held[i]);
            ASSERT_EQ(held.size(), i + 1);
            IoSkipCurrentIrpStackLocation(held[i]);
            EXPECT_EQ(PoCallDriver(physical, held[i]), STATUS_SUCCESS);
        }
        ASSERT_EQ(held.size(), 2u);
        // The bus set what it was told last.
        state.DeviceState = PowerDeviceD0;
        EXPECT_EQ(PoSetPowerState(physical, DevicePowerState, state).DeviceState, PowerDeviceD1);
        EXPECT_EQ(PoSetPowerState(physical, DevicePowerState, state).DeviceState, PowerDeviceD0);
    });
}

OPENKMDF_IN_BOTH_MODES(Reports);

}  // namespace

}  // namespace openkmdf::executive::test
