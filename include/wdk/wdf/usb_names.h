// The names of the USB headers that USB targets are declared with, alike in usb.h and usbspec.h.
#pragma once

#include "../wdftypes.h"

WDF_EXTERN_C_START

typedef LONG USBD_STATUS;
typedef PVOID USBD_PIPE_HANDLE;
typedef PVOID USBD_CONFIGURATION_HANDLE;

typedef struct _URB *PURB;
typedef struct _USB_DEVICE_DESCRIPTOR *PUSB_DEVICE_DESCRIPTOR;
typedef struct _USB_CONFIGURATION_DESCRIPTOR *PUSB_CONFIGURATION_DESCRIPTOR;
typedef struct _USB_INTERFACE_DESCRIPTOR *PUSB_INTERFACE_DESCRIPTOR;

// The versions, in binary coded decimals, of the driver interface and of the bus.
typedef struct _USBD_VERSION_INFORMATION {
    ULONG USBDI_Version;
    ULONG Supported_USB_Version;
} USBD_VERSION_INFORMATION, *PUSBD_VERSION_INFORMATION;

// Of the setup packet's bRequest and the endpoint descriptor's bEndpointAddress.
#define USB_REQUEST_GET_STATUS 0x00
#define USB_REQUEST_CLEAR_FEATURE 0x01
#define USB_REQUEST_SET_FEATURE 0x03
#define USB_ENDPOINT_DIRECTION_MASK 0x80

WDF_EXTERN_C_END
