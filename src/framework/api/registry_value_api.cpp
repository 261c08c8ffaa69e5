#include "framework/api/functions.h"
#include "framework/support/library.h"
#include "framework/support/memory.h"
#include "framework/support/registry_key.h"
#include "framework/support/strings.h"
#include "framework/support/text_objects.h"

#include <cstddef>
#include <cstring>
#include <string_view>

// Values of registry keys.

namespace openkmdf::framework::api {

namespace {

HANDLE handle_of_key(WDFKEY key)
{
    return object_cast<RegistryKey>(key)->handle;
}

NTSTATUS check_call(PCUNICODE_STRING name)
{
    if (KeGetCurrentIrql() != PASSIVE_LEVEL) return STATUS_INVALID_DEVICE_REQUEST;
    return is_valid(*name) ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

// --- Reading -------------------------------------------------------------------------------------

// A value as it is in the registry, whatever its size.
class StoredValue {
public:
    explicit StoredValue(Globals &globals) : arena_(*globals.library->kernel->arena) {}
    ~StoredValue() { drop(); }
    StoredValue(const StoredValue &) = delete;
    StoredValue &operator=(const StoredValue &) = delete;

    NTSTATUS read(WDFKEY key, PCUNICODE_STRING name);
    // The same, of one type only and not without data.
    NTSTATUS read_typed(WDFKEY key, PCUNICODE_STRING name, ULONG type);

    ULONG type() const { return information_->Type; }
    ULONG size() const { return information_->DataLength; }
    const UCHAR *data() const { return information_->Data; }
    std::u16string_view characters() const
    {
        return {reinterpret_cast<const char16_t *>(data()), size() / sizeof(char16_t)};
    }
    // Without the terminator, which a stored string may lack.
    std::u16string_view text() const { return characters().substr(0, characters().find(u'\0')); }

private:
    void drop()
    {
        if (information_) arena_.deallocate(information_, capacity_);
        information_ = nullptr;
    }

    scheduler::Arena &arena_;
    PKEY_VALUE_PARTIAL_INFORMATION information_ = nullptr;
    ULONG capacity_ = 0;
};

NTSTATUS StoredValue::read(WDFKEY key, PCUNICODE_STRING name)
{
    NTSTATUS status = check_call(name);
    if (!NT_SUCCESS(status)) return status;
    ULONG needed = sizeof(KEY_VALUE_PARTIAL_INFORMATION);
    // Somebody may write a longer one in between.
    do {
        drop();
        capacity_ = needed;
        information_ =
            arena_.allocation_fails()
                ? nullptr
                : static_cast<PKEY_VALUE_PARTIAL_INFORMATION>(arena_.allocate(capacity_));
        if (!information_) return STATUS_INSUFFICIENT_RESOURCES;
        status = ZwQueryValueKey(handle_of_key(key), const_cast<PUNICODE_STRING>(name),
                                 KeyValuePartialInformation, information_, capacity_, &needed);
    } while (status == STATUS_BUFFER_OVERFLOW && needed > capacity_);
    return status;
}

NTSTATUS StoredValue::read_typed(WDFKEY key, PCUNICODE_STRING name, ULONG type)
{
    NTSTATUS status = read(key, name);
    if (!NT_SUCCESS(status)) return status;
    if (this->type() != type) return STATUS_OBJECT_TYPE_MISMATCH;
    return size() ? STATUS_SUCCESS : STATUS_RESOURCE_DATA_NOT_FOUND;
}

UNICODE_STRING counted(std::u16string_view text)
{
    UNICODE_STRING string;
    string.Buffer = const_cast<WCHAR *>(text.data());
    string.Length = string.MaximumLength = static_cast<USHORT>(text.size() * sizeof(WCHAR));
    return string;
}

// A counted string has 16 bits for its length, the terminator included.
constexpr std::size_t kMostCharacters = 32766;

bool fits_in_string(std::u16string_view text)
{
    return text.size() <= kMostCharacters;
}

// --- Lists of strings ----------------------------------------------------------------------------

// Appends one item; the strings before it stay the caller's to take back.
NTSTATUS append_string(PWDF_DRIVER_GLOBALS globals, std::u16string_view text,
                       PWDF_OBJECT_ATTRIBUTES attributes, WDFCOLLECTION collection)
{
    if (!fits_in_string(text)) return STATUS_INTEGER_OVERFLOW;
    const UNICODE_STRING string = counted(text);
    WDFSTRING created;
    NTSTATUS status = WdfStringCreate(globals, &string, attributes, &created);
    if (!NT_SUCCESS(status)) return status;
    if (NT_SUCCESS(WdfCollectionAdd(globals, collection, created))) return STATUS_SUCCESS;
    // Its only reason, for which it has a status of its own.
    delete_object(*object_of(created));
    return STATUS_INSUFFICIENT_RESOURCES;
}

// A call that fails half-way leaves the collection as it was.
void take_back_strings(PWDF_DRIVER_GLOBALS globals, WDFCOLLECTION collection, ULONG count)
{
    while (WdfCollectionGetCount(globals, collection) > count) {
        Object *last = object_of(WdfCollectionGetLastItem(globals, collection));
        WdfCollectionRemoveItem(globals, collection,
                                WdfCollectionGetCount(globals, collection) - 1);
        delete_object(*last);
    }
}

// --- Writing -------------------------------------------------------------------------------------

NTSTATUS write_value(WDFKEY key, PCUNICODE_STRING name, ULONG type, const void *data,
                     std::size_t size)
{
    NTSTATUS status = check_call(name);
    if (!NT_SUCCESS(status)) return status;
    if (size > MAXULONG) return STATUS_INTEGER_OVERFLOW;
    return ZwSetValueKey(handle_of_key(key), const_cast<PUNICODE_STRING>(name), 0, type,
                         const_cast<void *>(data), static_cast<ULONG>(size));
}

NTSTATUS write_string(Globals &globals, WDFKEY key, PCUNICODE_STRING name,
                      const UNICODE_STRING &text)
{
    if (!is_valid(text)) return STATUS_INVALID_PARAMETER;
    const std::size_t characters = text.Length / sizeof(WCHAR);
    if (characters && !text.Buffer[characters - 1])
        return write_value(key, name, REG_SZ, text.Buffer, text.Length);
    if (characters > kMostCharacters) return STATUS_INTEGER_OVERFLOW;
    scheduler::Arena &arena = *globals.library->kernel->arena;
    UNICODE_STRING terminated = {};
    if (!copy_string(arena, text, terminated)) return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS status = write_value(key, name, REG_SZ, terminated.Buffer, terminated.MaximumLength);
    free_string(arena, terminated);
    return status;
}

// The items of a collection as REG_MULTI_SZ: each with its terminator, and one behind the last.
struct StringList {
    std::size_t bytes = sizeof(WCHAR);
    bool only_strings = true;

    explicit StringList(const Collection &collection)
    {
        for (const CollectionEntry *entry = collection.first; entry; entry = entry->next) {
            only_strings &= entry->object->type == ObjectType::String;
            if (only_strings) bytes += text_of(*entry).Length + sizeof(WCHAR);
        }
    }

    static const UNICODE_STRING &text_of(const CollectionEntry &entry)
    {
        return static_cast<const String *>(entry.object)->text;
    }
    static void write(const Collection &collection, char *to)
    {
        for (const CollectionEntry *entry = collection.first; entry; entry = entry->next) {
            const UNICODE_STRING &text = text_of(*entry);
            if (text.Length) std::memcpy(to, text.Buffer, text.Length);
            std::memset(to + text.Length, 0, sizeof(WCHAR));
            to += text.Length + sizeof(WCHAR);
        }
        std::memset(to, 0, sizeof(WCHAR));
    }
};

}  // namespace

NTSTATUS NTAPI WdfRegistryQueryValue(PWDF_DRIVER_GLOBALS DriverGlobals, WDFKEY Key,
                                     PCUNICODE_STRING ValueName, ULONG ValueLength, PVOID Value,
                                     PULONG ValueLengthQueried, PULONG ValueType)
{
    StoredValue stored(globals_of(DriverGlobals));
    NTSTATUS status = stored.read(Key, ValueName);
    if (!NT_SUCCESS(status)) return status;
    if (ValueLengthQueried) *ValueLengthQueried = stored.size();
    if (ValueType) *ValueType = stored.type();
    const ULONG room = Value ? ValueLength : 0;
    if (room) std::memcpy(Value, stored.data(), room < stored.size() ? room : stored.size());
    return room < stored.size() ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

NTSTATUS NTAPI WdfRegistryQueryMemory(PWDF_DRIVER_GLOBALS DriverGlobals, WDFKEY Key,
                                      PCUNICODE_STRING ValueName, POOL_TYPE PoolType,
                                      PWDF_OBJECT_ATTRIBUTES MemoryAttributes, WDFMEMORY *Memory,
                                      PULONG ValueType)
{
    *Memory = nullptr;
    StoredValue stored(globals_of(DriverGlobals));
    NTSTATUS status = stored.read(Key, ValueName);
    if (!NT_SUCCESS(status)) return status;
    if (ValueType) *ValueType = stored.type();
    if (!stored.size()) return STATUS_RESOURCE_DATA_NOT_FOUND;
    PVOID buffer;
    status = WdfMemoryCreate(DriverGlobals, MemoryAttributes, PoolType, 0, stored.size(), Memory,
                             &buffer);
    if (NT_SUCCESS(status)) std::memcpy(buffer, stored.data(), stored.size());
    return status;
}

NTSTATUS NTAPI WdfRegistryQueryMultiString(PWDF_DRIVER_GLOBALS DriverGlobals, WDFKEY Key,
                                           PCUNICODE_STRING ValueName,
                                           PWDF_OBJECT_ATTRIBUTES StringsAttributes,
                                           WDFCOLLECTION Collection)
{
    StoredValue stored(globals_of(DriverGlobals));
    NTSTATUS status = stored.read_typed(Key, ValueName, REG_MULTI_SZ);
    if (!NT_SUCCESS(status)) return status;
    const ULONG before = WdfCollectionGetCount(DriverGlobals, Collection);
    // An empty string ends the list; what follows is nobody's.
    for (std::u16string_view rest = stored.characters();
         !rest.empty() && rest[0] && NT_SUCCESS(status);) {
        const std::u16string_view text = rest.substr(0, rest.find(u'\0'));
        status = append_string(DriverGlobals, text, StringsAttributes, Collection);
        rest.remove_prefix(text.size() < rest.size() ? text.size() + 1 : text.size());
    }
    if (!NT_SUCCESS(status)) take_back_strings(DriverGlobals, Collection, before);
    return status;
}

NTSTATUS NTAPI WdfRegistryQueryUnicodeString(PWDF_DRIVER_GLOBALS DriverGlobals, WDFKEY Key,
                                             PCUNICODE_STRING ValueName, PUSHORT ValueByteLength,
                                             PUNICODE_STRING Value)
{
    StoredValue stored(globals_of(DriverGlobals));
    NTSTATUS status = stored.read(Key, ValueName);
    if (!NT_SUCCESS(status)) return status;
    if (stored.type() != REG_SZ) return STATUS_OBJECT_TYPE_MISMATCH;
    const std::u16string_view text = stored.text();
    if (!fits_in_string(text)) return STATUS_INTEGER_OVERFLOW;
    const auto bytes = static_cast<USHORT>((text.size() + 1) * sizeof(WCHAR));
    if (ValueByteLength) *ValueByteLength = bytes;
    // Whoever asks for the length only has no buffer, which is too small.
    if (!Value) return STATUS_BUFFER_OVERFLOW;
    if (Value->MaximumLength < bytes) {
        const std::size_t characters = Value->Buffer ? Value->MaximumLength / sizeof(WCHAR) : 0;
        Value->Length = static_cast<USHORT>(text.copy(Value->Buffer, characters) * sizeof(WCHAR));
        return STATUS_BUFFER_OVERFLOW;
    }
    text.copy(Value->Buffer, text.size());
    Value->Buffer[text.size()] = 0;
    Value->Length = bytes - sizeof(WCHAR);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI WdfRegistryQueryString(PWDF_DRIVER_GLOBALS DriverGlobals, WDFKEY Key,
                                      PCUNICODE_STRING ValueName, WDFSTRING String)
{
    StoredValue stored(globals_of(DriverGlobals));
    NTSTATUS status = stored.read_typed(Key, ValueName, REG_SZ);
    if (!NT_SUCCESS(status)) return status;
    if (!fits_in_string(stored.text())) return STATUS_INTEGER_OVERFLOW;
    return object_cast<framework::String>(String)->assign(counted(stored.text()));
}

NTSTATUS NTAPI WdfRegistryQueryULong(PWDF_DRIVER_GLOBALS DriverGlobals, WDFKEY Key,
                                     PCUNICODE_STRING ValueName, PULONG Value)
{
    StoredValue stored(globals_of(DriverGlobals));
    NTSTATUS status = stored.read(Key, ValueName);
    if (!NT_SUCCESS(status)) return status;
    if (stored.type() != REG_DWORD || stored.size() != sizeof *Value)
        return STATUS_OBJECT_TYPE_MISMATCH;
    std::memcpy(Value, stored.data(), sizeof *Value);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI WdfRegistryRemoveValue(PWDF_DRIVER_GLOBALS, WDFKEY Key, PCUNICODE_STRING ValueName)
{
    NTSTATUS status = check_call(ValueName);
    if (!NT_SUCCESS(status)) return status;
    return ZwDeleteValueKey(handle_of_key(Key), const_cast<PUNICODE_STRING>(ValueName));
}

NTSTATUS NTAPI WdfRegistryAssignValue(PWDF_DRIVER_GLOBALS, WDFKEY Key, PCUNICODE_STRING ValueName,
                                      ULONG ValueType, ULONG ValueLength, PVOID Value)
{
    return write_value(Key, ValueName, ValueType, Value, ValueLength);
}

NTSTATUS NTAPI WdfRegistryAssignMemory(PWDF_DRIVER_GLOBALS, WDFKEY Key, PCUNICODE_STRING ValueName,
                                       ULONG ValueType, WDFMEMORY Memory,
                                       PWDFMEMORY_OFFSET MemoryOffsets)
{
    const auto &memory = *object_cast<framework::Memory>(Memory);
    std::size_t offset = 0;
    std::size_t length = memory.size;
    if (MemoryOffsets) {
        offset = MemoryOffsets->BufferOffset;
        if (offset > memory.size || MemoryOffsets->BufferLength > memory.size - offset)
            return STATUS_INTEGER_OVERFLOW;
        // A length of 0 stands for all of the buffer, as far as it lies behind the offset.
        length = MemoryOffsets->BufferLength ? MemoryOffsets->BufferLength : memory.size - offset;
    }
    return write_value(Key, ValueName, ValueType,
                       static_cast<const std::byte *>(memory.buffer) + offset, length);
}

NTSTATUS NTAPI WdfRegistryAssignMultiString(PWDF_DRIVER_GLOBALS, WDFKEY Key,
                                            PCUNICODE_STRING ValueName,
                                            WDFCOLLECTION StringsCollection)
{
    // The driver serialises the use of a collection.
    const auto &collection = *object_cast<framework::Collection>(StringsCollection);
    const StringList list(collection);
    if (!collection.count || !list.only_strings) return STATUS_INVALID_PARAMETER;
    scheduler::Arena &arena = *collection.globals->library->kernel->arena;
    auto *data =
        arena.allocation_fails() ? nullptr : static_cast<char *>(arena.allocate(list.bytes));
    if (!data) return STATUS_INSUFFICIENT_RESOURCES;
    StringList::write(collection, data);
    NTSTATUS status = write_value(Key, ValueName, REG_MULTI_SZ, data, list.bytes);
    arena.deallocate(data, list.bytes);
    return status;
}

NTSTATUS NTAPI WdfRegistryAssignUnicodeString(PWDF_DRIVER_GLOBALS DriverGlobals, WDFKEY Key,
                                              PCUNICODE_STRING ValueName, PCUNICODE_STRING Value)
{
    return write_string(globals_of(DriverGlobals), Key, ValueName, *Value);
}

NTSTATUS NTAPI WdfRegistryAssignString(PWDF_DRIVER_GLOBALS DriverGlobals, WDFKEY Key,
                                       PCUNICODE_STRING ValueName, WDFSTRING String)
{
    return write_string(globals_of(DriverGlobals), Key, ValueName,
                        object_cast<framework::String>(String)->text);
}

NTSTATUS NTAPI WdfRegistryAssignULong(PWDF_DRIVER_GLOBALS, WDFKEY Key, PCUNICODE_STRING ValueName,
                                      ULONG Value)
{
    return write_value(Key, ValueName, REG_DWORD, &Value, sizeof Value);
}

}  // namespace openkmdf::framework::api
