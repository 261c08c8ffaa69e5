// A driver that chooses the queue of each device control itself.

#pragma once

#include "target.h"

#define DISPATCH_CODE(number) TARGET_CODE(400 + (number), METHOD_BUFFERED)

// Each is completed with as many bytes as the number of the place that it reached.
#define IOCTL_DISPATCH_DEFAULT DISPATCH_CODE(0)
#define IOCTL_DISPATCH_SPECIAL DISPATCH_CODE(1)
#define IOCTL_DISPATCH_SPECIAL_IN_CONTEXT DISPATCH_CODE(2)
#define IOCTL_DISPATCH_ITSELF DISPATCH_CODE(3)
#define IOCTL_DISPATCH_PREPROCESSED DISPATCH_CODE(4)
// To a queue of another device.
#define IOCTL_DISPATCH_WRONG_QUEUE DISPATCH_CODE(5)

enum {
    DispatchDefaultQueue = 1,
    DispatchSpecialQueue = 2,
    DispatchCallback = 3,
    DispatchInContext = 16,  // added if EvtIoInCallerContext saw it
};
