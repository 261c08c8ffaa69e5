// What every buffer function of a request says, in EvtIoInCallerContext and in the request handler.

#pragma once

#include <devioctl.h>

#define BUFFERS_CODE(number, method)                                                               \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800 + (number), method, FILE_ANY_ACCESS)

// In: BUFFERS_SETTINGS, for the requests that follow.
#define IOCTL_BUFFERS_SET BUFFERS_CODE(0, METHOD_BUFFERED)
// Out: BUFFERS_REPORT of the last of the requests below, and of reads and writes.
#define IOCTL_BUFFERS_REPORT BUFFERS_CODE(1, METHOD_BUFFERED)

#define IOCTL_BUFFERS_BUFFERED BUFFERS_CODE(2, METHOD_BUFFERED)
#define IOCTL_BUFFERS_IN_DIRECT BUFFERS_CODE(2, METHOD_IN_DIRECT)
#define IOCTL_BUFFERS_OUT_DIRECT BUFFERS_CODE(2, METHOD_OUT_DIRECT)
#define IOCTL_BUFFERS_NEITHER BUFFERS_CODE(2, METHOD_NEITHER)

// In: BUFFERS_INNER. The driver sends such a request to itself, from kernel mode.
#define IOCTL_BUFFERS_INNER BUFFERS_CODE(3, METHOD_BUFFERED)

#define BUFFERS_LOCK 1            // lock the client's buffers in EvtIoInCallerContext
#define BUFFERS_LOCK_ELSEWHERE 2  // ... in a work item
#define BUFFERS_COMPLETE_FIRST 4  // ask after the request was completed
#define BUFFERS_UNSAFE_LATE 8     // ask for the client's addresses in the request handler

typedef struct BUFFERS_SETTINGS {
    unsigned int Flags;
    unsigned int MinimumLength;
    unsigned long long LockAddress;  // instead of the client's buffers, if not 0
    unsigned long long LockLength;
} BUFFERS_SETTINGS;

typedef struct BUFFERS_INNER {
    unsigned int IoControlCode;
    unsigned int Internal;
    unsigned int InputLength;
    unsigned int OutputLength;
} BUFFERS_INNER;

typedef struct BUFFERS_ANSWER {
    int Status;
    unsigned int Reserved;
    unsigned long long Address;
    unsigned long long Length;
} BUFFERS_ANSWER;

// [0] is the input, [1] the output.
typedef struct BUFFERS_REPORT {
    unsigned int Requests;
    unsigned int ProcessId;
    BUFFERS_ANSWER Unsafe[2];
    BUFFERS_ANSWER Lock[2];
    BUFFERS_ANSWER Buffer[2];
    BUFFERS_ANSWER Memory[2];
    BUFFERS_ANSWER Mdl[2];
    unsigned char Input[16];  // what the driver read
    unsigned int SameMdlTwice;
    unsigned int MdlIsMapped;
} BUFFERS_REPORT;
