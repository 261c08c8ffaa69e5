// The filter on top of the bottom device, and the cases that it runs on its targets.

#pragma once

#include <ntddk.h>
#include <wdf.h>

#include "target.h"

typedef struct TOP_DEVICE {
    WDFDEVICE Device;
    WDFIOTARGET Target;  // the local one
    WDFSPINLOCK Lock;
    // All below belongs to the lock.
    TOP_WAY Way;
    WDFREQUEST Sent;  // the last one with a completion routine
    TOP_COUNTS Counts;
} TOP_DEVICE;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(TOP_DEVICE, TopGet)

// One run of a case.
typedef struct TOP_RUN {
    TOP_DEVICE *Top;
    WDFIOTARGET Target;
    TOP_RESULT Result;
} TOP_RUN;

typedef struct TOP_CASE {
    const char *Name;
    void (*Run)(TOP_RUN *Run);
} TOP_CASE;

extern const TOP_CASE RequestCases[];
extern const TOP_CASE TransferCases[];
extern const TOP_CASE StateCases[];
extern const TOP_CASE RemoteCases[];
extern const TOP_CASE InterfaceCases[];

void TopCheck(TOP_RUN *Run, BOOLEAN Holds, const char *Text, int Line, unsigned long long Left,
              unsigned long long Right);

#define CHECK(condition) TopCheck(run, (condition) != 0, #condition, __LINE__, 0, 0)
#define CHECK_EQUAL(left, right)                                                                   \
    do {                                                                                           \
        unsigned long long left_ = (unsigned long long)(left);                                     \
        unsigned long long right_ = (unsigned long long)(right);                                   \
        TopCheck(run, left_ == right_, #left " == " #right, __LINE__, left_, right_);              \
    } while (0)
#define CHECK_STATUS(expression, status) CHECK_EQUAL((ULONG)(expression), (ULONG)(status))

// --- What the cases share ------------------------------------------------------------------------

// What a completion routine saw.
typedef struct TOP_DONE {
    KEVENT Event;
    ULONG Calls;
    NTSTATUS Status;
    ULONG_PTR Information;
    WDFIOTARGET Target;
    WDF_REQUEST_COMPLETION_PARAMS Params;
    NTSTATUS RequestStatus;  // WdfRequestGetStatus there
} TOP_DONE;

EVT_WDF_REQUEST_COMPLETION_ROUTINE TopDone;
void TopInitDone(TOP_DONE *Done);
// Sets TopDone and sends; what WdfRequestSend returned.
BOOLEAN TopSend(WDFREQUEST Request, WDFIOTARGET Target, TOP_DONE *Done,
                PWDF_REQUEST_SEND_OPTIONS Options);
void TopWait(TOP_DONE *Done);
NTSTATUS TopReuse(WDFREQUEST Request);
NTSTATUS TopMemory(size_t Size, WDFMEMORY *Memory, UCHAR **Buffer);
// Sends a control to the local target, without regard to its state.
NTSTATUS TopControl(TOP_RUN *Run, ULONG Code, PVOID Output, ULONG Length);
BOTTOM_SEEN TopSeen(TOP_RUN *Run);
