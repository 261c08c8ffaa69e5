// Calls of the function table by index, with any arguments.

#pragma once

#include <devioctl.h>

#define CHECKED_CODE(number)                                                                       \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800 + (number), METHOD_BUFFERED, FILE_ANY_ACCESS)

// In: CHECKED_CALL. Out, if there is room: what the function returned, as 64 bits.
#define IOCTL_CHECKED_CALL CHECKED_CODE(0)
// Out: CHECKED_HANDLES.
#define IOCTL_CHECKED_GET_HANDLES CHECKED_CODE(1)

typedef struct CHECKED_CALL {
    unsigned int Index;
    unsigned int Irql;                 // raised to it for the call
    unsigned long long Arguments[10];  // after the driver globals
    unsigned int
        CallerArgument;  // n: the n-th argument, from 1, is the request or init; 0: none is
    unsigned int Reserved;
} CHECKED_CALL;

typedef struct CHECKED_HANDLES {
    unsigned long long Device;
    unsigned long long Collection;
    unsigned long long Deleted;  // a memory object that is gone
    unsigned long long Buffer;   // kernel memory of 4 KiB, all zero
    unsigned long long Driver;
    unsigned long long Queue;
} CHECKED_HANDLES;

// In the driver's Parameters key: calls that the next EvtDriverDeviceAdd makes before it creates
// its device, and what came of them: the results, and the handle of the device (0: it could not be
// created).
#define CHECKED_ADD_CALLS L"AddCalls"
#define CHECKED_ADD_RESULTS L"AddResults"
#define CHECKED_MOST_ADD_CALLS 16

typedef struct CHECKED_ADDED {
    unsigned long long Device;
    unsigned long long Results[CHECKED_MOST_ADD_CALLS];
} CHECKED_ADDED;
