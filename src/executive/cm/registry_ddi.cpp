#include "executive/cm/registry.h"

#include "executive/ob/object_manager.h"
#include "executive/rtl/strings.h"

// Zw* of registry keys.

using namespace openkmdf::executive;

namespace {

// The key object behind a handle, for the length of a call.
class OpenKey {
public:
    OpenKey(HANDLE handle, ACCESS_MASK access)
        : status_(object_manager().reference_by_handle(handle, access, ob::TypeIndex::Key,
                                                       KernelMode, &key_))
    {
    }
    ~OpenKey()
    {
        if (key_ != nullptr) object_manager().dereference(key_);
    }
    OpenKey(const OpenKey &) = delete;
    OpenKey &operator=(const OpenKey &) = delete;

    // `call(key)` if the handle is good.
    template <class Call>
    NTSTATUS with(Call call)
    {
        return NT_SUCCESS(status_) ? call(*key_) : status_;
    }

private:
    Registry::Key *key_ = nullptr;
    NTSTATUS status_;
};

std::u16string_view name_of(PCUNICODE_STRING name)
{
    return name != nullptr ? rtl::view(*name) : std::u16string_view();
}

template <class Call>
NTSTATUS with_buffer(PVOID data, ULONG length, PULONG needed, Call call)
{
    Registry::Buffer buffer;
    buffer.data = data;
    buffer.capacity = data != nullptr ? length : 0;
    const NTSTATUS status = call(buffer);
    *needed = buffer.needed;
    return status;
}

}  // namespace

NTSTATUS NTAPI ZwCreateKey(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes, ULONG,
                           PUNICODE_STRING class_name, ULONG options, PULONG disposition)
{
    *handle = nullptr;
    if (options & ~ULONG{REG_LEGAL_OPTION}) return STATUS_INVALID_PARAMETER;
    Registry::Open open;
    open.create = true;
    open.options = options;
    open.open_link = options & (REG_OPTION_OPEN_LINK | REG_OPTION_CREATE_LINK);
    open.class_name = name_of(class_name);
    const NTSTATUS status = registry().open(attributes, access, KernelMode, open, handle);
    if (NT_SUCCESS(status) && disposition != nullptr) *disposition = open.disposition;
    return status;
}

NTSTATUS NTAPI ZwOpenKey(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes)
{
    return ZwOpenKeyEx(handle, access, attributes, 0);
}

NTSTATUS NTAPI ZwOpenKeyEx(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes,
                           ULONG options)
{
    *handle = nullptr;
    if (options & ~ULONG{REG_OPEN_LEGAL_OPTION}) return STATUS_INVALID_PARAMETER_4;
    Registry::Open open;
    open.open_link = options & REG_OPTION_OPEN_LINK;
    return registry().open(attributes, access, KernelMode, open, handle);
}

NTSTATUS NTAPI ZwDeleteKey(HANDLE handle)
{
    return OpenKey(handle, DELETE).with([](Registry::Key &key) {
        return registry().delete_key(key);
    });
}

NTSTATUS NTAPI ZwDeleteValueKey(HANDLE handle, PUNICODE_STRING name)
{
    return OpenKey(handle, KEY_SET_VALUE).with([=](Registry::Key &key) {
        return registry().delete_value(key, name_of(name));
    });
}

NTSTATUS NTAPI ZwSetValueKey(HANDLE handle, PUNICODE_STRING name, ULONG, ULONG type, PVOID data,
                             ULONG size)
{
    return OpenKey(handle, KEY_SET_VALUE).with([=](Registry::Key &key) {
        return registry().set_value(key, name_of(name), type, data, size);
    });
}

NTSTATUS NTAPI ZwQueryValueKey(HANDLE handle, PUNICODE_STRING name,
                               KEY_VALUE_INFORMATION_CLASS kind, PVOID data, ULONG length,
                               PULONG needed)
{
    return OpenKey(handle, KEY_QUERY_VALUE).with([=](Registry::Key &key) {
        return with_buffer(data, length, needed, [&](Registry::Buffer &buffer) {
            return registry().query_value(key, name_of(name), kind, buffer);
        });
    });
}

NTSTATUS NTAPI ZwEnumerateValueKey(HANDLE handle, ULONG index, KEY_VALUE_INFORMATION_CLASS kind,
                                   PVOID data, ULONG length, PULONG needed)
{
    return OpenKey(handle, KEY_QUERY_VALUE).with([=](Registry::Key &key) {
        return with_buffer(data, length, needed, [&](Registry::Buffer &buffer) {
            return registry().enumerate_value(key, index, kind, buffer);
        });
    });
}

NTSTATUS NTAPI ZwQueryKey(HANDLE handle, KEY_INFORMATION_CLASS kind, PVOID data, ULONG length,
                          PULONG needed)
{
    const ACCESS_MASK access = kind == KeyNameInformation ? 0 : KEY_QUERY_VALUE;
    return OpenKey(handle, access).with([=](Registry::Key &key) {
        return with_buffer(data, length, needed, [&](Registry::Buffer &buffer) {
            return registry().query_key(key, kind, buffer);
        });
    });
}

NTSTATUS NTAPI ZwEnumerateKey(HANDLE handle, ULONG index, KEY_INFORMATION_CLASS kind, PVOID data,
                              ULONG length, PULONG needed)
{
    return OpenKey(handle, KEY_ENUMERATE_SUB_KEYS).with([=](Registry::Key &key) {
        return with_buffer(data, length, needed, [&](Registry::Buffer &buffer) {
            return registry().enumerate_key(key, index, kind, buffer);
        });
    });
}

// The tree is never on a disk; what a flush promises is kept at once.
NTSTATUS NTAPI ZwFlushKey(HANDLE handle)
{
    return OpenKey(handle, 0).with([](Registry::Key &) { return STATUS_SUCCESS; });
}

NTSTATUS NTAPI ZwRenameKey(HANDLE handle, PUNICODE_STRING name)
{
    return OpenKey(handle, KEY_WRITE).with([=](Registry::Key &key) {
        return registry().rename_key(key, name_of(name));
    });
}

NTSTATUS NTAPI ZwSetInformationKey(HANDLE handle, KEY_SET_INFORMATION_CLASS kind, PVOID data,
                                   ULONG length)
{
    return OpenKey(handle, KEY_SET_VALUE).with([=](Registry::Key &key) -> NTSTATUS {
        if (kind != KeyWriteTimeInformation) return STATUS_INVALID_INFO_CLASS;
        if (length != sizeof(KEY_WRITE_TIME_INFORMATION)) return STATUS_INFO_LENGTH_MISMATCH;
        auto *information = static_cast<const KEY_WRITE_TIME_INFORMATION *>(data);
        return registry().set_write_time(key, information->LastWriteTime.QuadPart);
    });
}
