#pragma once

#include "framework/device/device.h"

#include <ntddk.h>

// Lists of WDM devices that a driver relates to its own: those that go with it, and those that its
// special files need. The lists are DeviceDetails' and guarded by its lock; a device stands in a
// list once.

namespace openkmdf::framework {

struct RelatedDevice {
    RelatedDevice *next = nullptr;
    PDEVICE_OBJECT wdm = nullptr;  // referenced
};

using RelatedList = RelatedDevice *;

NTSTATUS add_related(Device &device, RelatedList &list, PDEVICE_OBJECT wdm);
void remove_related(Device &device, RelatedList &list, PDEVICE_OBJECT wdm);
void clear_related(Device &device, RelatedList &list);
// Referenced; nullptr: there are not so many.
PDEVICE_OBJECT reference_related(Device &device, const RelatedList &list, ULONG index);

// IRP_MN_QUERY_DEVICE_RELATIONS for removal: puts them behind what the upper drivers reported.
NTSTATUS report_removal_relations(Device &device, PIRP irp);

}  // namespace openkmdf::framework
