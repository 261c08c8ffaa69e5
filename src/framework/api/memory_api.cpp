#include "framework/api/functions.h"
#include "framework/request/request.h"
#include "framework/support/library.h"
#include "framework/support/memory.h"

#include <cstring>

namespace openkmdf::framework {

namespace {

// Before the IRP is completed, however long somebody keeps the object: locked pages are its
// client's.
void dispose_memory(Object &object)
{
    auto &memory = static_cast<Memory &>(object);
    if (!memory.owns_mdl) return;
    if (memory.mdl->MdlFlags & MDL_PAGES_LOCKED) MmUnlockPages(memory.mdl);
    IoFreeMdl(memory.mdl);
    memory.mdl = nullptr;
    memory.owns_mdl = false;
}

void destroy_memory(Object &object)
{
    auto &memory = static_cast<Memory &>(object);
    if (memory.origin == MemoryOrigin::Pool && memory.buffer)
        ExFreePoolWithTag(memory.buffer, memory.tag);
    if (memory.origin == MemoryOrigin::Lookaside) free_to_lookaside(memory);
}

}  // namespace

const TypeInfo Memory::kInfo = {ObjectType::Memory, "WDFMEMORY",   sizeof(Memory), true, false,
                                dispose_memory,     destroy_memory};

Memory *make_request_memory(Request &request, void *buffer, std::size_t size, bool read_only,
                            PMDL mdl)
{
    auto *memory = create_object<Memory>(*request.globals, nullptr, &request);
    if (!memory) return nullptr;
    memory->buffer = buffer;
    memory->size = size;
    memory->origin = MemoryOrigin::RequestBuffer;
    memory->read_only = read_only;
    memory->request = &request;
    memory->mdl = mdl;
    memory->flags |= kObjectNoDelete;
    if (NT_SUCCESS(publish(*memory))) return memory;
    discard_object(*memory);
    return nullptr;
}

namespace api {

namespace {

NTSTATUS finish_memory(Memory *memory, WDFMEMORY *handle, PVOID *buffer)
{
    NTSTATUS status = publish(*memory);
    if (!NT_SUCCESS(status)) {
        discard_object(*memory);
        return status;
    }
    *handle = static_cast<WDFMEMORY>(handle_of(memory));
    if (buffer) *buffer = memory->buffer;
    return STATUS_SUCCESS;
}

bool is_paged(POOL_TYPE type)
{
    return (type & 1) != 0;
}

bool has_room(const Memory &memory, size_t offset, size_t length)
{
    return offset <= memory.size && length <= memory.size - offset;
}

}  // namespace

NTSTATUS NTAPI WdfMemoryCreate(PWDF_DRIVER_GLOBALS DriverGlobals, PWDF_OBJECT_ATTRIBUTES Attributes,
                               POOL_TYPE PoolType, ULONG PoolTag, size_t BufferSize,
                               WDFMEMORY *Memory, PVOID *Buffer)
{
    *Memory = nullptr;
    if (Buffer) *Buffer = nullptr;
    Globals &globals = globals_of(DriverGlobals);
    if (!BufferSize) return STATUS_INVALID_PARAMETER;
    NTSTATUS status = check_attributes(Attributes, {});
    if (!NT_SUCCESS(status)) return status;
    auto *memory = create_object<framework::Memory>(globals, Attributes, default_parent(globals));
    if (!memory) return STATUS_INSUFFICIENT_RESOURCES;
    memory->tag = PoolTag ? PoolTag : globals.client.DriverTag;
    memory->size = BufferSize;
    if (is_paged(PoolType)) memory->flags |= kObjectPassiveCleanup;
    memory->buffer = ExAllocatePoolWithTag(PoolType, BufferSize, memory->tag);
    if (!memory->buffer) {
        discard_object(*memory);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    return finish_memory(memory, Memory, Buffer);
}

NTSTATUS NTAPI WdfMemoryCreatePreallocated(PWDF_DRIVER_GLOBALS DriverGlobals,
                                           PWDF_OBJECT_ATTRIBUTES Attributes, PVOID Buffer,
                                           size_t BufferSize, WDFMEMORY *Memory)
{
    *Memory = nullptr;
    Globals &globals = globals_of(DriverGlobals);
    if (!BufferSize) return STATUS_INVALID_PARAMETER;
    NTSTATUS status = check_attributes(Attributes, {});
    if (!NT_SUCCESS(status)) return status;
    auto *memory = create_object<framework::Memory>(globals, Attributes, default_parent(globals));
    if (!memory) return STATUS_INSUFFICIENT_RESOURCES;
    memory->buffer = Buffer;
    memory->size = BufferSize;
    memory->origin = MemoryOrigin::Preallocated;
    return finish_memory(memory, Memory, nullptr);
}

PVOID NTAPI WdfMemoryGetBuffer(PWDF_DRIVER_GLOBALS, WDFMEMORY Memory, size_t *BufferSize)
{
    auto &memory = *object_cast<framework::Memory>(Memory);
    if (BufferSize) *BufferSize = memory.size;
    return memory.buffer;
}

NTSTATUS NTAPI WdfMemoryAssignBuffer(PWDF_DRIVER_GLOBALS, WDFMEMORY Memory, PVOID Buffer,
                                     size_t BufferSize)
{
    auto &memory = *object_cast<framework::Memory>(Memory);
    if (memory.origin != MemoryOrigin::Preallocated) return STATUS_INVALID_DEVICE_REQUEST;
    if (!BufferSize) return STATUS_INVALID_PARAMETER;
    memory.buffer = Buffer;
    memory.size = BufferSize;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI WdfMemoryCopyToBuffer(PWDF_DRIVER_GLOBALS, WDFMEMORY SourceMemory,
                                     size_t SourceOffset, PVOID Buffer, size_t NumBytesToCopyTo)
{
    auto &memory = *object_cast<framework::Memory>(SourceMemory);
    if (!NumBytesToCopyTo) return STATUS_INVALID_PARAMETER;
    if (!has_room(memory, SourceOffset, NumBytesToCopyTo)) return STATUS_BUFFER_TOO_SMALL;
    std::memcpy(Buffer, static_cast<std::byte *>(memory.buffer) + SourceOffset, NumBytesToCopyTo);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI WdfMemoryCopyFromBuffer(PWDF_DRIVER_GLOBALS, WDFMEMORY DestinationMemory,
                                       size_t DestinationOffset, PVOID Buffer,
                                       size_t NumBytesToCopyFrom)
{
    auto &memory = *object_cast<framework::Memory>(DestinationMemory);
    if (!NumBytesToCopyFrom) return STATUS_INVALID_PARAMETER;
    if (memory.read_only) return STATUS_ACCESS_VIOLATION;
    if (DestinationOffset > memory.size) return STATUS_INVALID_BUFFER_SIZE;
    if (!has_room(memory, DestinationOffset, NumBytesToCopyFrom)) return STATUS_BUFFER_TOO_SMALL;
    std::memcpy(static_cast<std::byte *>(memory.buffer) + DestinationOffset, Buffer,
                NumBytesToCopyFrom);
    return STATUS_SUCCESS;
}

}  // namespace api

}  // namespace openkmdf::framework
