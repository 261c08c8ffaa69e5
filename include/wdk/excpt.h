// Structured exception handling.
//
// ELF driver modules have no handler tables, and a compiler for that target drops handlers without
// a word. So `__try` is an error there that says so, once per use; the other keywords only keep
// the parser quiet behind it. PE builds have the real thing.
#pragma once

#include "openkmdf_target.h"

#define EXCEPTION_EXECUTE_HANDLER 1
#define EXCEPTION_CONTINUE_SEARCH 0
#define EXCEPTION_CONTINUE_EXECUTION (-1)

typedef enum _EXCEPTION_DISPOSITION {
    ExceptionContinueExecution,
    ExceptionContinueSearch,
    ExceptionNestedException,
    ExceptionCollidedUnwind
} EXCEPTION_DISPOSITION;

#if defined(OPENKMDF_DRIVER_ELF)

#define OPENKMDF_REFUSE_SEH                                                                        \
    _Pragma("GCC error \"OpenKMDF: structured exception handling (__try) is not supported yet in \
native driver modules: its handlers would never run. Take the __try out, or build a PE image.\"")

#define __try OPENKMDF_REFUSE_SEH if (1)
#define __except(...) else if ((__VA_ARGS__) != 0)
#define __finally
#define __leave ((void)0)

#define GetExceptionCode() (0UL)
#define GetExceptionInformation() ((struct _EXCEPTION_POINTERS*)0)
#define AbnormalTermination() (0)
#define exception_code GetExceptionCode
#define exception_info GetExceptionInformation
#define abnormal_termination AbnormalTermination

#elif defined(OPENKMDF_DRIVER_PE)

#define GetExceptionCode _exception_code
#define exception_code _exception_code
#define GetExceptionInformation() ((struct _EXCEPTION_POINTERS*)_exception_info())
#define exception_info() ((struct _EXCEPTION_POINTERS*)_exception_info())
#define AbnormalTermination _abnormal_termination
#define abnormal_termination _abnormal_termination

#endif
