// Source annotations of kernel code: IRQL, resources, dispatch routines. All are empty.
#pragma once

#include "sal.h"

// IRQL.
#define _IRQL_requires_same_
#define _IRQL_uses_cancel_
#define _IRQL_is_cancel_
#define _IRQL_saves_
#define _IRQL_restores_
#define _IRQL_requires_(...)
#define _IRQL_requires_max_(...)
#define _IRQL_requires_min_(...)
#define _IRQL_raises_(...)
#define _IRQL_lowers_(...)
#define _IRQL_saves_global_(...)
#define _IRQL_restores_global_(...)
#define _IRQL_always_function_max_(...)
#define _IRQL_always_function_min_(...)
#define _IRQL_limited_to_(...)

// Kernel resources, floating point, device objects, dispatch routines.
#define _Kernel_float_saved_
#define _Kernel_float_restored_
#define _Kernel_float_used_
#define _Kernel_IoGetDmaAdapter_
#define _Kernel_entry_
#define _Kernel_entry_always_
#define _Interlocked_operand_
#define _Kernel_clear_do_init_(...)
#define _Kernel_acquires_resource_(...)
#define _Kernel_releases_resource_(...)
#define _Kernel_requires_resource_held_(...)
#define _Kernel_requires_resource_not_held_(...)
#define _Dispatch_type_(...)
#define _Flt_CompletionContext_Outptr_
