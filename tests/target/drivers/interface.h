// The interfaces that the bottom device offers to other drivers.

#pragma once

#include <ntddk.h>

// {3B4E7E60-5D0B-4C51-9F5A-0F2B8B4A1C01}
DEFINE_GUID(GUID_BOTTOM_INTERFACE, 0x3b4e7e60, 0x5d0b, 0x4c51, 0x9f, 0x5a, 0x0f, 0x2b, 0x8b, 0x4a,
            0x1c, 0x01);
// {3B4E7E60-5D0B-4C51-9F5A-0F2B8B4A1C02}
DEFINE_GUID(GUID_BOTTOM_TWO_WAY, 0x3b4e7e60, 0x5d0b, 0x4c51, 0x9f, 0x5a, 0x0f, 0x2b, 0x8b, 0x4a,
            0x1c, 0x02);
// {3B4E7E60-5D0B-4C51-9F5A-0F2B8B4A1C03}
DEFINE_GUID(GUID_NOBODYS_INTERFACE, 0x3b4e7e60, 0x5d0b, 0x4c51, 0x9f, 0x5a, 0x0f, 0x2b, 0x8b, 0x4a,
            0x1c, 0x03);

typedef struct BOTTOM_INTERFACE {
    INTERFACE Header;
    ULONG Base;
    ULONG(NTAPI *Add)(PVOID Context, ULONG Number);
    ULONG(NTAPI *Users)(PVOID Context);
} BOTTOM_INTERFACE;

// The asker fills In.
typedef struct BOTTOM_TWO_WAY {
    INTERFACE Header;
    ULONG In;
    ULONG Out;
} BOTTOM_TWO_WAY;
