// Two ways to keep a request, and one to let them all go.

#pragma once

#include <devioctl.h>

#define CANCEL_CODE(number)                                                                        \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800 + (number), METHOD_BUFFERED, FILE_ANY_ACCESS)

// Waits in a manual queue.
#define IOCTL_CANCEL_KEEP_IN_QUEUE CANCEL_CODE(0)
// Waits in the driver, marked cancelable.
#define IOCTL_CANCEL_KEEP_MARKED CANCEL_CODE(1)
// Starts the timer that completes every waiting request.
#define IOCTL_CANCEL_FIRE CANCEL_CODE(2)
// Out: CANCEL_COUNTS.
#define IOCTL_CANCEL_GET_COUNTS CANCEL_CODE(3)

typedef struct CANCEL_COUNTS {
    unsigned int Completed;           // by the timer
    unsigned int Cancelled;           // by the cancel callback
    unsigned int RefusedAsCancelled;  // cancelled before they could be marked
} CANCEL_COUNTS;
