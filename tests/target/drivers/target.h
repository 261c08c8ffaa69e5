// The bottom driver of the stack that the target tests send requests to, and its codes.

#pragma once

#include <devioctl.h>

#define TARGET_CODE(number, method)                                                                \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800 + (number), method, FILE_ANY_ACCESS)

// --- The bottom device ---------------------------------------------------------------------------

// Output: the input, each byte plus one; STATUS_BUFFER_TOO_SMALL unless both are equally long.
#define IOCTL_BOTTOM_ECHO TARGET_CODE(0, METHOD_BUFFERED)
#define IOCTL_BOTTOM_ECHO_OUT_DIRECT TARGET_CODE(1, METHOD_OUT_DIRECT)
#define IOCTL_BOTTOM_ECHO_IN_DIRECT TARGET_CODE(2, METHOD_IN_DIRECT)
#define IOCTL_BOTTOM_ECHO_NEITHER TARGET_CODE(3, METHOD_NEITHER)
// Kept until released; the first can be cancelled.
#define IOCTL_BOTTOM_KEEP TARGET_CODE(4, METHOD_BUFFERED)
#define IOCTL_BOTTOM_KEEP_DEAF TARGET_CODE(5, METHOD_BUFFERED)
// Completes what is kept with STATUS_SUCCESS and as many bytes as its output has.
#define IOCTL_BOTTOM_RELEASE TARGET_CODE(6, METHOD_BUFFERED)
// Out: BOTTOM_SEEN, of the last request but this.
#define IOCTL_BOTTOM_GET_SEEN TARGET_CODE(7, METHOD_BUFFERED)
#define IOCTL_BOTTOM_FAIL TARGET_CODE(8, METHOD_BUFFERED)  // STATUS_DEVICE_DATA_ERROR
// Internal; Argument1, 2 and 4 are pointers to numbers: the third becomes the sum of the others.
#define IOCTL_BOTTOM_ADD TARGET_CODE(9, METHOD_NEITHER)

typedef struct BOTTOM_SEEN {
    unsigned int Major;
    unsigned int InputLength;
    unsigned int OutputLength;
    unsigned int HasFile;
    unsigned int FromUser;
    long long Offset;
    unsigned long long SystemBuffer;
    unsigned long long Mdl;
    unsigned long long UserBuffer;
    unsigned long long Type3;
} BOTTOM_SEEN;

// --- The top device: a filter --------------------------------------------------------------------

// In: the name of a case, zero-terminated. Out: TOP_RESULT.
#define IOCTL_TOP_RUN TARGET_CODE(100, METHOD_BUFFERED)
// In: TOP_WAY, how it passes on what is not for itself.
#define IOCTL_TOP_SET_WAY TARGET_CODE(101, METHOD_BUFFERED)
// Cancels the last request that it sent on with a completion routine.
#define IOCTL_TOP_CANCEL_SENT TARGET_CODE(102, METHOD_BUFFERED)
// Out: TOP_COUNTS.
#define IOCTL_TOP_GET_COUNTS TARGET_CODE(103, METHOD_BUFFERED)

typedef enum TOP_WAY {
    TopForgets,  // send and forget
    TopForgetsFormatted,
    TopIsTold,     // completion routine
    TopWaits,      // synchronously
    TopReformats,  // the same type, formatted for the target with the request's own memory
    TopCopiesLocation,
} TOP_WAY;

typedef struct TOP_RESULT {
    unsigned int Known;  // there is such a case
    unsigned int Checks;
    unsigned int Failures;  // each was printed
} TOP_RESULT;

typedef struct TOP_COUNTS {
    unsigned int Sent;
    unsigned int Completed;
    unsigned int Cancelled;      // of Completed: with STATUS_CANCELLED
    unsigned int TimedOut;       // with STATUS_IO_TIMEOUT
    unsigned int CancelAnswers;  // WdfRequestCancelSentRequest returned TRUE
} TOP_COUNTS;
