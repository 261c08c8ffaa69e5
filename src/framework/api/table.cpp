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

}  // namespace

// A declared function has no definition to take the address of, so the state picks the macro.
#define FAST_declared(index, name) reinterpret_cast<WDFFUNC>(&missing<index>)
#define FAST_implemented(index, name) reinterpret_cast<WDFFUNC>(&api::name)
#define CHECKED_declared(index, name) reinterpret_cast<WDFFUNC>(&missing<index>)
#define CHECKED_implemented(index, name) \
    reinterpret_cast<WDFFUNC>(&Checked<index, decltype(&api::name)>::template entry<&api::name>)

static const WDFFUNC kFastTable[kFunctionCount] = {
#define WDF_FUNCTION(index, name, major, minor, irql, visibility, state) FAST_##state(index, name),
#include "framework/functions.table"
#undef WDF_FUNCTION
};

static const WDFFUNC kCheckedTable[kFunctionCount] = {
#define WDF_FUNCTION(index, name, major, minor, irql, visibility, state) CHECKED_##state(index, name),
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
