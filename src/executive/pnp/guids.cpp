// The GUIDs that PnP speaks in, for all of the executive.

#include <initguid.h>
#include <ntddk.h>
#include <wdmguid.h>
