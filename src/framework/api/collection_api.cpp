#include "framework/api/functions.h"
#include "framework/support/library.h"
#include "framework/support/text_objects.h"
#include "framework/support/violation.h"

namespace openkmdf::framework {

namespace {

scheduler::Arena &arena_of(const Object &object)
{
    return *object.globals->library->kernel->arena;
}

void dispose_collection(Object &object)
{
    auto &collection = static_cast<Collection &>(object);
    while (CollectionEntry *entry = collection.first) {
        collection.first = entry->next;
        dereference(*entry->object);
        arena_of(object).drop(entry);
    }
    collection.last = nullptr;
    collection.count = 0;
}

CollectionEntry *entry_at(Collection &collection, ULONG index)
{
    CollectionEntry *entry = collection.first;
    while (entry && index--) entry = entry->next;
    return entry;
}

// Takes the entry off; the caller drops the reference without the lock.
CollectionEntry *unlink_entry(Collection &collection, const CollectionEntry *wanted)
{
    CollectionEntry *previous = nullptr;
    for (CollectionEntry *entry = collection.first; entry; previous = entry, entry = entry->next) {
        if (entry != wanted) continue;
        (previous ? previous->next : collection.first) = entry->next;
        if (collection.last == entry) collection.last = previous;
        --collection.count;
        return entry;
    }
    return nullptr;
}

void drop_entry(Collection &collection, CollectionEntry *entry)
{
    dereference(*entry->object);
    arena_of(collection).drop(entry);
}

[[noreturn]] void not_in_collection(const Collection &collection, const char *function)
{
    violation(collection.globals, WDF_INVALID_HANDLE,
              reinterpret_cast<std::uintptr_t>(handle_of(&collection)), 0,
              "%s was asked for an item that WDFCOLLECTION #%u (%u items) does not hold.", function,
              collection.ordinal, collection.count);
}

}  // namespace

const TypeInfo Collection::kInfo = {
    ObjectType::Collection, "WDFCOLLECTION", sizeof(Collection), true, false,
    dispose_collection,     nullptr};

namespace api {

namespace {

Collection &collection_of(WDFCOLLECTION handle)
{
    return *object_cast<Collection>(handle);
}

}  // namespace

NTSTATUS NTAPI WdfCollectionCreate(PWDF_DRIVER_GLOBALS DriverGlobals,
                                   PWDF_OBJECT_ATTRIBUTES CollectionAttributes,
                                   WDFCOLLECTION *Collection)
{
    *Collection = nullptr;
    Globals &globals = globals_of(DriverGlobals);
    NTSTATUS status = check_attributes(CollectionAttributes, {});
    if (!NT_SUCCESS(status)) return status;
    auto *collection = create_object<framework::Collection>(globals, CollectionAttributes,
                                                            default_parent(globals));
    if (!collection) return STATUS_INSUFFICIENT_RESOURCES;
    status = publish(*collection);
    if (!NT_SUCCESS(status)) {
        discard_object(*collection);
        return status;
    }
    *Collection = static_cast<WDFCOLLECTION>(handle_of(collection));
    return STATUS_SUCCESS;
}

ULONG NTAPI WdfCollectionGetCount(PWDF_DRIVER_GLOBALS, WDFCOLLECTION Collection)
{
    framework::Collection &collection = collection_of(Collection);
    scheduler::InternalGuard guard(collection.lock);
    return collection.count;
}

NTSTATUS NTAPI WdfCollectionAdd(PWDF_DRIVER_GLOBALS, WDFCOLLECTION Collection, WDFOBJECT Object)
{
    framework::Collection &collection = collection_of(Collection);
    scheduler::Arena &arena = arena_of(collection);
    auto *entry = arena.allocation_fails() ? nullptr : arena.make<CollectionEntry>();
    if (!entry) return STATUS_UNSUCCESSFUL;  // the status that WdfCollectionAdd's page gives
    entry->object = object_of(Object);
    reference(*entry->object);
    scheduler::InternalGuard guard(collection.lock);
    (collection.last ? collection.last->next : collection.first) = entry;
    collection.last = entry;
    ++collection.count;
    return STATUS_SUCCESS;
}

VOID NTAPI WdfCollectionRemove(PWDF_DRIVER_GLOBALS, WDFCOLLECTION Collection, WDFOBJECT Item)
{
    framework::Collection &collection = collection_of(Collection);
    CollectionEntry *entry;
    {
        scheduler::InternalGuard guard(collection.lock);
        entry = collection.first;
        while (entry && entry->object != object_of(Item)) entry = entry->next;
        if (entry) unlink_entry(collection, entry);
    }
    if (!entry) not_in_collection(collection, "WdfCollectionRemove");
    drop_entry(collection, entry);
}

VOID NTAPI WdfCollectionRemoveItem(PWDF_DRIVER_GLOBALS, WDFCOLLECTION Collection, ULONG Index)
{
    framework::Collection &collection = collection_of(Collection);
    CollectionEntry *entry;
    {
        scheduler::InternalGuard guard(collection.lock);
        entry = entry_at(collection, Index);
        if (entry) unlink_entry(collection, entry);
    }
    if (!entry) not_in_collection(collection, "WdfCollectionRemoveItem");
    drop_entry(collection, entry);
}

WDFOBJECT NTAPI WdfCollectionGetItem(PWDF_DRIVER_GLOBALS, WDFCOLLECTION Collection, ULONG Index)
{
    framework::Collection &collection = collection_of(Collection);
    scheduler::InternalGuard guard(collection.lock);
    CollectionEntry *entry = entry_at(collection, Index);
    return entry ? static_cast<WDFOBJECT>(handle_of(entry->object)) : nullptr;
}

WDFOBJECT NTAPI WdfCollectionGetFirstItem(PWDF_DRIVER_GLOBALS, WDFCOLLECTION Collection)
{
    framework::Collection &collection = collection_of(Collection);
    scheduler::InternalGuard guard(collection.lock);
    return collection.first ? static_cast<WDFOBJECT>(handle_of(collection.first->object)) : nullptr;
}

WDFOBJECT NTAPI WdfCollectionGetLastItem(PWDF_DRIVER_GLOBALS, WDFCOLLECTION Collection)
{
    framework::Collection &collection = collection_of(Collection);
    scheduler::InternalGuard guard(collection.lock);
    return collection.last ? static_cast<WDFOBJECT>(handle_of(collection.last->object)) : nullptr;
}

}  // namespace api

}  // namespace openkmdf::framework
