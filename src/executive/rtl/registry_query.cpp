#include "executive/rtl/registry_query.h"

#include "executive/kernel.h"
#include "executive/rtl/strings.h"
#include "executive/rtl/upcase.h"

#include <algorithm>
#include <cstring>

namespace openkmdf::executive::rtl {
namespace {

constexpr ULONG kQueryTag = 0x71676552;  // 'Regq'
constexpr ULONG kFirstBuffer = 256;

bool is_string(ULONG type)
{
    return type == REG_SZ || type == REG_EXPAND_SZ || type == REG_MULTI_SZ;
}

// What the caller did not say of a default value's length.
ULONG default_length(const RTL_QUERY_REGISTRY_TABLE &entry, ULONG type)
{
    if (entry.DefaultLength != 0 || !is_string(type) || entry.DefaultData == nullptr)
        return entry.DefaultLength;
    auto *text = static_cast<const WCHAR *>(entry.DefaultData);
    std::size_t length = std::u16string_view(text).size() + 1;
    if (type == REG_MULTI_SZ) {
        while (text[length] != 0) length += std::u16string_view(text + length).size() + 1;
        ++length;
    }
    return static_cast<ULONG>(length * sizeof(WCHAR));
}

}  // namespace

RegistryQuery::~RegistryQuery()
{
    go_to_top();
    if (buffer_ != nullptr) ExFreePoolWithTag(buffer_, kQueryTag);
}

void RegistryQuery::go_to_top()
{
    if (current_ != top_ && current_ != nullptr) ZwClose(current_);
    current_ = top_;
}

NTSTATUS RegistryQuery::go_to_subkey(PCWSTR name)
{
    go_to_top();
    if (top_ == nullptr) return STATUS_OBJECT_NAME_NOT_FOUND;
    UNICODE_STRING path;
    RtlInitUnicodeString(&path, name);
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, &path, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, top_,
                               nullptr);
    return ZwOpenKey(&current_, KEY_READ, &attributes);
}

NTSTATUS RegistryQuery::run(PRTL_QUERY_REGISTRY_TABLE table)
{
    constexpr ULONG kWithoutRoutine = RTL_QUERY_REGISTRY_SUBKEY | RTL_QUERY_REGISTRY_DIRECT;
    for (; table->QueryRoutine != nullptr || (table->Flags & kWithoutRoutine) != 0; ++table) {
        const NTSTATUS status = entry(*table);
        if (!NT_SUCCESS(status)) return status;
    }
    return STATUS_SUCCESS;
}

NTSTATUS RegistryQuery::entry(RTL_QUERY_REGISTRY_TABLE &entry)
{
    const ULONG flags = entry.Flags;
    if ((flags & RTL_QUERY_REGISTRY_DIRECT) &&
        (entry.Name == nullptr || (flags & RTL_QUERY_REGISTRY_SUBKEY) ||
         entry.QueryRoutine != nullptr))
        return STATUS_INVALID_PARAMETER;
    if (flags & RTL_QUERY_REGISTRY_SUBKEY) {
        if (entry.Name == nullptr) return STATUS_INVALID_PARAMETER;
        const NTSTATUS status = go_to_subkey(entry.Name);
        const bool absent =
            status == STATUS_OBJECT_NAME_NOT_FOUND && !(flags & RTL_QUERY_REGISTRY_REQUIRED);
        if (!NT_SUCCESS(status)) {
            current_ = nullptr;
            return absent ? STATUS_SUCCESS : status;
        }
        return entry.QueryRoutine != nullptr ? all_values(entry) : STATUS_SUCCESS;
    }
    if (flags & RTL_QUERY_REGISTRY_TOPKEY) {
        go_to_top();
        if (entry.QueryRoutine == nullptr && entry.Name == nullptr) return STATUS_SUCCESS;
    }
    if (flags & RTL_QUERY_REGISTRY_NOVALUE) return call(entry, {entry.Name, REG_NONE, nullptr, 0});
    return entry.Name != nullptr ? named(entry) : all_values(entry);
}

bool RegistryQuery::reserve(ULONG bytes)
{
    if (bytes <= capacity_) return true;
    void *larger = ExAllocatePoolWithTag(PagedPool, bytes, kQueryTag);
    if (larger == nullptr) return false;
    if (buffer_ != nullptr) ExFreePoolWithTag(buffer_, kQueryTag);
    buffer_ = larger;
    capacity_ = bytes;
    return true;
}

