// Integer conversions and arithmetic that notice overflow (Rtl<A>To<B>, Rtl<A>Add, ...Sub, ...Mult).
// On overflow they return STATUS_INTEGER_OVERFLOW and store all ones, the *_ERROR value of the type.
#pragma once

#include "openkmdf_target.h"
#include "nt/intsafe_limits.h"
#include "ntdef.h"
#include "ntstatus.h"

#define OPENKMDF_INTSAFE_NAME(name) Rtl##name
#define OPENKMDF_INTSAFE_STATUS NTSTATUS
#define OPENKMDF_INTSAFE_GOOD STATUS_SUCCESS
#define OPENKMDF_INTSAFE_BAD STATUS_INTEGER_OVERFLOW
#include "nt/intsafe_core.h"
