#include "tests/framework/request_fixture.h"

#include <cstring>

// A purge against the driver that unmarks and completes: what the purge cancels must be a request
// that is still there.

namespace openkmdf::test {
namespace {

class PurgeRaceTest : public RequestFixture, public testing::WithParamInterface<int> {
protected:
    PurgeRaceTest()
        : RequestFixture(
              {.strategy = Strategy::Random, .seed = static_cast<std::uint64_t>(GetParam())})
    {
    }

    static constexpr unsigned char kReused = 0xDD;

    // The IRP is the sender's as soon as its completion routine is called.
    static NTSTATUS NTAPI take_back(PDEVICE_OBJECT, PIRP irp, PVOID)
    {
        std::memset(irp, kReused, sizeof *irp);
        return STATUS_MORE_PROCESSING_REQUIRED;
    }
    void send_own_irp()
    {
        PDEVICE_OBJECT top = WdfDeviceWdmGetDeviceObject(wdf_device);
        memory.resize(IoSizeOfIrp(top->StackSize));
        irp = reinterpret_cast<PIRP>(memory.data());
        IoInitializeIrp(irp, static_cast<USHORT>(memory.size()), top->StackSize);
        PIO_STACK_LOCATION location = IoGetNextIrpStackLocation(irp);
        location->MajorFunction = IRP_MJ_READ;
        location->Parameters.Read.Length = 4;
        IoSetCompletionRoutine(irp, take_back, nullptr, TRUE, TRUE, TRUE);
        EXPECT_STATUS(IoCallDriver(top, irp), STATUS_PENDING);
    }
    bool is_reused_memory() const
    {
        return std::all_of(memory.begin(), memory.begin() + sizeof *irp,
                           [](unsigned char byte) { return byte == kReused; });
    }

    std::vector<unsigned char> memory;
    PIRP irp = nullptr;
};

INSTANTIATE_TEST_SUITE_P(Seeds, PurgeRaceTest, testing::Range(0, 60));

TEST_P(PurgeRaceTest, LeavesAnIrpAloneThatWentBackToItsSender)
{
    OPENKMDF_TESTS(WdfIoQueuePurge, WdfRequestUnmarkCancelable);
    start_with(WdfIoQueueDispatchManual);
    // Completes nothing: unmark is not for a request that its cancel callback completed.
    cancel = [this](WDFREQUEST) { ++cancels; };
    run([&] { send_own_irp(); });
    WDFREQUEST request = retrieve();
    run([&] { WdfRequestMarkCancelable(request, on_cancel()); });
    NTSTATUS unmarked = STATUS_PENDING;
    Client purges = pc.client(
        "purges", [&] { pc.core().call([&] { WdfIoQueuePurge(queue, nullptr, nullptr); }); });
    Client completes = pc.client("completes", [&] {
        pc.core().call([&] {
            unmarked = WdfRequestUnmarkCancelable(request);
            if (NT_SUCCESS(unmarked)) complete_here(request);
        });
    });
    purges.join();
    completes.join();
    EXPECT_STATUS(unmarked, cancels ? STATUS_CANCELLED : STATUS_SUCCESS);
    if (cancels) complete(request, STATUS_CANCELLED);
    EXPECT_TRUE(is_reused_memory());
    run([&] { WdfIoQueueStart(queue); });
}

}  // namespace
}  // namespace openkmdf::test
