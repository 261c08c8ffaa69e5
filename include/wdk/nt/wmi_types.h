// WMI registration through the I/O manager: actions and trace handles.
#pragma once

#include <nt/forward.h>

typedef ULONG64 TRACEHANDLE, *PTRACEHANDLE;
#define WMIREG_ACTION_REGISTER 1
#define WMIREG_ACTION_DEREGISTER 2
#define WMIREG_ACTION_REREGISTER 3
#define WMIREG_ACTION_UPDATE_GUIDS 4
#define WMIREG_ACTION_BLOCK_IRPS 5
#define WMIREGISTER 0
#define WMIUPDATE 1
