// Status values of the framework's own.
#pragma once

#include "wdftypes.h"

#define FACILITY_DRIVER_FRAMEWORK 0x20

#if !defined(STATUS_SEVERITY_SUCCESS)
#define STATUS_SEVERITY_SUCCESS 0x0
#endif
#if !defined(STATUS_SEVERITY_INFORMATIONAL)
#define STATUS_SEVERITY_INFORMATIONAL 0x1
#endif
#if !defined(STATUS_SEVERITY_WARNING)
#define STATUS_SEVERITY_WARNING 0x2
#endif
#if !defined(STATUS_SEVERITY_ERROR)
#define STATUS_SEVERITY_ERROR 0x3
#endif

// Accepted and held in an internal queue, not yet sent on to the target.
#if !defined(STATUS_WDF_QUEUED)
#define STATUS_WDF_QUEUED ((NTSTATUS)0x40200000L)
#endif

// Handed to a worker thread for later processing.
#if !defined(STATUS_WDF_POSTED)
#define STATUS_WDF_POSTED ((NTSTATUS)0x40200002L)
#endif

// No handler package of that kind exists.
#if !defined(STATUS_WDF_NO_PACKAGE)
#define STATUS_WDF_NO_PACKAGE ((NTSTATUS)0xC0200200L)
#endif

// Framework-internal failure.
#if !defined(STATUS_WDF_INTERNAL_ERROR)
#define STATUS_WDF_INTERNAL_ERROR ((NTSTATUS)0xC0200201L)
#endif

// Object is paused.
#if !defined(STATUS_WDF_PAUSED)
#define STATUS_WDF_PAUSED ((NTSTATUS)0xC0200203L)
#endif

// Object still busy with earlier work.
#if !defined(STATUS_WDF_BUSY)
#define STATUS_WDF_BUSY ((NTSTATUS)0xC0200204L)
#endif

// Timer expired before the request went to its target.
#if !defined(STATUS_WDF_IO_TIMEOUT_NOT_SENT)
#define STATUS_WDF_IO_TIMEOUT_NOT_SENT ((NTSTATUS)0xC0200205L)
#endif

// Device went away before the request went to its target.
#if !defined(STATUS_WDF_DEVICE_REMOVED_NOT_SENT)
#define STATUS_WDF_DEVICE_REMOVED_NOT_SENT ((NTSTATUS)0xC0200206L)
#endif

// Request sent while it was still outstanding at a target.
#if !defined(STATUS_WDF_REQUEST_ALREADY_PENDING)
#define STATUS_WDF_REQUEST_ALREADY_PENDING ((NTSTATUS)0xC0200207L)
#endif

// Operation not valid in the present request state.
#if !defined(STATUS_WDF_REQUEST_INVALID_STATE)
#define STATUS_WDF_REQUEST_INVALID_STATE ((NTSTATUS)0xC0200208L)
#endif

// Bad object attributes argument.
#if !defined(STATUS_WDF_OBJECT_ATTRIBUTES_INVALID)
#define STATUS_WDF_OBJECT_ATTRIBUTES_INVALID ((NTSTATUS)0xC0200209L)
#endif

// Buffer needs more scatter/gather elements than the DMA object allows.
#if !defined(STATUS_WDF_TOO_FRAGMENTED)
#define STATUS_WDF_TOO_FRAGMENTED ((NTSTATUS)0xC020020AL)
#endif

// A mandatory event callback is missing.
#if !defined(STATUS_WDF_NO_CALLBACK)
#define STATUS_WDF_NO_CALLBACK ((NTSTATUS)0xC020020BL)
#endif

// Execution level not supported by this object.
#if !defined(STATUS_WDF_INCOMPATIBLE_EXECUTION_LEVEL)
#define STATUS_WDF_INCOMPATIBLE_EXECUTION_LEVEL ((NTSTATUS)0xC020020CL)
#endif

// Object has a parent already.
#if !defined(STATUS_WDF_PARENT_ALREADY_ASSIGNED)
#define STATUS_WDF_PARENT_ALREADY_ASSIGNED ((NTSTATUS)0xC020020DL)
#endif

// Object named as its own parent.
#if !defined(STATUS_WDF_PARENT_IS_SELF)
#define STATUS_WDF_PARENT_IS_SELF ((NTSTATUS)0xC020020EL)
#endif

// Driver may not choose a parent for this object.
#if !defined(STATUS_WDF_PARENT_ASSIGNMENT_NOT_ALLOWED)
#define STATUS_WDF_PARENT_ASSIGNMENT_NOT_ALLOWED ((NTSTATUS)0xC020020FL)
#endif

// Synchronization scope not supported by this object.
#if !defined(STATUS_WDF_SYNCHRONIZATION_SCOPE_INVALID)
#define STATUS_WDF_SYNCHRONIZATION_SCOPE_INVALID ((NTSTATUS)0xC0200210L)
#endif

// Execution level value not supported by this object.
#if !defined(STATUS_WDF_EXECUTION_LEVEL_INVALID)
#define STATUS_WDF_EXECUTION_LEVEL_INVALID ((NTSTATUS)0xC0200211L)
#endif

// Attributes lack a parent that this object needs.
#if !defined(STATUS_WDF_PARENT_NOT_SPECIFIED)
#define STATUS_WDF_PARENT_NOT_SPECIFIED ((NTSTATUS)0xC0200212L)
#endif

// DMA transaction would need more transfers than the driver permits.
#if !defined(STATUS_WDF_TOO_MANY_TRANSFERS)
#define STATUS_WDF_TOO_MANY_TRANSFERS ((NTSTATUS)0xC0200213L)
#endif

// Map registers insufficient for the transaction as configured.
#if !defined(STATUS_WDF_NOT_ENOUGH_MAP_REGISTERS)
#define STATUS_WDF_NOT_ENOUGH_MAP_REGISTERS ((NTSTATUS)0xC0200214L)
#endif
