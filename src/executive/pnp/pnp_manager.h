#pragma once

#include "base/function_ref.h"
#include "executive/io/device.h"
#include "executive/kernel.h"
#include "executive/pnp/dev_node.h"

#include <ntddk.h>

#include <cstdint>
#include <string_view>

// The PnP manager: the device tree, the root bus, the life of device stacks and of drivers. Its
// operations run inside a kernel entry at PASSIVE_LEVEL, one at a time, in the system process.

namespace openkmdf::executive {

namespace pnp {

struct Event;
struct Interface;
struct Notification;
class RemovalSet;

struct LoadRequest {
    std::u16string_view name;  // "echo": the service
    PDRIVER_INITIALIZE entry = nullptr;
    void *image = nullptr;
    std::uint32_t image_size = 0;
    std::u16string_view image_path;  // empty: "\SystemRoot\System32\drivers\<name>.sys"
    void *section = nullptr;         // DRIVER_OBJECT::DriverSection
};

// What a driver left behind when it was unloaded.
struct Leftover {
    enum class Kind : std::uint8_t { Device, SymbolicLink, DriverReference, Notification };
    Kind kind = Kind::Device;
    std::uint32_t count = 1;  // of references
    char name[116] = {};
};

struct UnloadReport {
    static constexpr unsigned kMost = 16;
    Leftover leftovers[kMost];
    unsigned count = 0;  // all; those beyond kMost are not listed

    bool clean() const { return count == 0; }
};

}  // namespace pnp

class PnpManager {
public:
    static PnpManager *create(Kernel &kernel);

    // --- Drivers ---------------------------------------------------------------------------------
    // Makes the service's key and the driver object and calls the entry. A failing entry undoes it
    // all.
    NTSTATUS load_driver(const pnp::LoadRequest &request, PDRIVER_OBJECT *driver);
    NTSTATUS load_driver(std::u16string_view name, PDRIVER_INITIALIZE entry,
                         PDRIVER_OBJECT *driver);
    // STATUS_DEVICE_BUSY: devices of its are in the tree; STATUS_PENDING: files are open on its
    // devices, it goes with the last of them; STATUS_INVALID_DEVICE_REQUEST: it has no unload
    // routine.
    NTSTATUS unload(PDRIVER_OBJECT driver, pnp::UnloadReport *report = nullptr);

    // --- Devices ---------------------------------------------------------------------------------
    // Up to IRP_MN_START_DEVICE and after. On success the node is referenced for the caller; on
    // failure the device is gone again and the status is that of the step that failed.
    NTSTATUS plug_in(const pnp::DeviceDescription &description, pnp::DevNode **node);
    NTSTATUS query_remove(pnp::DevNode &node);
    NTSTATUS cancel_remove(pnp::DevNode &node);
    // Orderly: asks first, unless query_remove has. STATUS_DEVICE_BUSY: files are open.
    NTSTATUS remove(pnp::DevNode &node);
    // The device is gone. IRP_MN_REMOVE_DEVICE follows at once, or when the last file is closed.
    NTSTATUS surprise_remove(pnp::DevNode &node);
    NTSTATUS stop(pnp::DevNode &node);
    NTSTATUS restart(pnp::DevNode &node);
    // Query and set of a system power state for the whole tree.
    NTSTATUS set_system_power(SYSTEM_POWER_STATE state, POWER_ACTION action);

    void reference(pnp::DevNode &node)
    {
        __atomic_fetch_add(&node.references, 1, __ATOMIC_RELAXED);
    }
    void release(pnp::DevNode &node);
    pnp::DevNode *root() { return root_; }
    // By instance path; not referenced.
    pnp::DevNode *find(std::u16string_view instance_path);
    static pnp::DevNode *node_of(PDEVICE_OBJECT physical);
    // Of the stack that the device is in, referenced; nullptr: it is no PnP device's.
    pnp::DevNode *reference_node(PDEVICE_OBJECT device);

    // Which drivers a device gets that a bus reported. Asked under the PnP lock; false: none known.
    using DriverFinder = bool (*)(void *context, pnp::DevNode &node, pnp::DriverSet &drivers);
    void set_driver_finder(DriverFinder finder, void *context)
    {
        finder_ = finder;
        finder_context_ = context;
    }

    // Waits until everything that was put off (notifications, re-enumeration, removals) is done.
    void drain();
    bool has_work() const { return __atomic_load_n(&event_count_, __ATOMIC_ACQUIRE) != 0; }
    // A client that closed the last file of a device that is gone sees it removed.
    void wait_for_removals()
    {
        if (__atomic_load_n(&removal_count_, __ATOMIC_ACQUIRE)) [[unlikely]]
            drain();
    }

    // --- Interfaces, for the client side ---------------------------------------------------------
    // The n-th enabled interface of the class, or of any class of the device if `guid` is null: its
    // link
    // "\??\ROOT#ECHO#0000#{...}", copied. Returns the number of characters; 0: there is none.
    std::size_t interface_link(const GUID *guid, const pnp::DevNode *node, std::size_t n,
                               char16_t *buffer, std::size_t room);

    // --- For the folders beside ------------------------------------------------------------------
    // The last file on the device was closed.
    void file_closed(PDEVICE_OBJECT device, PDRIVER_OBJECT unloading);

