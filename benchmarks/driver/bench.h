// What the benchmark program and its driver agree on.
#pragma once

// Completed in the handler: copies the input to the output.
#define IOCTL_BENCH_ECHO CTL_CODE(FILE_DEVICE_UNKNOWN, 0x900, METHOD_BUFFERED, FILE_ANY_ACCESS)
// Goes to a manual queue and stays there until it is cancelled.
#define IOCTL_BENCH_PEND CTL_CODE(FILE_DEVICE_UNKNOWN, 0x901, METHOD_BUFFERED, FILE_ANY_ACCESS)
