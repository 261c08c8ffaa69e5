#pragma once

#include "framework/target/io_target.h"

// What a remote target is opened with and holds while it is open.

namespace openkmdf::framework {

struct RemoteTarget {
    // --- How it was opened last; a reopen uses it again --------------------------------------
    bool opened_by_name = false;
    UNICODE_STRING name = {};               // owned
    WDF_IO_TARGET_OPEN_PARAMS params = {};  // of these the plain values and the callbacks
    void *ea = nullptr;                     // owned
    LONGLONG allocation_size = 0;
    bool has_allocation_size = false;

    // --- While it is open --------------------------------------------------------------------
    HANDLE handle = nullptr;            // by name
    PFILE_OBJECT file = nullptr;        // referenced
    PDEVICE_OBJECT device = nullptr;    // referenced
    PDEVICE_OBJECT physical = nullptr;  // referenced; null: no PnP device
    // Kept while the target is closed for a query, so that the driver learns how that ends.
    void *notification = nullptr;
};

// WdfIoTargetOpen, WdfIoTargetClose, WdfIoTargetCloseForQueryRemove. PASSIVE_LEVEL.
NTSTATUS open_remote_target(IoTarget &target, WDF_IO_TARGET_OPEN_PARAMS &params);
void close_remote_target(IoTarget &target);
void close_for_query_remove(IoTarget &target);

// The target ends.
void forget_open_parameters(IoTarget &target);

// The target's PDO; null: none.
PDEVICE_OBJECT physical_device(const IoTarget &target);

}  // namespace openkmdf::framework