// Reads a value by name (null: by index) into value_, with a terminated copy of its name.
NTSTATUS RegistryQuery::read(PCWSTR name, ULONG index)
{
    if (current_ == nullptr)
        return name != nullptr ? STATUS_OBJECT_NAME_NOT_FOUND : STATUS_NO_MORE_ENTRIES;
    UNICODE_STRING text;
    RtlInitUnicodeString(&text, name);
    ULONG needed = kFirstBuffer;
    for (;;) {
        if (!reserve(needed)) return STATUS_NO_MEMORY;
        const NTSTATUS status = name != nullptr
                                    ? ZwQueryValueKey(current_, &text, KeyValueFullInformation,
                                                      buffer_, capacity_, &needed)
                                    : ZwEnumerateValueKey(current_, index, KeyValueFullInformation,
                                                          buffer_, capacity_, &needed);
        // Room behind the data for a terminator that the value may lack, and for the name's.
        needed += 4 * sizeof(WCHAR);
        const bool more = status == STATUS_BUFFER_OVERFLOW || status == STATUS_BUFFER_TOO_SMALL;
        if (!more && !NT_SUCCESS(status)) return status;
        if (!more && needed <= capacity_) break;
    }
    auto *information = static_cast<KEY_VALUE_FULL_INFORMATION *>(buffer_);
    // The name loses its place in front of the data to the terminator, so both are moved apart.
    auto *data = static_cast<char *>(buffer_) + information->DataOffset;
    const ULONG length = information->DataLength;
    const ULONG name_length = information->NameLength;
    std::memmove(data + sizeof(WCHAR) * 2, data, length);
    data += sizeof(WCHAR) * 2;
    std::memset(data + length, 0, sizeof(WCHAR));
    value_.type = information->Type;
    value_.data = data;
    value_.length = length;
    value_.name = information->Name;
    value_.name[name_length / sizeof(WCHAR)] = 0;
    return STATUS_SUCCESS;
}

NTSTATUS RegistryQuery::named(RTL_QUERY_REGISTRY_TABLE &entry)
{
    NTSTATUS status = read(entry.Name, 0);
    if (status == STATUS_OBJECT_NAME_NOT_FOUND) {
        if (entry.Flags & RTL_QUERY_REGISTRY_REQUIRED) return status;
        return use_default(entry);
    }
    if (!NT_SUCCESS(status)) return status;
    value_.name = entry.Name;
    status = deliver(entry, value_);
    if (NT_SUCCESS(status) && (entry.Flags & RTL_QUERY_REGISTRY_DELETE)) {
        UNICODE_STRING name;
        RtlInitUnicodeString(&name, entry.Name);
        ZwDeleteValueKey(current_, &name);
    }
    return status;
}

NTSTATUS RegistryQuery::use_default(RTL_QUERY_REGISTRY_TABLE &entry)
{
    const ULONG type = entry.DefaultType & 0xFF;
    if (type == REG_NONE) return STATUS_SUCCESS;
    const Value value = {entry.Name, type, entry.DefaultData, default_length(entry, type)};
    if (!(entry.Flags & RTL_QUERY_REGISTRY_DIRECT)) return deliver(entry, value);
    // The caller's own default need not have the type that a stored value must have.
    return store(entry, value);
}

NTSTATUS RegistryQuery::all_values(RTL_QUERY_REGISTRY_TABLE &entry)
{
    ULONG index = 0;
    bool any = false;
    for (;;) {
        NTSTATUS status = read(nullptr, index);
        if (status == STATUS_NO_MORE_ENTRIES) break;
        if (!NT_SUCCESS(status)) return status;
        any = true;
        status = deliver(entry, value_);
        if (!NT_SUCCESS(status)) return status;
        if (entry.Flags & RTL_QUERY_REGISTRY_DELETE) {
            UNICODE_STRING name;
            RtlInitUnicodeString(&name, value_.name);
            // What is behind it moves up when it goes.
            if (NT_SUCCESS(ZwDeleteValueKey(current_, &name))) continue;
        }
        ++index;
    }
    return !any && (entry.Flags & RTL_QUERY_REGISTRY_REQUIRED) ? STATUS_OBJECT_NAME_NOT_FOUND
                                                               : STATUS_SUCCESS;
}

// The system's own hives, whose values have the types that the system gave them.
bool RegistryQuery::is_trusted_hive() const
{
    constexpr std::u16string_view kTrusted[] = {u"hardware", u"software", u"system", u"security",
                                                u"sam"};
    constexpr std::u16string_view kMachine = u"\\registry\\machine\\";
    alignas(KEY_NAME_INFORMATION) char buffer[512];
    ULONG needed = 0;
    const NTSTATUS status =
        ZwQueryKey(current_, KeyNameInformation, buffer, sizeof buffer, &needed);
    if (!NT_SUCCESS(status) && status != STATUS_BUFFER_OVERFLOW) return true;
    const auto *name = reinterpret_cast<const KEY_NAME_INFORMATION *>(buffer);
    constexpr std::size_t kRoom =
        (sizeof buffer - FIELD_OFFSET(KEY_NAME_INFORMATION, Name)) / sizeof(WCHAR);
    std::u16string_view path(name->Name,
                             std::min<std::size_t>(name->NameLength / sizeof(WCHAR), kRoom));
    auto same = [](std::u16string_view left, std::u16string_view right) {
        return left.size() == right.size() &&
               std::ranges::equal(
                   left, right, {}, [](char16_t c) { return rtl::upcase(c); },
                   [](char16_t c) { return rtl::upcase(c); });
    };
    if (!same(path.substr(0, kMachine.size()), kMachine)) return false;
    path.remove_prefix(kMachine.size());
    path = path.substr(0, path.find(u'\\'));
    return std::ranges::any_of(kTrusted, [&](auto hive) { return same(path, hive); });
}

