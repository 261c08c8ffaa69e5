// Names of analyser warnings that drivers suppress by name with
// `#pragma warning(suppress : NAME)`. The numbers are the documented warning numbers.
#pragma once

#define __WARNING_UNUSED_POINTER_ASSIGNMENT 6269
#define __WARNING_DEREF_NULL_PTR 6011
#define __WARNING_USING_UNINIT_VAR 6001
#define __WARNING_RETVAL_IGNORED_FUNC_COULD_FAIL 6031
#define __WARNING_BUFFER_OVERRUN_NONSTACK 6386
#define __WARNING_INVALID_PARAM_VALUE_1 6387
#define __WARNING_READ_OVERRUN 6385
#define __WARNING_STACK_OVERFLOW 6262
#define __WARNING_UNREACHABLE_CODE 6287
#define __WARNING_DEALLOCATION_OF_UNALLOCATED 6279
