#pragma once

#include "executive/kernel.h"
#include "scheduler/internal_lock.h"

#include <ntddk.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

// A device as the PnP manager knows it: its place in the device tree, its identity, its drivers and
// the state of its stack.

namespace openkmdf::executive::pnp {

enum class NodeState : std::uint8_t {
    Uninitialized,  // reported by its bus
    Initialized,    // its identity is known
    DriversAdded,   // AddDevice was called
    Started,
    StopPending,  // IRP_MN_QUERY_STOP_DEVICE succeeded
    Stopped,
    RemovePending,    // IRP_MN_QUERY_REMOVE_DEVICE succeeded
    SurpriseRemoved,  // waits for its last file to be closed
    Removed,
};

const char *name_of(NodeState state);

// Text in the machine's arena; MULTI_SZ lists include their terminators.
struct Text {
    char16_t *data = nullptr;
    std::uint32_t length = 0;  // characters
    std::uint32_t room = 0;    // bytes

    std::u16string_view view() const { return {data, length}; }
    bool assign(std::u16string_view text);
    bool append(std::u16string_view text);
    void clear();
};

// Without regard to case.
bool same_text(std::u16string_view a, std::u16string_view b);

inline constexpr unsigned kMostFilters = 8;

struct DriverSet {
    PDRIVER_OBJECT function = nullptr;
    PDRIVER_OBJECT lower[kMostFilters] = {};  // in the order in which they are attached
    PDRIVER_OBJECT upper[kMostFilters] = {};

    static constexpr unsigned kMost = 2 * kMostFilters + 1;
    // From the bottom up; nullptr: that was the last.
    PDRIVER_OBJECT in_order(unsigned index) const;
    bool contains(PDRIVER_OBJECT driver) const;
};

// What is plugged in.
struct DeviceDescription {
    std::u16string_view device_id;    // "ROOT\ECHO"
    std::u16string_view instance_id;  // "0000"; empty: the lowest free number
    std::span<const std::u16string_view> hardware_ids = {};  // empty: the device identifier
    std::span<const std::u16string_view> compatible_ids = {};
    std::u16string_view description;
    std::u16string_view location;
    std::u16string_view friendly_name;
    std::u16string_view manufacturer;
    std::u16string_view class_name;
    GUID class_guid = {};
    std::span<const CM_PARTIAL_RESOURCE_DESCRIPTOR> raw_resources = {};
    std::span<const CM_PARTIAL_RESOURCE_DESCRIPTOR> translated_resources = {};
    const IO_RESOURCE_REQUIREMENTS_LIST *requirements = nullptr;
    const DEVICE_CAPABILITIES *capabilities = nullptr;  // null: those of a root-enumerated device
    DriverSet drivers;
};

struct DeviceProperty;  // properties.cpp

struct DevNode {
    std::uint32_t ordinal = 0;     // in order of arrival
    std::uint32_t references = 1;  // atomic
    NodeState state = NodeState::Uninitialized;
    NodeState state_before_query = NodeState::Uninitialized;
    NTSTATUS problem = STATUS_SUCCESS;  // why it is not started
    bool is_root = false;               // its bus is the root bus
    bool is_present = true;             // its bus reports it
    bool is_seen = false;               // by the enumeration in progress

    // The tree; guarded by the PnP lock. Siblings in order of arrival.
    DevNode *parent = nullptr;
    DevNode *first_child = nullptr;
    DevNode *next_sibling = nullptr;

    PDEVICE_OBJECT physical = nullptr;  // referenced
    DriverSet drivers;

    Text instance_path;  // "ROOT\ECHO\0000"
    Text device_id;
    Text instance_id;
    Text hardware_ids;  // MULTI_SZ
    Text compatible_ids;
    Text description;
    Text location;
    Text friendly_name;
    Text manufacturer;
    Text class_name;
    GUID class_guid = {};
    std::uint32_t driver_key = 0;  // "{class}\0007"; assigned when first asked for, + 1

    PCM_RESOURCE_LIST raw = nullptr;  // arena; null: none
    PCM_RESOURCE_LIST translated = nullptr;
    std::size_t resource_size = 0;                          // of each
    PIO_RESOURCE_REQUIREMENTS_LIST requirements = nullptr;  // pool; null: none
    DEVICE_CAPABILITIES capabilities = {};
    PNP_DEVICE_STATE pnp_state = 0;
    GUID bus_type = {};
    INTERFACE_TYPE legacy_bus = InterfaceTypeUndefined;
    ULONG bus_number = 0;
    DeviceProperty *properties = nullptr;

    // Power: one IRP of each kind at a time goes through a stack; the others wait. Guarded by
    // power_lock.
    scheduler::InternalLock power_lock;
    PIRP power_waiting = nullptr;
    bool power_busy = false;
    SYSTEM_POWER_STATE system_power = PowerSystemWorking;
};

// A stack with drivers may hear of what happens to it.
inline bool has_stack(const DevNode &node)
{
    return node.state != NodeState::Uninitialized && node.state != NodeState::Initialized &&
           node.state != NodeState::Removed;
}

}  // namespace openkmdf::executive::pnp
