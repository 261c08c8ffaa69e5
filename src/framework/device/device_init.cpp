#include "framework/device/device_init.h"

#include "framework/support/library.h"
#include "framework/support/strings.h"

namespace openkmdf::framework {

namespace {

template <class Node>
void drop_list(scheduler::Arena &arena, Node *&first)
{
    while (first) {
        Node *next = first->next;
        arena.drop(first);
        first = next;
    }
}

}  // namespace

void release_device_settings(scheduler::Arena &arena, DeviceSettings &settings,
                             PreprocessEntry *&preprocess)
{
    drop_list(arena, settings.pnp_callbacks);
    drop_list(arena, settings.power_callbacks);
    drop_list(arena, settings.policy_callbacks);
    drop_list(arena, preprocess);
}

void release_device_init(WDFDEVICE_INIT &init)
{
    scheduler::Arena &arena = *init.driver->globals->library->kernel->arena;
    free_string(arena, init.name);
    free_string(arena, init.sddl);
    release_device_settings(arena, init.settings, init.preprocess);
}

}  // namespace openkmdf::framework
