// The functions of ntintsafe.h as user-mode code has them: without Rtl, returning an HRESULT.
#pragma once

#include "openkmdf_target.h"
#include "nt/intsafe_limits.h"
#include "ntdef.h"

#if !defined(S_OK)
#define S_OK ((HRESULT)0)
#endif
#define INTSAFE_E_ARITHMETIC_OVERFLOW ((HRESULT)0x80070216)

#define OPENKMDF_INTSAFE_NAME(name) name
#define OPENKMDF_INTSAFE_STATUS HRESULT
#define OPENKMDF_INTSAFE_GOOD S_OK
#define OPENKMDF_INTSAFE_BAD INTSAFE_E_ARITHMETIC_OVERFLOW
#include "nt/intsafe_core.h"
