#pragma once

#include "framework/device/device_init.h"
#include "framework/device/related_devices.h"

#include <ntddk.h>
#include <wdf.h>

// What the I/O path of a device never reads.

namespace openkmdf::framework {

struct DeviceInterface {
    DeviceInterface *next = nullptr;
    GUID type = {};
    UNICODE_STRING reference = {};  // owned
    UNICODE_STRING link = {};  // from IoRegisterDeviceInterface; freed with RtlFreeUnicodeString
    bool enabled = false;
    bool auto_enable = true;  // enabled by the framework at start
};

// EvtDeviceWdmIrpDispatch for one major code.
struct WdmDispatch {
    PFN_WDFDEVICE_WDM_IRP_DISPATCH callback = nullptr;
    WDFCONTEXT context = nullptr;
};

struct DeviceDetails {
    DeviceSettings settings;
    WdmDispatch dispatch[4];       // see dispatch_of
    scheduler::InternalLock lock;  // guards the lists below
    DeviceInterface *interfaces = nullptr;
    struct OfferedInterface *offered = nullptr;  // pnp/query_interface.h
    IO_REMOVE_LOCK remove_lock = {};             // device/remove_lock.h
    bool interfaces_enabled = false;             // the device was started and is not removed
    FileObject *files = nullptr;
    RelatedList removal_relations = nullptr;  // PDOs that have to be removed with this device
    RelatedList usage_dependents = nullptr;   // devices that hear of special files before this one
    bool control_finished = false;            // WdfControlFinishInitializing
    ULONG alignment = 0;
    WDF_DEVICE_PNP_CAPABILITIES pnp_capabilities = {};
    bool has_pnp_capabilities = false;
    WDF_DEVICE_POWER_CAPABILITIES power_capabilities = {};
    bool has_power_capabilities = false;
    WDF_DEVICE_STATE device_state = {};
    UNICODE_STRING mof_resource = {};  // owned
    // Null for major codes that the framework does not let a driver dispatch.
    WdmDispatch *dispatch_of(std::uint8_t major)
    {
        switch (major) {
        case IRP_MJ_READ:
            return &dispatch[0];
        case IRP_MJ_WRITE:
            return &dispatch[1];
        case IRP_MJ_DEVICE_CONTROL:
            return &dispatch[2];
        case IRP_MJ_INTERNAL_DEVICE_CONTROL:
            return &dispatch[3];
        default:
            return nullptr;
        }
    }
    std::uint32_t not_stoppable =
        0;  // atomic: calls of WdfDeviceSetStaticStopRemove(FALSE), less those with TRUE
};

NTSTATUS create_interface(Device &device, const GUID &type, const UNICODE_STRING *reference);
DeviceInterface *find_interface(Device &device, const GUID &type, const UNICODE_STRING *reference);
void set_interface_state(Device &device, const GUID &type, const UNICODE_STRING *reference,
                         bool enable);
// The interfaces of a device that starts (auto-enabled ones) or goes away. PASSIVE_LEVEL.
void enable_interfaces(Device &device);
void disable_interfaces(Device &device);
void release_interfaces(Device &device);

}  // namespace openkmdf::framework
