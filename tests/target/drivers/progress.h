// A driver whose writes are guaranteed to make progress.

#pragma once

#include "target.h"

#define PROGRESS_RESERVED 2

// In: a number. Not 0: the driver finds no memory for its requests.
#define IOCTL_PROGRESS_SET_LOW TARGET_CODE(500, METHOD_BUFFERED)
// Completes the writes that the driver has: with 1 byte for a reserved request, else 2.
#define IOCTL_PROGRESS_RELEASE TARGET_CODE(501, METHOD_BUFFERED)
// Out: PROGRESS_COUNTS.
#define IOCTL_PROGRESS_GET_COUNTS TARGET_CODE(502, METHOD_BUFFERED)

typedef struct PROGRESS_COUNTS {
    unsigned int Reserved;   // EvtIoAllocateResourcesForReservedRequest
    unsigned int Allocated;  // EvtIoAllocateRequestResources
    unsigned int Examined;   // EvtIoWdmIrpForForwardProgress
    unsigned int Kept;       // writes that the driver has
    unsigned int Tickets;    // reserved requests that still had their context
} PROGRESS_COUNTS;
