#include "executive/data_exports.h"

#include "executive/ke/ke_state.h"
#include "executive/mm/mm_state.h"
#include "executive/ob/object_manager.h"
#include "executive/ps/processes.h"

namespace openkmdf::executive {

void *find_data_export(Kernel &kernel, std::string_view name)
{
    MmState &mm = *kernel.mm;
    KeState &ke = *kernel.ke;
    if (name == "KeTickCount") return &ke.tick_count;
    if (name == "KeNumberProcessors") return &ke.number_processors;
    if (name == "KdDebuggerEnabled") return &ke.debugger_enabled;
    if (name == "KdDebuggerNotPresent") return &ke.debugger_not_present;
    if (name == "NtBuildNumber") return &ke.build_number;
    if (name == "InitSafeBootMode") return &ke.safe_boot_mode;
    if (name == "MmHighestUserAddress") return &mm.highest_user_address;
    if (name == "MmSystemRangeStart") return &mm.system_range_start;
    if (name == "MmUserProbeAddress") return &mm.user_probe_address;
    if (name == "MmBadPointer") return &mm.bad_pointer;
    if (name == "PsInitialSystemProcess") {
        ke.initial_system_process = kernel.processes ? kernel.processes->system() : nullptr;
        return &ke.initial_system_process;
    }
    return kernel.objects ? kernel.objects->data_export(name) : nullptr;
}

}  // namespace openkmdf::executive
