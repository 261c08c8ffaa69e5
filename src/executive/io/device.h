#pragma once

#include "executive/io/io_manager.h"

#include <ntddk.h>

#include <cstdint>
#include <string_view>

// What the I/O manager keeps of a device and of a driver behind the structures that drivers see.

namespace openkmdf::executive {

namespace pnp {
struct DevNode;
}

namespace io {

// DeviceExtra::flags; guarded by IoManager::device_lock.
enum DeviceFlags : std::uint32_t {
    kDeviceDeletePending = 1,  // IoDeleteDevice was called
    kDeviceDeleted = 2,        // and nothing holds the device any more
    kDeviceUnloadPending = 4,  // its driver goes with the last file
    kDeviceRemovePending = 8,  // the PnP manager is removing its stack
    kDeviceStartPending = 16,  // its stack has not been started yet
    kDevicePhysical = 32,      // was reported by a bus
};
// Each of them makes an open fail.
inline constexpr std::uint32_t kDeviceClosed =
    kDeviceDeletePending | kDeviceUnloadPending | kDeviceRemovePending | kDeviceStartPending;

// Behind a device object and its driver's extension; DEVICE_OBJECT::DeviceObjectExtension points
// here.
struct DeviceExtra {
    DEVOBJ_EXTENSION published;
    std::uint32_t flags;
    PDEVICE_OBJECT attached_to;  // guarded by IoManager::device_lock
    pnp::DevNode *node;          // of a physical device object
    PDRIVER_OBJECT driver;       // referenced until the device is deleted
    POWER_STATE system_power;
    POWER_STATE device_power;
    bool in_shutdown_list;
    bool defers_start_io;  // IoSetStartIoAttributes
    bool start_io_not_cancelable;
    LONG start_io_depth;
    ULONG start_io_key;
    bool start_io_keyed;
    bool start_io_wanted;
};

inline DeviceExtra &extra_of(PDEVICE_OBJECT device)
{
    return *reinterpret_cast<DeviceExtra *>(device->DeviceObjectExtension);
}

// What IoAllocateDriverObjectExtension made; the driver's memory follows.
struct DriverClient {
    DriverClient *next;
    void *id;
    std::size_t size;
};

struct Reinitialization {
    Reinitialization *next;
    PDRIVER_REINITIALIZE routine;
    void *context;
};

// Behind a driver object. DRIVER_OBJECT::DriverExtension points here.
struct DriverExtra {
    DRIVER_EXTENSION published;
    PDRIVER_OBJECT driver;
    DriverClient *clients;           // guarded by IoManager::device_lock
    Reinitialization *reinitialize;  // in order; only its initialization adds
    UNICODE_STRING hardware_database;
    UNICODE_STRING registry_path;  // "\Registry\Machine\System\CurrentControlSet\Services\echo"
    std::uint32_t device_count;    // guarded by IoManager::device_lock
    std::uint32_t node_count;      // device nodes whose stacks it is in; guarded by the PnP lock
};

inline DriverExtra &extra_of(PDRIVER_OBJECT driver)
{
    return *reinterpret_cast<DriverExtra *>(driver->DriverExtension);
}

inline std::u16string_view view(const UNICODE_STRING &text)
{
    return {text.Buffer, text.Length / sizeof(WCHAR)};
}

inline UNICODE_STRING counted(std::u16string_view text)
{
    const auto bytes = static_cast<USHORT>(text.size() * sizeof(WCHAR));
    return {bytes, bytes, const_cast<PWCH>(text.data())};
}

// Whether an open of the device may go on; counts it if so. Lifted by release_device. An exclusive
// device takes more files only relative to the first.
NTSTATUS claim_device(PDEVICE_OBJECT device, bool is_relative);
void release_device(PDEVICE_OBJECT device);

// Every major function of a driver that set no routine for it.
DRIVER_DISPATCH invalid_device_request;

// ASCII text of names for traces; not terminated. Returns the number of characters.
std::size_t narrow(std::u16string_view text, char *buffer, std::size_t size);

}  // namespace io
}  // namespace openkmdf::executive
