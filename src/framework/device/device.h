#pragma once

#include "framework/object/object.h"
#include "framework/sync/callback_lock.h"

#include <ntddk.h>
#include <wdf.h>

#include <cstdint>

// A framework device object: one place in a device stack. Routing of I/O lives here because every
// request passes it; PnP and power live in pnp/, configuration in device_init.h.

namespace openkmdf::framework {

struct Queue;
struct FileObject;
struct PnpState;         // pnp/: the state machines and their callbacks
struct PreprocessEntry;  // device_init.h
struct IoTarget;

enum class DeviceRole : std::uint8_t { Function, Filter, Bus /* PDO */, Control };

// Why an IRP leaves the short path; none set for most devices.
enum DeviceRoute : std::uint32_t {
    kRoutePreprocess = 1,         // EvtDeviceWdmIrpPreprocess is registered for some major code
    kRouteInCallerContext = 2,    // EvtIoInCallerContext
    kRouteDispatchCallbacks = 4,  // WdfDeviceConfigureWdmIrpDispatchCallback
    kRouteRemoved = 8,            // the device is gone: requests fail
    kRouteForwardProgress = 32,   // a queue keeps a reserve of requests
    kRoutePassUnhandled = 16,     // a filter whose default queue has no handler for some types
    kRouteRemoveLock = 64,        // all IRPs hold the remove lock: device/remove_lock.h
    kRouteGone = 128,             // only the WDM device is left, which somebody references
};

// Request types with a queue each.
enum class RouteType : std::uint8_t {
    Read,
    Write,
    DeviceControl,
    InternalDeviceControl,
    Create,
    Count
};

struct Device : Object {
    static const TypeInfo kInfo;

    // --- The I/O path; constant once the device takes requests -----------------------------------
    std::uint32_t route = 0;  // DeviceRoute
    DeviceRole role = DeviceRole::Function;
    bool uses_file_objects = false;
    Queue *default_queue = nullptr;
    Queue *queues[static_cast<int>(RouteType::Count)] =
        {};  // configured for the type; null: default
    PDEVICE_OBJECT wdm = nullptr;
    PDEVICE_OBJECT lower =
        nullptr;  // the device below in the stack; null for PDO and control devices
    PDEVICE_OBJECT physical = nullptr;
    CallbackLock *scope_lock = nullptr;  // SynchronizationScope Device
    PFN_WDF_IO_IN_CALLER_CONTEXT evt_io_in_caller_context = nullptr;
    PreprocessEntry *preprocess = nullptr;
    CCHAR priority_boost = IO_NO_INCREMENT;

    // Attributes of the requests that the framework makes for this device; Size 0: none.
    WDF_OBJECT_ATTRIBUTES request_attributes = {};
    std::size_t request_context_size = 0;  // context_block_size of them

    // --- Queues: every queue of the device, for power and removal --------------------------------
    scheduler::InternalLock queue_lock;
    Queue *first_queue = nullptr;  // guarded by queue_lock; through Queue::next_of_device
    // QueueGate bits that a new queue starts with: not started yet; for power-managed ones, not in
    // D0.
    std::uint32_t starting_gate = 8;
    std::uint32_t power_gate = 4;

    // --- File objects ----------------------------------------------------------------------------
    WDF_FILEOBJECT_CONFIG file_config = {};
    WDF_OBJECT_ATTRIBUTES file_attributes = {};

    // --- PnP, power, naming: owned by the device and pnp folders ---------------------------------
    PnpState *pnp = nullptr;
    IoTarget *default_target = nullptr;
    WDF_DEVICE_IO_TYPE read_write_io = WdfDeviceIoBuffered;
    UNICODE_STRING name = {};  // "\Device\..." as created, empty: none
    UNICODE_STRING symbolic_link = {};
    bool is_exclusive = false;
    struct DeviceDetails *details =
        nullptr;  // device/device_details.h: what the I/O path never reads
};

// The framework's device behind a WDM one that the framework created.
inline Device *device_of(PDEVICE_OBJECT wdm)
{
    return *static_cast<Device **>(wdm->DeviceExtension);
}

}  // namespace openkmdf::framework
