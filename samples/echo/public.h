// What clients of the echo device know of it: its control codes and its device interface. Include
// <initguid.h> before it in one source file of a program.

#pragma once

#include <devioctl.h>
#include <guiddef.h>

// {6D3AC3C7-52D9-4A0E-9C0B-33D61B1A40D5}
DEFINE_GUID(GUID_DEVINTERFACE_ECHO, 0x6d3ac3c7, 0x52d9, 0x4a0e, 0x9c, 0x0b, 0x33, 0xd6, 0x1b, 0x1a,
            0x40, 0xd5);

// Out: ECHO_STATISTICS.
#define IOCTL_ECHO_GET_STATISTICS \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)
// In: bytes. Out: the same bytes, the last one first.
#define IOCTL_ECHO_REVERSE CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS)
// In: ECHO_DELAY, the time between a read and its answer.
#define IOCTL_ECHO_SET_DELAY CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_BUFFERED, FILE_WRITE_ACCESS)

// What the device remembers of the last write.
#define ECHO_MESSAGE_SIZE 4096

typedef struct ECHO_STATISTICS {
    unsigned int Reads;
    unsigned int Writes;
    unsigned int CancelledReads;
    unsigned int PowerUps;
    unsigned int MessageSize;
} ECHO_STATISTICS;

typedef struct ECHO_DELAY {
    unsigned int Milliseconds;
} ECHO_DELAY;
