#include "executive/pnp/notification.h"

#include "executive/ke/driver_call.h"
#include "executive/ob/object_manager.h"
#include "executive/pnp/event.h"

#include <cstring>
#include <wdmguid.h>

// Who hears of interfaces that come and go, and of what happens to a device that has files open.

namespace openkmdf::executive {

using pnp::DevNode;
using pnp::Notification;

namespace {

NTSTATUS call(Notification &entry, void *structure)
{
    return ke::call_driver(ke::DriverRoutine::Notification, entry.callback, structure,
                           entry.context);
}

bool same_guid(const GUID &a, const GUID &b)
{
    return !std::memcmp(&a, &b, sizeof a);
}

void drop(Notification *entry)
{
    if (entry->node) pnp_manager().release(*entry->node);
    ObDereferenceObject(entry->driver);
    kernel().arena->drop(entry);
}

// The next registration behind `after` that fits, kept alive by a call count.
template <class Fits>
Notification *next_fitting(PnpManager &pnp, Notification *after, Fits fits)
{
    Notification *gone = nullptr;
    Notification *found = nullptr;
    {
        scheduler::InternalGuard guard(pnp.list_lock);
        for (Notification *entry = after ? after->next : pnp.notifications; entry;
             entry = entry->next) {
            if (entry->is_gone || !fits(*entry)) continue;
            ++entry->calls;
            found = entry;
            break;
        }
        if (after && --after->calls == 0 && after->is_gone) {
            Notification **link = &pnp.notifications;
            while (*link != after) link = &(*link)->next;
            *link = after->next;
            gone = after;
        }
    }
    if (gone) drop(gone);
    return found;
}

// Takes it out of the list now, or when its last running call returns.
void unregister(PnpManager &pnp, Notification *entry)
{
    {
        scheduler::InternalGuard guard(pnp.list_lock);
        entry->is_gone = true;
        if (entry->calls) return;
        Notification **link = &pnp.notifications;
        while (*link && *link != entry) link = &(*link)->next;
        if (!*link) return;
        *link = entry->next;
    }
    drop(entry);
}

void announce(Notification &entry, const pnp::Interface &which, bool arrival)
{
    UNICODE_STRING name = io::counted(which.name.view());
    DEVICE_INTERFACE_CHANGE_NOTIFICATION structure = {};
    structure.Version = 1;
    structure.Size = sizeof structure;
    structure.Event = arrival ? GUID_DEVICE_INTERFACE_ARRIVAL : GUID_DEVICE_INTERFACE_REMOVAL;
    structure.InterfaceClassGuid = which.class_guid;
    structure.SymbolicLinkName = &name;
    call(entry, &structure);
}

NTSTATUS fill_entry(Notification &entry, IO_NOTIFICATION_EVENT_CATEGORY category, PVOID data)
{
    switch (category) {
    case EventCategoryHardwareProfileChange:
        return data ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
    case EventCategoryDeviceInterfaceChange:
        if (!data) return STATUS_INVALID_PARAMETER;
        entry.class_guid = *static_cast<const GUID *>(data);
        return STATUS_SUCCESS;
    case EventCategoryTargetDeviceChange: {
        auto *file = static_cast<PFILE_OBJECT>(data);
        if (!file || !file->DeviceObject) return STATUS_INVALID_PARAMETER;
        PDEVICE_OBJECT base = IoGetDeviceAttachmentBaseRef(file->DeviceObject);
        entry.node = PnpManager::node_of(base);
        ObDereferenceObject(base);
        if (!entry.node) return STATUS_NO_SUCH_DEVICE;
        pnp_manager().reference(*entry.node);
        entry.file = file;
        return STATUS_SUCCESS;
    }
    default:
        return STATUS_NOT_SUPPORTED;
    }
}

void announce_existing(PnpManager &pnp, Notification &entry)
{
    for (pnp::Interface *which = pnp.interfaces; which; which = which->next)
        if (which->is_enabled && which->was_announced &&
            same_guid(which->class_guid, entry.class_guid))
            announce(entry, *which, true);
}

}  // namespace

void PnpManager::notify_interface(const pnp::Interface &which, bool arrival)
{
    auto fits = [&](const Notification &entry) {
        return entry.category == EventCategoryDeviceInterfaceChange &&
               same_guid(entry.class_guid, which.class_guid);
    };
    for (Notification *entry = next_fitting(*this, nullptr, fits); entry;
         entry = next_fitting(*this, entry, fits))
        announce(*entry, which, arrival);
}

bool PnpManager::notify_target(DevNode &node, const GUID &event)
{
    // Who opens the device again when it hears of the event, and registers anew, has heard of it.
    const std::uint64_t last = __atomic_load_n(&next_notification, __ATOMIC_RELAXED);
    auto fits = [&](const Notification &entry) {
        return entry.category == EventCategoryTargetDeviceChange && entry.node == &node &&
               entry.ordinal < last;
    };
    bool agreed = true;
    for (Notification *entry = next_fitting(*this, nullptr, fits); entry;
         entry = next_fitting(*this, entry, fits)) {
        TARGET_DEVICE_REMOVAL_NOTIFICATION structure = {1, sizeof structure, event, entry->file};
        if (agreed && !NT_SUCCESS(call(*entry, &structure)) &&
            same_guid(event, GUID_TARGET_DEVICE_QUERY_REMOVE))
            agreed = false;
    }
    return agreed;
}

void PnpManager::notify_custom(pnp::Event &event)
{
    auto *structure = static_cast<PTARGET_DEVICE_CUSTOM_NOTIFICATION>(event.structure);
    auto fits = [&](const Notification &entry) {
        return entry.category == EventCategoryTargetDeviceChange && entry.node == event.node;
    };
    for (Notification *entry = next_fitting(*this, nullptr, fits); entry;
         entry = next_fitting(*this, entry, fits)) {
        structure->FileObject = entry->file;
        call(*entry, structure);
    }
    structure->FileObject = nullptr;
    if (event.changed) event.changed(event.context);
    ExFreePool(event.structure);
}

std::uint32_t PnpManager::stop_notifications(PDRIVER_OBJECT driver)
{
    std::uint32_t count = 0;
    for (;;) {
        Notification *found = nullptr;
        {
            scheduler::InternalGuard guard(list_lock);
            for (Notification *entry = notifications; entry && !found; entry = entry->next)
                if (entry->driver == driver && !entry->is_gone) found = entry;
        }
        if (!found) return count;
        unregister(*this, found);
        ++count;
    }
}

namespace {

NTSTATUS copy_custom(PVOID notification, void **copy)
{
    auto *structure = static_cast<PTARGET_DEVICE_CUSTOM_NOTIFICATION>(notification);
    for (const GUID *system :
         {&GUID_TARGET_DEVICE_QUERY_REMOVE, &GUID_TARGET_DEVICE_REMOVE_CANCELLED,
          &GUID_TARGET_DEVICE_REMOVE_COMPLETE})
        if (same_guid(structure->Event, *system)) return STATUS_INVALID_DEVICE_REQUEST;
    if (structure->FileObject || structure->Size < sizeof(PLUGPLAY_NOTIFICATION_HEADER))
        return STATUS_INVALID_PARAMETER;
    constexpr std::size_t kLeast = sizeof(TARGET_DEVICE_CUSTOM_NOTIFICATION);
    *copy = ExAllocatePoolWithTag(NonPagedPoolNx,
                                  structure->Size < kLeast ? kLeast : structure->Size, 'fNnP');
    if (!*copy) return STATUS_INSUFFICIENT_RESOURCES;
    std::memcpy(*copy, structure, structure->Size);
    return STATUS_SUCCESS;
}

}  // namespace

extern "C" {

NTSTATUS NTAPI IoRegisterPlugPlayNotification(IO_NOTIFICATION_EVENT_CATEGORY EventCategory,
                                              ULONG EventCategoryFlags, PVOID EventCategoryData,
                                              PDRIVER_OBJECT DriverObject,
                                              PDRIVER_NOTIFICATION_CALLBACK_ROUTINE CallbackRoutine,
                                              PVOID Context, PVOID *NotificationEntry)
{
    *NotificationEntry = nullptr;
    PnpManager &pnp = pnp_manager();
    Notification *entry =
        kernel().arena->allocation_fails() ? nullptr : kernel().arena->make<Notification>();
    if (!entry) return STATUS_INSUFFICIENT_RESOURCES;
    entry->category = EventCategory;
    entry->callback = CallbackRoutine;
    entry->context = Context;
    NTSTATUS status = fill_entry(*entry, EventCategory, EventCategoryData);
    if (!NT_SUCCESS(status)) {
        kernel().arena->drop(entry);
        return status;
    }
    ObReferenceObject(DriverObject);
    entry->driver = DriverObject;
    {
        scheduler::InternalGuard guard(pnp.list_lock);
        entry->ordinal = pnp.next_notification++;
        Notification **link = &pnp.notifications;
        while (*link) link = &(*link)->next;
        *link = entry;
    }
    *NotificationEntry = entry;
    if (EventCategory == EventCategoryDeviceInterfaceChange &&
        (EventCategoryFlags & PNPNOTIFY_DEVICE_INTERFACE_INCLUDE_EXISTING_INTERFACES))
        announce_existing(pnp, *entry);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI IoUnregisterPlugPlayNotification(PVOID NotificationEntry)
{
    unregister(pnp_manager(), static_cast<Notification *>(NotificationEntry));
    return STATUS_SUCCESS;
}

// This one promises that no call is running when it returns.
NTSTATUS NTAPI IoUnregisterPlugPlayNotificationEx(PVOID NotificationEntry)
{
    unregister(pnp_manager(), static_cast<Notification *>(NotificationEntry));
    pnp_manager().drain();
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI IoReportTargetDeviceChange(PDEVICE_OBJECT PhysicalDeviceObject,
                                          PVOID NotificationStructure)
{
    DevNode *node = PnpManager::node_of(PhysicalDeviceObject);
    if (!node) return STATUS_INVALID_DEVICE_REQUEST;
    pnp::Event event;
    event.node = node;
    NTSTATUS status = copy_custom(NotificationStructure, &event.structure);
    if (NT_SUCCESS(status)) pnp_manager().notify_custom(event);
    return status;
}

NTSTATUS NTAPI IoReportTargetDeviceChangeAsynchronous(PDEVICE_OBJECT PhysicalDeviceObject,
                                                      PVOID NotificationStructure,
                                                      PDEVICE_CHANGE_COMPLETE_CALLBACK Callback,
                                                      PVOID Context)
{
    PnpManager &pnp = pnp_manager();
    DevNode *node = PnpManager::node_of(PhysicalDeviceObject);
    if (!node) return STATUS_INVALID_DEVICE_REQUEST;
    void *copy;
    NTSTATUS status = copy_custom(NotificationStructure, &copy);
    if (!NT_SUCCESS(status)) return status;
    pnp::Event *event = pnp.make_event();
    if (!event) {
        ExFreePool(copy);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    pnp.reference(*node);
    event->kind = pnp::EventKind::TargetChange;
    event->node = node;
    event->structure = copy;
    event->changed = Callback;
    event->context = Context;
    pnp.queue(event);
    return STATUS_PENDING;
}

}  // extern "C"

}  // namespace openkmdf::executive
