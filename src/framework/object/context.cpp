#include "framework/object/object.h"

#include <new>

namespace openkmdf::framework {

std::size_t context_block_size(const WDF_OBJECT_ATTRIBUTES *attributes)
{
    if (!attributes) return 0;
    const WDF_OBJECT_CONTEXT_TYPE_INFO *type = attributes->ContextTypeInfo;
    if (!type && !attributes->EvtCleanupCallback && !attributes->EvtDestroyCallback) return 0;
    std::size_t data = 0;
    if (type)
        data =
            attributes->ContextSizeOverride ? attributes->ContextSizeOverride : type->ContextSize;
    return sizeof(ContextHeader) + ((data + 15) & ~std::size_t{15});
}

void place_context(Object &object, void *block, const WDF_OBJECT_ATTRIBUTES *attributes)
{
    auto *context = ::new (block) ContextHeader;
    if (const WDF_OBJECT_CONTEXT_TYPE_INFO *type = attributes->ContextTypeInfo) {
        context->type = type->UniqueType;
        context->size =
            attributes->ContextSizeOverride ? attributes->ContextSizeOverride : type->ContextSize;
    }
    context->evt_cleanup = attributes->EvtCleanupCallback;
    context->evt_destroy = attributes->EvtDestroyCallback;
    context->object = &object;
    // Behind the existing ones: cleanup callbacks run in the order in which contexts were added.
    ContextHeader **link = &object.contexts;
    while (*link) link = &(*link)->next;
    *link = context;
}

void *find_context(const Object &object, const WDF_OBJECT_CONTEXT_TYPE_INFO *type)
{
    for (ContextHeader *context = object.contexts; context; context = context->next)
        if (context->type == type) return context->data();
    return nullptr;
}

}  // namespace openkmdf::framework
