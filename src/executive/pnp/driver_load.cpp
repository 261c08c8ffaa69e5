#include "executive/pnp/pnp_manager.h"

#include "executive/ke/driver_call.h"
#include "executive/ob/directory.h"
#include "executive/ob/object_manager.h"
#include "executive/tracer.h"

#include <cstdio>
#include <cstring>

// Drivers come and go.

namespace openkmdf::executive {

namespace {

NTSTATUS set_number(HANDLE key, std::u16string_view name, ULONG value)
{
    UNICODE_STRING text = io::counted(name);
    return ZwSetValueKey(key, &text, 0, REG_DWORD, &value, sizeof value);
}

void note_driver(Kernel &kernel, const char *what, PDRIVER_OBJECT driver, NTSTATUS status)
{
    if (!kernel.observe) return;
    char text[160];
    std::size_t length = static_cast<std::size_t>(std::snprintf(text, sizeof text, "%s ", what));
    length += io::narrow(io::view(driver->DriverExtension->ServiceKeyName), text + length,
                         sizeof text - length);
    kernel.tracer->note({text, length}, ob::trace_name(driver), status);
}

void add_leftover(pnp::UnloadReport &report, pnp::Leftover::Kind kind, std::u16string_view name,
                  std::uint32_t count = 1)
{
    if (report.count < pnp::UnloadReport::kMost) {
        pnp::Leftover &entry = report.leftovers[report.count];
        entry.kind = kind;
        entry.count = count;
        entry.name[io::narrow(name, entry.name, sizeof entry.name - 1)] = 0;
    }
    ++report.count;
}

}  // namespace

NTSTATUS PnpManager::create_service_key(const pnp::LoadRequest &request, PDRIVER_OBJECT driver)
{
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, &io::extra_of(driver).registry_path,
                               OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, nullptr, nullptr);
    HANDLE key;
    ULONG disposition = 0;
    NTSTATUS status = ZwCreateKey(&key, KEY_ALL_ACCESS, &attributes, 0, nullptr,
                                  REG_OPTION_NON_VOLATILE, &disposition);
    if (!NT_SUCCESS(status)) return status;
    // A key that is there already was prepared for this driver.
    if (disposition == REG_CREATED_NEW_KEY) {
        status = set_number(key, u"Type", 1 /* kernel driver */);
        if (NT_SUCCESS(status)) status = set_number(key, u"Start", 3 /* on demand */);
        if (NT_SUCCESS(status)) status = set_number(key, u"ErrorControl", 1);
        pnp::Text path;
        const bool has_path = request.image_path.empty()
                                  ? path.assign(u"\\SystemRoot\\System32\\drivers\\") &&
                                        path.append(request.name) && path.append(u".sys")
                                  : path.assign(request.image_path);
        if (!has_path) status = STATUS_INSUFFICIENT_RESOURCES;
        UNICODE_STRING name = io::counted(u"ImagePath");
        if (NT_SUCCESS(status))
            status = ZwSetValueKey(key, &name, 0, REG_EXPAND_SZ, path.data,
                                   static_cast<ULONG>((path.length + 1) * sizeof(char16_t)));
        path.clear();
    }
    ZwClose(key);
    return status;
}

NTSTATUS PnpManager::load_driver(const pnp::LoadRequest &request, PDRIVER_OBJECT *loaded)
{
    *loaded = nullptr;
    Operation operation(*this);
    PDRIVER_OBJECT driver;
    NTSTATUS status = kernel_.io->create_driver(request.name, &driver);
    if (!NT_SUCCESS(status)) return status;
    driver->DriverInit = request.entry;
    driver->DriverStart = request.image;
    driver->DriverSize = request.image_size;
    driver->DriverSection = request.section;
    status = create_service_key(request, driver);
    if (NT_SUCCESS(status))
        status = ke::call_driver(ke::DriverRoutine::DriverEntry, request.entry, driver,
                                 &io::extra_of(driver).registry_path);
    if (!NT_SUCCESS(status)) {
        // What a failed entry leaves behind would be called later, in a driver that is gone.
        pnp::UnloadReport report;
        collect_leftovers(driver, report);
        kernel_.io->delete_driver(driver);
        *loaded = nullptr;
        return status;
    }
    kernel_.io->finish_initialization(driver);
    *loaded = driver;
    return STATUS_SUCCESS;
}

NTSTATUS PnpManager::load_driver(std::u16string_view name, PDRIVER_INITIALIZE entry,
                                 PDRIVER_OBJECT *driver)
{
    pnp::LoadRequest request;
    request.name = name;
    request.entry = entry;
    return load_driver(request, driver);
}

