// A driver with a remote target on the bottom device, which it watches.

#pragma once

#include "target.h"

// In: WATCHER_OPEN. Opens \DosDevices\Bottom.
#define IOCTL_WATCHER_OPEN TARGET_CODE(200, METHOD_BUFFERED)
// Out: the target's WDF_IO_TARGET_STATE.
#define IOCTL_WATCHER_GET_STATE TARGET_CODE(201, METHOD_BUFFERED)
// Sends IOCTL_BOTTOM_FAIL and completes with what comes back.
#define IOCTL_WATCHER_FAIL TARGET_CODE(202, METHOD_BUFFERED)
// Sends IOCTL_BOTTOM_KEEP, to be forgotten when it comes back.
#define IOCTL_WATCHER_KEEP TARGET_CODE(203, METHOD_BUFFERED)
// Out: how many of those came back with STATUS_CANCELLED.
#define IOCTL_WATCHER_GET_CANCELLED TARGET_CODE(204, METHOD_BUFFERED)
#define IOCTL_WATCHER_DELETE TARGET_CODE(205, METHOD_BUFFERED)

typedef enum WATCHER_OPEN {
    WatcherNoCallbacks,
    WatcherAgrees,
    WatcherVetoes,
} WATCHER_OPEN;
