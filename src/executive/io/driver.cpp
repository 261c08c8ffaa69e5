#include "executive/io/device.h"

#include "executive/ob/object_manager.h"

#include <cstring>

// Driver objects.

namespace openkmdf::executive {

void driver_deleted(void *body);

namespace {

constexpr std::u16string_view kHardwareDatabase =
    u"\\REGISTRY\\MACHINE\\HARDWARE\\DESCRIPTION\\SYSTEM";

// Texts that live as long as the driver object; one byte pair more for the terminator.
bool copy_text(UNICODE_STRING &target, std::u16string_view prefix, std::u16string_view text)
{
    const std::size_t bytes = (prefix.size() + text.size()) * sizeof(WCHAR);
    auto *buffer = static_cast<PWCH>(kernel().arena->allocate(bytes + sizeof(WCHAR)));
    if (!buffer) return false;
    std::memcpy(buffer, prefix.data(), prefix.size() * sizeof(WCHAR));
    std::memcpy(buffer + prefix.size(), text.data(), text.size() * sizeof(WCHAR));
    buffer[prefix.size() + text.size()] = 0;
    target = {static_cast<USHORT>(bytes), static_cast<USHORT>(bytes + sizeof(WCHAR)), buffer};
    return true;
}

void free_text(UNICODE_STRING &text)
{
    if (text.Buffer) kernel().arena->deallocate(text.Buffer, text.MaximumLength);
    text = {};
}

}  // namespace

NTSTATUS IoManager::create_driver(std::u16string_view name, PDRIVER_OBJECT *created)
{
    *created = nullptr;
    PDRIVER_OBJECT driver;
    NTSTATUS status =
        kernel_.objects->create_object(ob::TypeIndex::Driver, &driver, sizeof(io::DriverExtra));
    if (!NT_SUCCESS(status)) return status;
    auto *extra = reinterpret_cast<io::DriverExtra *>(driver + 1);
    driver->Type = IO_TYPE_DRIVER;
    driver->Size = sizeof(DRIVER_OBJECT);
    driver->DriverExtension = &extra->published;
    driver->HardwareDatabase = &extra->hardware_database;
    extra->published.DriverObject = driver;
    extra->driver = driver;
    for (PDRIVER_DISPATCH &dispatch : driver->MajorFunction) dispatch = io::invalid_device_request;
    if (!copy_text(driver->DriverName, u"\\Driver\\", name) ||
        !copy_text(extra->published.ServiceKeyName, u"", name) ||
        !copy_text(extra->hardware_database, u"", kHardwareDatabase) ||
        !copy_text(extra->registry_path,
                   u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\", name))
        status = STATUS_INSUFFICIENT_RESOURCES;
    else
        status = kernel_.objects->insert_name(driver, driver->DriverName, nullptr,
                                              OBJ_CASE_INSENSITIVE | OBJ_PERMANENT);
    if (!NT_SUCCESS(status)) {
        kernel_.objects->dereference(driver);
        return status;
    }
    *created = driver;
    return STATUS_SUCCESS;
}

void IoManager::delete_driver(PDRIVER_OBJECT driver)
{
    kernel_.objects->make_temporary(driver);
    kernel_.objects->dereference(driver);
}

void driver_deleted(void *body)
{
    scheduler::Arena &arena = *kernel().arena;
    auto *driver = static_cast<PDRIVER_OBJECT>(body);
    io::DriverExtra &extra = io::extra_of(driver);
    for (io::DriverClient *client = extra.clients; client;) {
        io::DriverClient *next = client->next;
        arena.deallocate(client, client->size);
        client = next;
    }
    for (io::Reinitialization *entry = extra.reinitialize; entry;) {
        io::Reinitialization *next = entry->next;
        arena.deallocate(entry, sizeof *entry);
        entry = next;
    }
    free_text(driver->DriverName);
    free_text(extra.published.ServiceKeyName);
    free_text(extra.hardware_database);
    free_text(extra.registry_path);
}

void IoManager::finish_initialization(PDRIVER_OBJECT driver)
{
    {
        scheduler::InternalGuard guard(device_lock);
        for (PDEVICE_OBJECT device = driver->DeviceObject; device; device = device->NextDevice)
            device->Flags &= ~static_cast<ULONG>(DO_DEVICE_INITIALIZING);
        driver->Flags |= DRVO_INITIALIZED;
    }
    io::DriverExtra &extra = io::extra_of(driver);
    // A routine may register itself again: that entry goes to the end and has its turn, too.
    while (io::Reinitialization *entry = extra.reinitialize) {
        extra.reinitialize = entry->next;
        entry->routine(driver, entry->context, ++extra.published.Count);
        kernel_.arena->deallocate(entry, sizeof *entry);
    }
    driver->Flags &= ~static_cast<ULONG>(DRVO_REINIT_REGISTERED);
}

extern "C" {

NTSTATUS NTAPI IoAllocateDriverObjectExtension(PDRIVER_OBJECT DriverObject,
                                               PVOID ClientIdentificationAddress,
                                               ULONG DriverObjectExtensionSize,
                                               PVOID *DriverObjectExtension)
{
    *DriverObjectExtension = nullptr;
    scheduler::Arena &arena = *kernel().arena;
    const std::size_t size = sizeof(io::DriverClient) + 8 + DriverObjectExtensionSize;
    if (arena.allocation_fails()) return STATUS_INSUFFICIENT_RESOURCES;
    auto *client = static_cast<io::DriverClient *>(arena.allocate(size));
    if (!client) return STATUS_INSUFFICIENT_RESOURCES;
    std::memset(client, 0, size);
    client->id = ClientIdentificationAddress;
    client->size = size;
    bool exists = false;
    {
        scheduler::InternalGuard guard(io_manager().device_lock);
        io::DriverExtra &extra = io::extra_of(DriverObject);
        for (io::DriverClient *other = extra.clients; other; other = other->next)
            exists = exists || other->id == ClientIdentificationAddress;
        if (!exists) {
            client->next = extra.clients;
            extra.clients = client;
        }
    }
    if (exists) {
        arena.deallocate(client, size);
        return STATUS_OBJECT_NAME_COLLISION;
    }
    *DriverObjectExtension = reinterpret_cast<std::byte *>(client + 1) + 8;
    return STATUS_SUCCESS;
}

PVOID NTAPI IoGetDriverObjectExtension(PDRIVER_OBJECT DriverObject,
                                       PVOID ClientIdentificationAddress)
{
    scheduler::InternalGuard guard(io_manager().device_lock);
    for (io::DriverClient *client = io::extra_of(DriverObject).clients; client;
         client = client->next)
        if (client->id == ClientIdentificationAddress)
            return reinterpret_cast<std::byte *>(client + 1) + 8;
    return nullptr;
}

void NTAPI IoRegisterDriverReinitialization(PDRIVER_OBJECT DriverObject,
                                            PDRIVER_REINITIALIZE DriverReinitializationRoutine,
                                            PVOID Context)
{
    auto *entry =
        static_cast<io::Reinitialization *>(kernel().arena->allocate(sizeof(io::Reinitialization)));
    if (!entry) return;
    *entry = {nullptr, DriverReinitializationRoutine, Context};
    io::Reinitialization **link = &io::extra_of(DriverObject).reinitialize;
    while (*link) link = &(*link)->next;
    *link = entry;
    DriverObject->Flags |= DRVO_REINIT_REGISTERED;
}

// Every driver here is loaded after the boot devices.
void NTAPI IoRegisterBootDriverReinitialization(PDRIVER_OBJECT DriverObject,
                                                PDRIVER_REINITIALIZE DriverReinitializationRoutine,
                                                PVOID Context)
{
    IoRegisterDriverReinitialization(DriverObject, DriverReinitializationRoutine, Context);
}

NTSTATUS NTAPI IoCreateSymbolicLink(PUNICODE_STRING SymbolicLinkName, PUNICODE_STRING DeviceName)
{
    return kernel().objects->create_symbolic_link(*SymbolicLinkName, *DeviceName);
}

NTSTATUS NTAPI IoCreateUnprotectedSymbolicLink(PUNICODE_STRING SymbolicLinkName,
                                               PUNICODE_STRING DeviceName)
{
    return IoCreateSymbolicLink(SymbolicLinkName, DeviceName);
}

NTSTATUS NTAPI IoDeleteSymbolicLink(PUNICODE_STRING SymbolicLinkName)
{
    return kernel().objects->delete_symbolic_link(*SymbolicLinkName);
}

}  // extern "C"

}  // namespace openkmdf::executive
