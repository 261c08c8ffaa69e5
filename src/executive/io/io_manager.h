#pragma once

#include "executive/io/irp_block.h"
#include "executive/kernel.h"
#include "scheduler/internal_lock.h"

#include <ntddk.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

// The I/O manager: IRPs and their way through a device stack, device, driver and file objects, and
// the client's side of a request.

namespace openkmdf::executive {

namespace io {
struct ShutdownEntry;
}

class IoManager {
public:
    static IoManager *create(Kernel &kernel);

    // --- IRPs ------------------------------------------------------------------------------------
    // Cleared and ready for its first stack location; nullptr: out of memory.
    PIRP allocate_irp(int stack_count);
    // Not failed by fault injection: for what must not fail, as closing a file.
    PIRP allocate_irp_for_sure(int stack_count);
    void free_irp(PIRP irp);
    // The request object in the companion is gone; frees a block that was held by it only.
    void release_companion(io::IrpBlock &block);
    // The last stage of completion, when the walk up the stack has passed the first location.
    void finish_irp(PIRP irp);

    // --- Clients ---------------------------------------------------------------------------------
    // All run inside a kernel entry of the client's activity.

    // What a client asks for; buffers are user memory and stay valid until the operation is done.
    struct Transfer {
        std::uint8_t major = IRP_MJ_READ;
        std::uint32_t code = 0;  // control code, or file information class
        const void *input = nullptr;
        std::uint32_t input_size = 0;
        void *output = nullptr;
        std::uint32_t output_size = 0;
        std::int64_t offset = 0;
        KPROCESSOR_MODE mode = UserMode;  // KernelMode: the buffers are trusted
        // Of an asynchronous operation; the event is referenced, and dereferenced at its end.
        PKEVENT event = nullptr;
        PIO_STATUS_BLOCK status_block = nullptr;
    };
    // Sends it to the file's device stack. The block is the client's until `collect`; nullptr with
    // the status in `failure` when no IRP was sent.
    io::IrpBlock *send(PFILE_OBJECT file, const Transfer &transfer, bool synchronous,
                       NTSTATUS *failure);
    // Parks until it is done; false: it is not by the deadline. One activity at a time.
    bool wait(io::IrpBlock &block, std::int64_t deadline = scheduler::kForever);
    static bool is_done(const io::IrpBlock &block)
    {
        return __atomic_load_n(&block.flags, __ATOMIC_ACQUIRE) & io::kBlockDone;
    }
    // Takes the result and frees the block; done or not (then completion frees it).
    IO_STATUS_BLOCK collect(io::IrpBlock &block);
    bool cancel(io::IrpBlock &block);

    // The IRP of a transfer, not sent; `file` may be null.
    PIRP build(PFILE_OBJECT file, PDEVICE_OBJECT top, const Transfer &transfer, NTSTATUS *failure);

    // Sends and waits.
    IO_STATUS_BLOCK transfer(PFILE_OBJECT file, const Transfer &transfer);

    // Opens a device by a path in the object name space ("\??\Echo", "\Device\Echo\name"). On
    // success `file` has the one reference of its handle, to be given back by close_file.
    NTSTATUS open_file(const UNICODE_STRING &path, ACCESS_MASK access, ULONG share, ULONG options,
                       PFILE_OBJECT *file, ULONG_PTR *information);
    NTSTATUS open_device(PDEVICE_OBJECT device, const UNICODE_STRING &rest, ACCESS_MASK access,
                         ULONG share, ULONG options, PFILE_OBJECT *file, ULONG_PTR *information);
    // The last handle goes: IRP_MJ_CLEANUP; then the handle's reference.
    void close_file(PFILE_OBJECT file);
    // Cancels every pending IRP of the file (CancelIoEx); `issuer` null: of every thread, `file`
    // null: of every file. Returns how many.
    std::size_t cancel_file(PFILE_OBJECT file, scheduler::Activity *issuer);

    // A driver's IRP that is cancelled when the current thread ends, and what ends it.
    void give_to_thread(PIRP irp);
    void cancel_thread(scheduler::Activity *ending);

    // Sends an IRP built elsewhere (PnP, power), waits for it and frees it.
    NTSTATUS send_and_wait(PDEVICE_OBJECT device, PIRP irp, ULONG_PTR *information = nullptr);

    // --- Devices and drivers ---------------------------------------------------------------------

    // A driver object in \Driver. `extension_size` for IoAllocateDriverObjectExtension is separate.
    NTSTATUS create_driver(std::u16string_view name, PDRIVER_OBJECT *driver);
    // Takes its name and the first reference away.
    void delete_driver(PDRIVER_OBJECT driver);
    // What DriverEntry leaves behind is ready for clients from now on.
    void finish_initialization(PDRIVER_OBJECT driver);

    // `device_flags` are DeviceFlags, of every device in the stack from `bottom` up.
    void mark_stack(PDEVICE_OBJECT bottom, std::uint32_t set, std::uint32_t clear);
    // Open files on all devices of the stack.
    std::uint32_t open_files(PDEVICE_OBJECT bottom);
    // The device below; not referenced. nullptr: none.
    PDEVICE_OBJECT lower_device(PDEVICE_OBJECT device);
    PDEVICE_OBJECT lowest_device(PDEVICE_OBJECT device);

    // IRP_MJ_SHUTDOWN to every device that registered for it.
    void send_shutdowns();
    // Takes the timer of IoInitializeTimer away.
    void remove_timer(PDEVICE_OBJECT device);

    std::uint64_t live_irps() const { return irps_small_->live() + irps_large_->live(); }

    KSPIN_LOCK cancel_lock = 0;           // the system's cancel spin lock
    scheduler::InternalLock device_lock;  // device lists, attachments, file and device counts
    scheduler::InternalLock irp_lock;     // the threads' lists of pending IRPs
    io::ShutdownEntry *shutdown_list = nullptr;  // guarded by device_lock
    std::uint32_t next_device_name = 0;          // of automatically named devices; atomic
    std::uint32_t last_irp_ordinal = 0;          // in traces; atomic
    LIST_ENTRY pending_irps;  // guarded by irp_lock: ThreadListEntry of listed IRPs

private:
    friend struct IoCompletion;
    friend struct FileProcedures;
    explicit IoManager(Kernel &kernel) : kernel_(kernel) {}

    void set_object_procedures();
    NTSTATUS attach_buffers(PIRP irp, PDEVICE_OBJECT top, const Transfer &transfer);
    void free_buffers(PIRP irp, io::IrpBlock &block);
    void give_block(io::IrpBlock &block);
    void announce(io::IrpBlock &block);
    void finish_foreign_irp(PIRP irp);
    void finish_associated_irp(PIRP irp);
    void list_irp(io::IrpBlock &block);
    void unlist_irp(io::IrpBlock &block);
    // `wanted`: IrpBlockFlags that the block must have.
    io::IrpBlock *pin_next(PFILE_OBJECT file, scheduler::Activity *issuer, std::uint32_t wanted);
    std::size_t cancel_each(PFILE_OBJECT file, scheduler::Activity *issuer, std::uint32_t wanted);

    Kernel &kernel_;
    Slab *irps_small_ = nullptr;
    Slab *irps_large_ = nullptr;
};

inline IoManager &io_manager()
{
    return *kernel().io;
}

}  // namespace openkmdf::executive
