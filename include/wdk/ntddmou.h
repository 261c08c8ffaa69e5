// Mice: I/O controls and their structures.
#if !defined(OPENKMDF_NTDDMOU)
#define OPENKMDF_NTDDMOU

#include <ntdef.h>
#include <devioctl.h>

#define IOCTL_MOUSE_INSERT_DATA 0xf0004
#define IOCTL_MOUSE_QUERY_ATTRIBUTES 0xf0000

#define MOUSE_ATTRIBUTES_CHANGED 4
#define MOUSE_BUTTON_1_DOWN 1
#define MOUSE_BUTTON_1_UP 2
#define MOUSE_BUTTON_2_DOWN 4
#define MOUSE_BUTTON_2_UP 8
#define MOUSE_BUTTON_3_DOWN 0x10
#define MOUSE_BUTTON_3_UP 0x20
#define MOUSE_BUTTON_4_DOWN 0x40
#define MOUSE_BUTTON_4_UP 0x80
#define MOUSE_BUTTON_5_DOWN 0x100
#define MOUSE_BUTTON_5_UP 0x200
#define MOUSE_ERROR_VALUE_BASE 0x4e20
#define MOUSE_HID_HARDWARE 0x80
#define MOUSE_HWHEEL 0x800
#define MOUSE_I8042_HARDWARE 2
#define MOUSE_INPORT_HARDWARE 1
#define MOUSE_LEFT_BUTTON_DOWN 1
#define MOUSE_LEFT_BUTTON_UP 2
#define MOUSE_MIDDLE_BUTTON_DOWN 0x10
#define MOUSE_MIDDLE_BUTTON_UP 0x20
#define MOUSE_MOVE_ABSOLUTE 1
#define MOUSE_MOVE_NOCOALESCE 8
#define MOUSE_MOVE_RELATIVE 0
#define MOUSE_RIGHT_BUTTON_DOWN 4
#define MOUSE_RIGHT_BUTTON_UP 8
#define MOUSE_SERIAL_HARDWARE 4
#define MOUSE_TERMSRV_SRC_SHADOW 0x100
#define MOUSE_VIRTUAL_DESKTOP 2
#define MOUSE_WHEEL 0x400

typedef struct _MOUSE_ATTRIBUTES {
    USHORT MouseIdentifier;
    USHORT NumberOfButtons;
    USHORT SampleRate;
    ULONG InputDataQueueLength;
} MOUSE_ATTRIBUTES, *PMOUSE_ATTRIBUTES;

typedef struct _MOUSE_INPUT_DATA {
    USHORT UnitId;
    USHORT Flags;
    union {
        ULONG Buttons;
        struct {
            USHORT ButtonFlags;
            USHORT ButtonData;
        };
    };
    ULONG RawButtons;
    LONG LastX;
    LONG LastY;
    ULONG ExtraInformation;
} MOUSE_INPUT_DATA, *PMOUSE_INPUT_DATA;

typedef struct _MOUSE_UNIT_ID_PARAMETER {
    USHORT UnitId;
} MOUSE_UNIT_ID_PARAMETER, *PMOUSE_UNIT_ID_PARAMETER;

#endif

#if (defined(INITGUID) && !defined(OPENKMDF_NTDDMOU_DEFINED)) ||                                    \
    (!defined(INITGUID) && !defined(OPENKMDF_NTDDMOU_DECLARED))
#if defined(INITGUID)
#define OPENKMDF_NTDDMOU_DEFINED
#else
#define OPENKMDF_NTDDMOU_DECLARED
#endif
#include <guiddef.h>

// clang-format off
DEFINE_GUID(GUID_CLASS_MOUSE, 0x378de44c, 0x56ef, 0x11d1,
            0xbc, 0x8c, 0x00, 0xa0, 0xc9, 0x14, 0x05, 0xdd);
DEFINE_GUID(GUID_DEVINTERFACE_MOUSE, 0x378de44c, 0x56ef, 0x11d1,
            0xbc, 0x8c, 0x00, 0xa0, 0xc9, 0x14, 0x05, 0xdd);
// clang-format on

#endif
