#pragma once

#include "framework/device/device.h"
#include "framework/object/object.h"

#include <ntddk.h>
#include <wdf.h>

// WDFIOTARGET: where a driver sends requests to. A device above others has a local target, the next
// lower device of its stack; the driver makes remote ones and opens them.

namespace openkmdf::framework {

struct TargetIo;
struct RemoteTarget;

struct IoTarget : Object {
    static const TypeInfo kInfo;

    Device *device = nullptr;
    // Null while the target is closed. Changed only when no request is in the target.
    PDEVICE_OBJECT target = nullptr;
    PFILE_OBJECT file = nullptr;  // in every request that the driver makes for a remote target
    bool is_local = true;
    TargetIo *io = nullptr;          // target/target_io.h
    RemoteTarget *remote = nullptr;  // target/remote_target.h; null: local
};

// Child of the device, started; nullptr: out of memory.
IoTarget *create_local_target(Device &device);
// The device is removed: requests of the driver's own that are still below come back cancelled.
void remove_local_target(Device &device);

// WdfIoTargetCreate.
NTSTATUS create_remote_target(Device &device, const WDF_OBJECT_ATTRIBUTES *attributes,
                              IoTarget **target);

// Sends IRP_MN_QUERY_INTERFACE to a device and waits.
NTSTATUS query_interface(PDEVICE_OBJECT device, const GUID &type, PINTERFACE interface, USHORT size,
                         USHORT version, PVOID specific);

inline WDFIOTARGET target_handle(const IoTarget &target)
{
    return static_cast<WDFIOTARGET>(handle_of(&target));
}

}  // namespace openkmdf::framework
