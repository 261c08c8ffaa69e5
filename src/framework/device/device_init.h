#pragma once

#include "framework/device/device.h"
#include "framework/driver/driver.h"
#include "scheduler/arena.h"

#include <ntddk.h>
#include <wdf.h>

#include <cstdint>

// WDFDEVICE_INIT: what a driver says about a device before it exists. Opaque to drivers.

namespace openkmdf::framework {

enum class DeviceInitKind : std::uint8_t { Function, Bus, Control };

// One EvtDeviceWdmIrpPreprocess registration; minor codes copied behind it.
struct PreprocessEntry {
    PreprocessEntry *next = nullptr;
    PFN_WDFDEVICE_WDM_IRP_PREPROCESS callback = nullptr;
    std::uint8_t major = 0;
    std::uint8_t minor_count = 0;  // 0: every minor code
    std::uint8_t minors[62] = {};
};

// EvtDevice*StateChange registrations: one per state.
struct StateCallback {
    StateCallback *next = nullptr;
    std::uint32_t state = 0;
    std::uint32_t types = 0;   // WDF_STATE_NOTIFICATION_TYPE bits
    void *callback = nullptr;  // by the list that it is in
};

// What is copied from the init into the device as it is.
struct DeviceSettings {
    WDF_PNPPOWER_EVENT_CALLBACKS pnp_power = {};
    WDF_POWER_POLICY_EVENT_CALLBACKS power_policy = {};
    WDF_FDO_EVENT_CALLBACKS fdo = {};
    StateCallback *pnp_callbacks = nullptr;
    StateCallback *power_callbacks = nullptr;
    StateCallback *policy_callbacks = nullptr;
    WDF_RELEASE_HARDWARE_ORDER_ON_FAILURE release_order = WdfReleaseHardwareOrderOnFailureEarly;
    bool power_policy_owner = true;
    bool power_pageable = true;
    bool power_inrush = false;
    bool remove_lock_for_all_io = false;
    bool allows_self_io_target = false;
    PFN_WDF_DEVICE_SHUTDOWN_NOTIFICATION evt_shutdown = nullptr;
    std::uint8_t shutdown_flags = 0;
};

}  // namespace openkmdf::framework

struct WDFDEVICE_INIT {
    openkmdf::framework::Driver *driver = nullptr;
    openkmdf::framework::DeviceInitKind kind = openkmdf::framework::DeviceInitKind::Function;
    PDEVICE_OBJECT physical = nullptr;
    openkmdf::framework::Device *created = nullptr;  // set by WdfDeviceCreate
    openkmdf::framework::Device *parent = nullptr;   // of a PDO
    bool is_filter = false;
    bool is_exclusive = false;
    bool has_class = false;
    bool has_sddl = false;
    bool characteristics_set = false;
    bool no_name_generation = false;
    WDF_DEVICE_IO_TYPE io_type = WdfDeviceIoBuffered;
    WDF_DEVICE_IO_TYPE control_io_type = WdfDeviceIoUndefined;
    ULONG direct_transfer_threshold = 0;
    DEVICE_TYPE device_type = FILE_DEVICE_UNKNOWN;
    ULONG characteristics = FILE_DEVICE_SECURE_OPEN;
    GUID device_class = {};
    UNICODE_STRING name = {};  // owned, see release_device_init
    UNICODE_STRING sddl = {};  // owned
    WDF_FILEOBJECT_CONFIG file_config = {.AutoForwardCleanupClose = WdfUseDefault};
    WDF_OBJECT_ATTRIBUTES file_attributes = {};
    WDF_OBJECT_ATTRIBUTES request_attributes = {};
    PFN_WDF_IO_IN_CALLER_CONTEXT evt_io_in_caller_context = nullptr;
    openkmdf::framework::PreprocessEntry *preprocess = nullptr;
    openkmdf::framework::DeviceSettings settings;
};

namespace openkmdf::framework {

// Frees what the init still owns, not the init itself: that of EvtDriverDeviceAdd is on a stack.
void release_device_init(WDFDEVICE_INIT &init);
void release_device_settings(scheduler::Arena &arena, DeviceSettings &settings,
                             PreprocessEntry *&preprocess);

// WdfDeviceCreate. On success the init is used up.
NTSTATUS create_device(WDFDEVICE_INIT &init, const WDF_OBJECT_ATTRIBUTES *attributes,
                       Device **device);

}  // namespace openkmdf::framework
