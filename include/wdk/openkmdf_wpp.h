// The fixed part of every trace message header (.tmh): what WPP software tracing gives a driver
// while no trace session is enabled. Its trace functions are written by the driver build.
#pragma once

#include <evntrace.h>
#include <ntdef.h>

typedef struct _WPP_TRACE_CONTROL_BLOCK {
    ULONG FlagsLen;
    UCHAR Level;
    UCHAR Reserved[3];
    ULONG Flags[1];
} WPP_TRACE_CONTROL_BLOCK, *PWPP_TRACE_CONTROL_BLOCK;

static const WPP_TRACE_CONTROL_BLOCK __drv_wpp_control = {1, 0, {0}, {0}};

// WPP_BIT_name for every flag of the driver's control GUIDs; one that is not there does not
// compile, as on Windows.
#ifdef WPP_CONTROL_GUIDS
#define WPP_DEFINE_BIT(name) WPP_BIT_##name,
#define WPP_DEFINE_CONTROL_GUID(name, guid, bits) WPP_CTL_##name, bits
enum __drv_wpp_flags { WPP_CONTROL_GUIDS __drv_wpp_flags_end };
#endif

#define WPP_CONTROL(flag) ((void)(flag), __drv_wpp_control)
#define WPP_LEVEL_ENABLED(flag) ((void)WPP_BIT_##flag, 0)
#define WPP_FLAG_ENABLED(flag) WPP_LEVEL_ENABLED(flag)
#define WPP_LEVEL_LOGGER(flag) ((void)WPP_BIT_##flag, (TRACEHANDLE)0),
#define WPP_FLAG_LOGGER(flag) WPP_LEVEL_LOGGER(flag)

#ifndef WPP_INIT_TRACING
#define WPP_INIT_TRACING(...) __drv_wpp_off(0, ##__VA_ARGS__)
#endif
#ifndef WPP_CLEANUP
#define WPP_CLEANUP(...) __drv_wpp_off(0, ##__VA_ARGS__)
#endif

// Compiles what it is given and evaluates nothing.
#define __drv_wpp_off(...) ((void)sizeof((__VA_ARGS__, 0)))
