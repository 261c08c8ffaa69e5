#include "framework/api/checked.h"
#include "framework/support/library.h"

// The function tables that modules are bound to.

namespace openkmdf::framework {

namespace {

constexpr std::size_t kFunctionCount = 458;

// A slot whose function is not written yet.
template <std::size_t Index>
VOID NTAPI missing()
{
    executive::not_implemented(kFunctionFacts[Index].name, __builtin_return_address(0));
}

// The table holds its functions without their types; the wrappers in wdf.h cast them back.
template <class Function>
WDFFUNC untyped(Function *function)
{
    return reinterpret_cast<WDFFUNC>(reinterpret_cast<void *>(function));
}

}  // namespace

// A declared function has no definition to take the address of, so the state picks the macro.
#define FAST_declared(index, name) untyped(&missing<index>)
#define FAST_implemented(index, name) untyped(&api::name)
#define CHECKED_declared(index, name) untyped(&missing<index>)
#define CHECKED_implemented(index, name)                                                           \
    untyped(&Checked<index, decltype(&api::name)>::template entry<&api::name>)

static const WDFFUNC kFastTable[kFunctionCount] = {
#define WDF_FUNCTION(index, name, major, minor, irql, visibility, state) FAST_##state(index, name),
#include "framework/functions.table"
#undef WDF_FUNCTION
};

static const WDFFUNC kCheckedTable[kFunctionCount] = {
#define WDF_FUNCTION(index, name, major, minor, irql, visibility, state)                           \
    CHECKED_##state(index, name),
#include "framework/functions.table"
#undef WDF_FUNCTION
};

const WDFFUNC *fast_table()
{
    return kFastTable;
}

const WDFFUNC *checked_table()
{
    return kCheckedTable;
}

}  // namespace openkmdf::framework
