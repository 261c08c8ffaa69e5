// What keyboard and mouse class drivers tell the drivers below them.
#pragma once

#include <ntddkbd.h>
#include <ntddmou.h>
#include <wdm.h>

#define IOCTL_INTERNAL_KEYBOARD_CONNECT 0xb0203
#define IOCTL_INTERNAL_KEYBOARD_DISABLE 0xb1003
#define IOCTL_INTERNAL_KEYBOARD_DISCONNECT 0xb0403
#define IOCTL_INTERNAL_KEYBOARD_ENABLE 0xb0803
#define IOCTL_INTERNAL_MOUSE_CONNECT 0xf0203
#define IOCTL_INTERNAL_MOUSE_DISABLE 0xf1003
#define IOCTL_INTERNAL_MOUSE_DISCONNECT 0xf0403
#define IOCTL_INTERNAL_MOUSE_ENABLE 0xf0803
#define KBDMOU_COULD_NOT_SEND_COMMAND 0
#define KBDMOU_COULD_NOT_SEND_PARAM 1
#define KBDMOU_INCORRECT_RESPONSE 4
#define KBDMOU_NO_RESPONSE 2

typedef VOID NTAPI SERVICE_CALLBACK_ROUTINE(_In_ PVOID NormalContext, _In_ PVOID SystemArgument1,
                                            _In_ PVOID SystemArgument2,
                                            _Inout_ PVOID SystemArgument3);
typedef SERVICE_CALLBACK_ROUTINE *PSERVICE_CALLBACK_ROUTINE;

typedef struct _CONNECT_DATA {
    PDEVICE_OBJECT ClassDeviceObject;
    PVOID ClassService;
} CONNECT_DATA, *PCONNECT_DATA;
