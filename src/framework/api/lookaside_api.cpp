#include "framework/api/functions.h"
#include "framework/support/library.h"
#include "framework/support/lookaside.h"

namespace openkmdf::framework {

namespace {

void destroy_lookaside(Object &object)
{
    auto &list = static_cast<Lookaside &>(object);
    while (Lookaside::Free *free = list.free) {
        list.free = free->next;
        ExFreePoolWithTag(free, list.tag);
    }
}

void *take_buffer(Lookaside &list)
{
    {
        scheduler::InternalGuard guard(list.lock);
        if (Lookaside::Free *free = list.free) {
            list.free = free->next;
            --list.free_count;
            return free;
        }
    }
    const std::size_t size =
        list.buffer_size < sizeof(Lookaside::Free) ? sizeof(Lookaside::Free) : list.buffer_size;
    return ExAllocatePoolWithTag(list.pool_type, size, list.tag);
}

}  // namespace

const TypeInfo Lookaside::kInfo = {
    ObjectType::Lookaside, "WDFLOOKASIDE", sizeof(Lookaside), true, false, nullptr,
    destroy_lookaside};

void free_to_lookaside(Memory &memory)
{
    Lookaside &list = *memory.lookaside;
    void *buffer = memory.buffer;
    {
        scheduler::InternalGuard guard(list.lock);
        if (buffer && list.free_count < Lookaside::kKept) {
            auto *free = static_cast<Lookaside::Free *>(buffer);
            free->next = list.free;
            list.free = free;
            ++list.free_count;
            buffer = nullptr;
        }
    }
    if (buffer) ExFreePoolWithTag(buffer, list.tag);
    dereference(list);
}

namespace api {

NTSTATUS NTAPI WdfLookasideListCreate(PWDF_DRIVER_GLOBALS DriverGlobals,
                                      PWDF_OBJECT_ATTRIBUTES LookasideAttributes, size_t BufferSize,
                                      POOL_TYPE PoolType, PWDF_OBJECT_ATTRIBUTES MemoryAttributes,
                                      ULONG PoolTag, WDFLOOKASIDE *Lookaside)
{
    *Lookaside = nullptr;
    Globals &globals = globals_of(DriverGlobals);
    if (!BufferSize) return STATUS_INVALID_PARAMETER;
    NTSTATUS status = check_attributes(LookasideAttributes, {});
    if (NT_SUCCESS(status)) status = check_attributes(MemoryAttributes, {});
    if (!NT_SUCCESS(status)) return status;
    auto *list =
        create_object<framework::Lookaside>(globals, LookasideAttributes, default_parent(globals));
    if (!list) return STATUS_INSUFFICIENT_RESOURCES;
    list->buffer_size = BufferSize;
    list->pool_type = PoolType;
    list->tag = PoolTag ? PoolTag : globals.client.DriverTag;
    if (MemoryAttributes) list->memory_attributes = *MemoryAttributes;
    if (PoolType & 1) list->flags |= kObjectPassiveCleanup;
    status = publish(*list);
    if (!NT_SUCCESS(status)) {
        discard_object(*list);
        return status;
    }
    *Lookaside = static_cast<WDFLOOKASIDE>(handle_of(list));
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI WdfMemoryCreateFromLookaside(PWDF_DRIVER_GLOBALS DriverGlobals,
                                            WDFLOOKASIDE Lookaside, WDFMEMORY *Memory)
{
    *Memory = nullptr;
    Globals &globals = globals_of(DriverGlobals);
    auto &list = *object_cast<framework::Lookaside>(Lookaside);
    const WDF_OBJECT_ATTRIBUTES *attributes =
        list.memory_attributes.Size ? &list.memory_attributes : nullptr;
    auto *memory = create_object<framework::Memory>(globals, attributes, default_parent(globals));
    if (!memory) return STATUS_INSUFFICIENT_RESOURCES;
    memory->buffer = take_buffer(list);
    if (!memory->buffer) {
        discard_object(*memory);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    reference(list);
    memory->origin = MemoryOrigin::Lookaside;
    memory->lookaside = &list;
    memory->size = list.buffer_size;
    NTSTATUS status = publish(*memory);
    if (!NT_SUCCESS(status)) {
        discard_object(*memory);
        return status;
    }
    *Memory = static_cast<WDFMEMORY>(handle_of(memory));
    return STATUS_SUCCESS;
}

}  // namespace api

}  // namespace openkmdf::framework
