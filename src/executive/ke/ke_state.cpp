#include "executive/ke/ke_state.h"

#include "executive/ke/work_item.h"

#include <new>

namespace openkmdf::executive::ke {

bool initialize(Kernel &kernel)
{
    kernel.ke = kernel.arena->make<KeState>();
    if (!kernel.ke) return false;
    KeState &ke = *kernel.ke;
    InitializeListHead(&ke.bugcheck_callbacks);
    InitializeListHead(&ke.bugcheck_reason_callbacks);
    InitializeListHead(&ke.resources);
    InitializeListHead(&ke.lookaside_lists);
    std::span<scheduler::Processor> processors = kernel.scheduler->processors();
    ke.processor_count = static_cast<std::uint32_t>(processors.size());
    ke.number_processors = static_cast<CCHAR>(ke.processor_count);
    void *memory = kernel.arena->allocate(processors.size() * sizeof(KeProcessor), 64);
    if (!memory) return false;
    ke.processors = static_cast<KeProcessor *>(memory);
    for (scheduler::Processor &processor : processors) {
        auto *own = ::new (ke.processors + processor.number) KeProcessor;
        InitializeListHead(&own->dpcs);
        processor.executive = own;
    }
    return initialize_work_queues(kernel);
}

}  // namespace openkmdf::executive::ke