NTSTATUS RegistryQuery::deliver(RTL_QUERY_REGISTRY_TABLE &entry, const Value &value)
{
    if (entry.Flags & RTL_QUERY_REGISTRY_DIRECT) {
        if (!(entry.Flags & RTL_QUERY_REGISTRY_TYPECHECK) && !is_trusted_hive())
            executive::kernel().stop(
                KERNEL_SECURITY_CHECK_FAILURE, 0, 0, 0, 0,
                "RtlQueryRegistryValues was asked to store a value of an untrusted hive "
                "directly. Give RTL_QUERY_REGISTRY_TYPECHECK with the type that the "
                "value must have: anybody may have written it.");
        const ULONG expected = entry.DefaultType >> RTL_QUERY_REGISTRY_TYPECHECK_SHIFT;
        if ((entry.Flags & RTL_QUERY_REGISTRY_TYPECHECK) && expected != value.type)
            return STATUS_OBJECT_TYPE_MISMATCH;
        return store(entry, value);
    }
    if (!(entry.Flags & RTL_QUERY_REGISTRY_NOEXPAND)) {
        if (value.type == REG_MULTI_SZ) return deliver_strings(entry, value);
        // There is no environment in the kernel: the text stays as it is.
        if (value.type == REG_EXPAND_SZ)
            return call(entry, {value.name, REG_SZ, value.data, value.length});
    }
    return call(entry, value);
}

NTSTATUS RegistryQuery::deliver_strings(RTL_QUERY_REGISTRY_TABLE &entry, const Value &value)
{
    auto *text = static_cast<PWSTR>(value.data);
    const std::size_t end = value.length / sizeof(WCHAR);
    for (std::size_t at = 0; at < end && text[at] != 0;) {
        std::size_t length = 0;
        while (at + length < end && text[at + length] != 0) ++length;
        const std::size_t bytes = (length + 1) * sizeof(WCHAR);
        const NTSTATUS status =
            call(entry, {value.name, REG_SZ, text + at, static_cast<ULONG>(bytes)});
        if (!NT_SUCCESS(status)) return status;
        at += length + 1;
    }
    return STATUS_SUCCESS;
}

NTSTATUS RegistryQuery::call(RTL_QUERY_REGISTRY_TABLE &entry, const Value &value)
{
    const NTSTATUS status = entry.QueryRoutine(value.name, value.type, value.data, value.length,
                                               context_, entry.EntryContext);
    return status == STATUS_BUFFER_TOO_SMALL ? STATUS_SUCCESS : status;
}

NTSTATUS RegistryQuery::store_string(PUNICODE_STRING target, const Value &value)
{
    auto *text = static_cast<const WCHAR *>(value.data);
    const ULONG characters = value.length / sizeof(WCHAR);
    const bool terminated = characters != 0 && text[characters - 1] == 0;
    const ULONG length = (terminated ? characters - 1 : characters) * sizeof(WCHAR);
    const ULONG needed = length + sizeof(WCHAR);
    if (needed > UNICODE_STRING_MAX_BYTES) return STATUS_BUFFER_TOO_SMALL;
    if (target->Buffer == nullptr) {
        UNICODE_STRING made = {};
        if (!allocate_string(made, length)) return STATUS_NO_MEMORY;
        *target = made;
    } else if (needed > target->MaximumLength) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    std::memcpy(target->Buffer, text, length);
    target->Buffer[length / sizeof(WCHAR)] = 0;
    target->Length = static_cast<USHORT>(length);
    return STATUS_SUCCESS;
}

NTSTATUS RegistryQuery::store(RTL_QUERY_REGISTRY_TABLE &entry, const Value &value)
{
    if (is_string(value.type)) {
        if (value.type == REG_MULTI_SZ && !(entry.Flags & RTL_QUERY_REGISTRY_NOEXPAND))
            return STATUS_INVALID_PARAMETER;
        return store_string(static_cast<PUNICODE_STRING>(entry.EntryContext), value);
    }
    if (value.length <= sizeof(ULONG)) {
        std::memcpy(entry.EntryContext, value.data, value.length);
        return STATUS_SUCCESS;
    }
    auto *header = static_cast<PULONG>(entry.EntryContext);
    const auto room = static_cast<LONG>(header[0]);
    if (room < 0) {
        if (static_cast<ULONG>(-static_cast<LONGLONG>(room)) < value.length)
            return STATUS_BUFFER_TOO_SMALL;
        std::memcpy(header, value.data, value.length);
        return STATUS_SUCCESS;
    }
    if (static_cast<ULONGLONG>(room) < value.length + 2 * sizeof(ULONG))
        return STATUS_BUFFER_TOO_SMALL;
    header[0] = value.length;
    header[1] = value.type;
    std::memcpy(header + 2, value.data, value.length);
    return STATUS_SUCCESS;
}

}  // namespace openkmdf::executive::rtl
