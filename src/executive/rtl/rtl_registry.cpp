#include "executive/rtl/registry_query.h"
#include "executive/rtl/strings.h"

#include <cstring>

using namespace openkmdf::executive;

namespace openkmdf::executive::rtl {
namespace {

constexpr ULONG kPathTag = 0x70676552;  // 'Regp'

constexpr const char16_t *kBases[RTL_REGISTRY_MAXIMUM] = {
    u"",
    u"\\Registry\\Machine\\System\\CurrentControlSet\\Services",
    u"\\Registry\\Machine\\System\\CurrentControlSet\\Control",
    u"\\Registry\\Machine\\Software\\Microsoft\\Windows NT\\CurrentVersion",
    u"\\Registry\\Machine\\Hardware\\DeviceMap",
    u"\\Registry\\User\\.Default",
};

NTSTATUS open_key(PUNICODE_STRING path, bool create, HANDLE *handle)
{
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, path, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, nullptr,
                               nullptr);
    if (!create) return ZwOpenKey(handle, KEY_ALL_ACCESS, &attributes);
    return ZwCreateKey(handle, KEY_ALL_ACCESS, &attributes, 0, nullptr, REG_OPTION_NON_VOLATILE,
                       nullptr);
}

}  // namespace

NTSTATUS open_registry_path(ULONG relative_to, PCWSTR path, bool create, RegistryPath &result)
{
    if (relative_to & RTL_REGISTRY_HANDLE) {
        result.handle = const_cast<PWSTR>(path);
        return STATUS_SUCCESS;
    }
    const ULONG base = relative_to & ~ULONG{RTL_REGISTRY_OPTIONAL};
    if (base >= RTL_REGISTRY_MAXIMUM) return STATUS_INVALID_PARAMETER;
    const std::u16string_view front = kBases[base];
    const std::u16string_view back =
        path != nullptr ? std::u16string_view(path) : std::u16string_view();
    const bool separate = base != RTL_REGISTRY_ABSOLUTE && !back.empty() && back[0] != u'\\';
    const std::size_t bytes = (front.size() + separate + back.size()) * sizeof(WCHAR);
    if (bytes > UNICODE_STRING_MAX_BYTES) return STATUS_NAME_TOO_LONG;
    UNICODE_STRING whole;
    whole.Length = 0;
    whole.MaximumLength = static_cast<USHORT>(bytes);
    whole.Buffer =
        static_cast<PWCH>(ExAllocatePoolWithTag(PagedPool, bytes + sizeof(WCHAR), kPathTag));
    if (whole.Buffer == nullptr) return STATUS_NO_MEMORY;
    RtlAppendUnicodeToString(&whole, kBases[base]);
    if (separate) RtlAppendUnicodeToString(&whole, u"\\");
    RtlAppendUnicodeToString(&whole, path);
    const NTSTATUS status = open_key(&whole, create, &result.handle);
    result.owned = NT_SUCCESS(status);
    ExFreePoolWithTag(whole.Buffer, kPathTag);
    return status;
}

void close_registry_path(RegistryPath &path)
{
    if (path.owned) ZwClose(path.handle);
    path = {};
}

}  // namespace openkmdf::executive::rtl

NTSTATUS NTAPI RtlQueryRegistryValues(ULONG relative_to, PCWSTR path,
                                      PRTL_QUERY_REGISTRY_TABLE table, PVOID context, PVOID)
{
    rtl::RegistryPath key;
    NTSTATUS status = rtl::open_registry_path(relative_to, path, false, key);
    if (!NT_SUCCESS(status)) {
        if (!(relative_to & RTL_REGISTRY_OPTIONAL)) return status;
        key.handle = nullptr;
    }
    {
        rtl::RegistryQuery query(key.handle, context);
        status = query.run(table);
    }
    rtl::close_registry_path(key);
    return status;
}

NTSTATUS NTAPI RtlWriteRegistryValue(ULONG relative_to, PCWSTR path, PCWSTR name, ULONG type,
                                     PVOID data, ULONG length)
{
    rtl::RegistryPath key;
    NTSTATUS status = rtl::open_registry_path(relative_to, path, true, key);
    if (!NT_SUCCESS(status)) return status;
    UNICODE_STRING text;
    RtlInitUnicodeString(&text, name);
    status = ZwSetValueKey(key.handle, &text, 0, type, data, length);
    rtl::close_registry_path(key);
    return status;
}

NTSTATUS NTAPI RtlDeleteRegistryValue(ULONG relative_to, PCWSTR path, PCWSTR name)
{
    rtl::RegistryPath key;
    NTSTATUS status = rtl::open_registry_path(relative_to, path, false, key);
    if (!NT_SUCCESS(status)) return status;
    UNICODE_STRING text;
    RtlInitUnicodeString(&text, name);
    status = ZwDeleteValueKey(key.handle, &text);
    rtl::close_registry_path(key);
    return status;
}

NTSTATUS NTAPI RtlCreateRegistryKey(ULONG relative_to, PWSTR path)
{
    rtl::RegistryPath key;
    const NTSTATUS status = rtl::open_registry_path(relative_to, path, true, key);
    rtl::close_registry_path(key);
    return status;
}

NTSTATUS NTAPI RtlCheckRegistryKey(ULONG relative_to, PWSTR path)
{
    rtl::RegistryPath key;
    const NTSTATUS status = rtl::open_registry_path(relative_to, path, false, key);
    rtl::close_registry_path(key);
    return status;
}

namespace {

NTSTATUS query_one(HANDLE key, PUNICODE_STRING name, ULONG length, PULONG type, PVOID data,
                   PULONG result)
{
    constexpr ULONG kHeader = FIELD_OFFSET(KEY_VALUE_PARTIAL_INFORMATION, Data);
    const ULONG bytes = kHeader + length;
    void *buffer = ExAllocatePoolWithTag(PagedPool, bytes, rtl::kStringTag);
    if (buffer == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    ULONG needed = 0;
    const NTSTATUS status =
        ZwQueryValueKey(key, name, KeyValuePartialInformation, buffer, bytes, &needed);
    if (NT_SUCCESS(status) || status == STATUS_BUFFER_OVERFLOW) {
        auto *information = static_cast<KEY_VALUE_PARTIAL_INFORMATION *>(buffer);
        *type = information->Type;
        *result = information->DataLength;
        const ULONG kept = information->DataLength < length ? information->DataLength : length;
        std::memcpy(data, information->Data, kept);
    }
    ExFreePoolWithTag(buffer, rtl::kStringTag);
    return status;
}

}  // namespace

NTSTATUS NTAPI RtlQueryRegistryValueWithFallback(HANDLE primary, HANDLE fallback,
                                                 PUNICODE_STRING name, ULONG length, PULONG type,
                                                 PVOID data, PULONG result)
{
    NTSTATUS status = STATUS_OBJECT_NAME_NOT_FOUND;
    if (primary != nullptr) status = query_one(primary, name, length, type, data, result);
    if (status == STATUS_OBJECT_NAME_NOT_FOUND && fallback != nullptr)
        status = query_one(fallback, name, length, type, data, result);
    return status;
}
