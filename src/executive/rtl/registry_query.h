#pragma once

#include <ntddk.h>

#include <cstddef>
#include <cstdint>

// One call of RtlQueryRegistryValues.

namespace openkmdf::executive::rtl {

// The handle of a key that RtlXxxRegistryXxx routines name by RelativeTo and Path. `create` makes
// the missing keys of the path. The caller closes the handle if `owned` says so.
struct RegistryPath {
    HANDLE handle = nullptr;
    bool owned = false;
};
NTSTATUS open_registry_path(ULONG relative_to, PCWSTR path, bool create, RegistryPath &result);
void close_registry_path(RegistryPath &path);

class RegistryQuery {
public:
    RegistryQuery(HANDLE top, PVOID context) : top_(top), current_(top), context_(context) {}
    ~RegistryQuery();
    RegistryQuery(const RegistryQuery &) = delete;
    RegistryQuery &operator=(const RegistryQuery &) = delete;

    NTSTATUS run(PRTL_QUERY_REGISTRY_TABLE table);

private:
    struct Value {
        PWSTR name;
        ULONG type;
        PVOID data;
        ULONG length;
    };

    NTSTATUS entry(RTL_QUERY_REGISTRY_TABLE &entry);
    NTSTATUS named(RTL_QUERY_REGISTRY_TABLE &entry);
    NTSTATUS all_values(RTL_QUERY_REGISTRY_TABLE &entry);
    NTSTATUS use_default(RTL_QUERY_REGISTRY_TABLE &entry);
    NTSTATUS go_to_subkey(PCWSTR name);
    void go_to_top();
    NTSTATUS read(PCWSTR name, ULONG index);
    bool is_trusted_hive() const;
    NTSTATUS deliver(RTL_QUERY_REGISTRY_TABLE &entry, const Value &value);
    NTSTATUS deliver_strings(RTL_QUERY_REGISTRY_TABLE &entry, const Value &value);
    NTSTATUS call(RTL_QUERY_REGISTRY_TABLE &entry, const Value &value);
    NTSTATUS store(RTL_QUERY_REGISTRY_TABLE &entry, const Value &value);
    NTSTATUS store_string(PUNICODE_STRING target, const Value &value);
    bool reserve(ULONG bytes);

    HANDLE top_;
    HANDLE current_;  // null: the subkey asked for does not exist
    PVOID context_;
    void *buffer_ = nullptr;
    ULONG capacity_ = 0;
    Value value_ = {};  // in buffer_
};

}  // namespace openkmdf::executive::rtl