    using Fill = base::FunctionRef<void(PIO_STACK_LOCATION)>;
    // Sends a PnP IRP to the top of the stack, or to `target`, and waits.
    NTSTATUS send(pnp::DevNode &node, UCHAR minor, Fill fill, ULONG_PTR *information = nullptr,
                  PDEVICE_OBJECT target = nullptr);
    NTSTATUS send(pnp::DevNode &node, UCHAR minor);
    void note(const char *what, const pnp::DevNode &node, NTSTATUS status = STATUS_SUCCESS);

    void queue(pnp::Event *event);
    pnp::Event *make_event();

    void disable_interfaces(pnp::DevNode &node);
    bool notify_target(pnp::DevNode &node, const GUID &event);
    void notify_interface(const pnp::Interface &entry, bool arrival);
    void notify_interfaces_of(pnp::DevNode &node);
    void notify_custom(pnp::Event &event);
    void run_event(pnp::Event &event);
    // Of a driver that goes. Returns how many it left.
    std::uint32_t stop_notifications(PDRIVER_OBJECT driver);

    // One PnP operation at a time; taken again by its owner. Puts the caller into the system
    // process.
    class Operation {
    public:
        explicit Operation(PnpManager &pnp);
        ~Operation();
        Operation(const Operation &) = delete;
        Operation &operator=(const Operation &) = delete;

    private:
        PnpManager &pnp_;
        PEPROCESS process_;
    };

    Kernel &kernel() { return kernel_; }

    scheduler::InternalLock list_lock;     // interfaces and notifications
    pnp::Interface *interfaces = nullptr;  // in order of registration; never removed
    pnp::Notification *notifications = nullptr;
    std::uint64_t next_notification = 0;  // guarded by list_lock, read without
    std::uint32_t next_driver_key = 0;

private:
    explicit PnpManager(Kernel &kernel) : kernel_(kernel) {}
    friend struct PnpRegistry;

    NTSTATUS create_root();
    NTSTATUS make_node(PDEVICE_OBJECT physical, pnp::DevNode *parent, pnp::DevNode **created);
    void link_node(pnp::DevNode &node, pnp::DevNode &parent);
    void unlink_node(pnp::DevNode &node);
    NTSTATUS arrive(pnp::DevNode &node);
    NTSTATUS identify(pnp::DevNode &node);
    NTSTATUS query_text(pnp::DevNode &node, UCHAR minor, ULONG kind, bool list, pnp::Text &text);
    void query_capabilities(pnp::DevNode &node);
    NTSTATUS query_resources(pnp::DevNode &node);
    NTSTATUS add_drivers(pnp::DevNode &node);
    NTSTATUS start(pnp::DevNode &node);
    void after_start(pnp::DevNode &node);
    void query_state(pnp::DevNode &node);
    void enumerate(pnp::DevNode &node);
    void take_relations(pnp::DevNode &node, PDEVICE_RELATIONS relations);
    NTSTATUS query_remove_all(pnp::RemovalSet &set);
    void cancel_remove_all(pnp::RemovalSet &set);
    NTSTATUS query_remove_tree(pnp::DevNode &node);
    void cancel_remove_tree(pnp::DevNode &node);
    // By surprise, with its removal relations.
    void take_away(pnp::DevNode &node);
    void surprise_tree(pnp::DevNode &node);
    void remove_tree(pnp::DevNode &node);
    void remove_if_closed(pnp::DevNode &node);
    void finish_remove(pnp::DevNode &node);
    void drop_properties(pnp::DevNode &node);
    void count_drivers(pnp::DevNode &node, int change);
    NTSTATUS power_tree(pnp::DevNode &node, UCHAR minor, SYSTEM_POWER_STATE state,
                        POWER_ACTION action);

    NTSTATUS create_service_key(const pnp::LoadRequest &request, PDRIVER_OBJECT driver);
    void collect_leftovers(PDRIVER_OBJECT driver, pnp::UnloadReport &report);

    void forget_node(PDEVICE_OBJECT physical);
    static void NTAPI work(void *context);
    pnp::Event *next_event();
    bool end_work();

    Kernel &kernel_;
    PDRIVER_OBJECT bus_driver_ = nullptr;
    pnp::DevNode *root_ = nullptr;
    std::uint32_t next_ordinal_ = 0;
    DriverFinder finder_ = nullptr;
    void *finder_context_ = nullptr;

    KEVENT free_ = {};  // the PnP lock: signalled while nobody has it
    scheduler::Activity *owner_ = nullptr;
    std::uint32_t depth_ = 0;

    scheduler::InternalLock event_lock_;
    pnp::Event *first_event_ = nullptr;  // guarded by event_lock_
    pnp::Event *last_event_ = nullptr;
    std::uint32_t event_count_ = 0;    // queued or running; atomic
    std::uint32_t removal_count_ = 0;  // of them, those that remove or unload; atomic
    bool worker_queued_ = false;
    scheduler::Activity *worker_ = nullptr;
    WORK_QUEUE_ITEM work_item_ = {};
    KEVENT drained_ = {};
};

inline PnpManager &pnp_manager()
{
    return *kernel().pnp;
}

}  // namespace openkmdf::executive
