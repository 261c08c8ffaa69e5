// What the driver of loops can be asked to do.

#pragma once

#include <devioctl.h>

#define LOOPS_CODE(number)                                                                         \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800 + (number), METHOD_BUFFERED, FILE_ANY_ACCESS)

// These loop until something else has run.
#define IOCTL_LOOPS_STALL_UNTIL_TIMER LOOPS_CODE(0)
#define IOCTL_LOOPS_YIELD_UNTIL_WORK_ITEM LOOPS_CODE(1)
#define IOCTL_LOOPS_INTERLOCKED_UNTIL_WORK_ITEM LOOPS_CODE(2)
#define IOCTL_LOOPS_INTERLOCKED_AT_DISPATCH_UNTIL_WORK_ITEM LOOPS_CODE(3)
#define IOCTL_LOOPS_POLL_CLOCK LOOPS_CODE(4)
// These loop for ever.
#define IOCTL_LOOPS_YIELD_FOR_EVER LOOPS_CODE(5)
#define IOCTL_LOOPS_INTERLOCKED_FOR_EVER LOOPS_CODE(6)
#define IOCTL_LOOPS_EMPTY_FOR_EVER LOOPS_CODE(7)
// The handler and a work item take two wait locks in opposite order.
#define IOCTL_LOOPS_CROSS_WAIT_LOCKS LOOPS_CODE(8)
#define IOCTL_LOOPS_SPIN_LOCK_TWICE LOOPS_CODE(9)
// Uses LOOPS_DEEP_STACK bytes of the kernel stack, and some.
#define IOCTL_LOOPS_DEEP_STACK LOOPS_CODE(10)

#define LOOPS_DEEP_STACK (40 * 1024)