NTSTATUS PnpManager::unload(PDRIVER_OBJECT driver, pnp::UnloadReport *report)
{
    drain();
    Operation operation(*this);
    if (!driver->DriverUnload) return STATUS_INVALID_DEVICE_REQUEST;
    if (io::extra_of(driver).node_count) return STATUS_DEVICE_BUSY;
    bool has_files = false;
    {
        scheduler::InternalGuard guard(kernel_.io->device_lock);
        for (PDEVICE_OBJECT device = driver->DeviceObject; device; device = device->NextDevice) {
            has_files = has_files || device->ReferenceCount || device->AttachedDevice;
        }
        for (PDEVICE_OBJECT device = driver->DeviceObject; device && has_files;
             device = device->NextDevice)
            io::extra_of(device).flags |= io::kDeviceUnloadPending;
    }
    driver->Flags |= DRVO_UNLOAD_INVOKED;
    if (has_files) {
        note_driver(kernel_, "Open files put off the unload of", driver, STATUS_PENDING);
        return STATUS_PENDING;
    }
    ke::call_driver(ke::DriverRoutine::Unload, driver->DriverUnload, driver);
    pnp::UnloadReport own;
    collect_leftovers(driver, report ? *report : own);
    kernel_.io->delete_driver(driver);
    return STATUS_SUCCESS;
}

namespace {

// A link to a device that goes with its driver, or that is gone already.
bool is_dangling(const ob::SymbolicLink &link, std::u16string_view going)
{
    constexpr std::u16string_view kDevices = u"\\Device\\";
    const std::u16string_view target = ob::view(link.target);
    if (!going.empty() && pnp::same_text(target, going)) return true;
    if (!pnp::same_text(target.substr(0, kDevices.size()), kDevices)) return false;
    ObjectManager::Lookup request;
    request.path = link.target;
    request.wanted = kernel().objects->type(ob::TypeIndex::Device);
    void *device;
    if (!NT_SUCCESS(kernel().objects->lookup(request, &device))) return true;
    kernel().objects->dereference(device);
    return false;
}

bool device_name(PDEVICE_OBJECT device, char16_t *buffer, std::size_t room,
                 std::u16string_view &name)
{
    std::size_t needed = 0;
    if (!(device->Flags & DO_DEVICE_HAS_NAME) ||
        !NT_SUCCESS(kernel().objects->query_name(device, buffer, room, &needed)))
        return false;
    name = {buffer, needed / sizeof(char16_t)};
    return !name.empty();
}

// Links that lead nowhere once the driver is gone, in the one directory that drivers put them into:
// reported, and taken away.
void collect_links(std::u16string_view going, pnp::UnloadReport &report)
{
    ObjectManager &objects = *kernel().objects;
    ObjectManager::Lookup request;
    request.path = io::counted(u"\\GLOBAL??");
    void *directory;
    if (!NT_SUCCESS(objects.lookup(request, &directory))) return;
    POBJECT_TYPE link_type = objects.type(ob::TypeIndex::SymbolicLink);
    for (std::size_t n = 0; void *entry = objects.directory_entry(directory, n);) {
        char16_t buffer[128];
        std::size_t needed = 0;
        const bool leads_nowhere =
            ob::header_of(entry)->type == link_type &&
            is_dangling(*static_cast<ob::SymbolicLink *>(entry), going) &&
            NT_SUCCESS(objects.query_name(entry, buffer, sizeof buffer, &needed));
        objects.dereference(entry);
        const std::u16string_view name(buffer, needed / sizeof(char16_t));
        if (leads_nowhere && NT_SUCCESS(objects.delete_symbolic_link(io::counted(name))))
            add_leftover(report, pnp::Leftover::Kind::SymbolicLink, name);
        else ++n;
    }
    objects.dereference(directory);
}

}  // namespace

void PnpManager::collect_leftovers(PDRIVER_OBJECT driver, pnp::UnloadReport &report)
{
    while (PDEVICE_OBJECT device = driver->DeviceObject) {
        char16_t buffer[128];
        std::u16string_view name;
        const bool is_named = device_name(device, buffer, sizeof buffer, name);
        add_leftover(report, pnp::Leftover::Kind::Device, is_named ? name : u"(unnamed device)");
        if (is_named) collect_links(name, report);
        ObReferenceObject(device);
        // Nothing may call the driver any more: files on the device meet a driver object without
        // routines.
        for (PDRIVER_DISPATCH &dispatch : driver->MajorFunction)
            dispatch = io::invalid_device_request;
        if (!(io::extra_of(device).flags & io::kDeviceDeletePending)) IoDeleteDevice(device);
        const bool still_listed = driver->DeviceObject == device;
        ObDereferenceObject(device);
        if (still_listed) break;
    }
    collect_links({}, report);
    if (const std::uint32_t count = stop_notifications(driver))
        add_leftover(report, pnp::Leftover::Kind::Notification, io::view(driver->DriverName),
                     count);
    // One reference is the loader's, one the name's; every other one is somebody's who forgot it.
    const std::int64_t ours = ob::header_of(driver)->name ? 2 : 1;
    const std::int64_t references =
        __atomic_load_n(&ob::header_of(driver)->references, __ATOMIC_ACQUIRE);
    if (references > ours)
        add_leftover(report, pnp::Leftover::Kind::DriverReference, io::view(driver->DriverName),
                     static_cast<std::uint32_t>(references - ours));
}

}  // namespace openkmdf::executive
