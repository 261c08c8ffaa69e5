#pragma once

#include "framework/device/device.h"

#include <ntddk.h>
#include <wdf.h>

// Driver-defined interfaces: what drivers of a stack give each other through
// IRP_MN_QUERY_INTERFACE.

namespace openkmdf::framework {

struct PnpState;

// One that the driver offers; the structure that it copies out follows, `size` bytes.
struct OfferedInterface {
    OfferedInterface *next = nullptr;
    GUID type = {};
    USHORT size = 0;  // 0: the driver gave no structure
    USHORT version = 0;
    bool is_two_way = false;
    PFN_WDF_DEVICE_PROCESS_QUERY_INTERFACE_REQUEST evt_process = nullptr;

    PINTERFACE structure() { return reinterpret_cast<PINTERFACE>(this + 1); }
};

// WdfDeviceAddQueryInterface.
NTSTATUS offer_interface(Device &device, const WDF_QUERY_INTERFACE_CONFIG &config);
void forget_offered_interfaces(Device &device);

NTSTATUS answer_interface_query(PnpState &state, PIRP irp);

}  // namespace openkmdf::framework
