#include "tests/framework/request_fixture.h"

#include <atomic>

// WDF_REMOVE_LOCK_OPTION_ACQUIRE_FOR_IO: removal waits for IRPs that no queue knows of, and those
// that come too late are refused.

namespace openkmdf::test {
namespace {

class RemoveLockTest : public RequestFixture, public testing::WithParamInterface<Mode> {
protected:
    RemoveLockTest() : RequestFixture({.mode = GetParam()})
    {
        before_create = [this](PWDFDEVICE_INIT init) {
            if (asks_for_lock) {
                WDF_REMOVE_LOCK_OPTIONS options;
                WDF_REMOVE_LOCK_OPTIONS_INIT(&options, WDF_REMOVE_LOCK_OPTION_ACQUIRE_FOR_IO);
                WdfDeviceInitSetRemoveLockOptions(init, &options);
            }
            EXPECT_STATUS(WdfDeviceInitAssignWdmIrpPreprocessCallback(
                              init, callback<PFN_WDFDEVICE_WDM_IRP_PREPROCESS>(preprocess),
                              IRP_MJ_READ, nullptr, 0),
                          STATUS_SUCCESS);
        };
    }
    // The driver keeps the IRP; the framework has no request for it.
    std::function<NTSTATUS(WDFDEVICE, PIRP)> preprocess = [this](WDFDEVICE, PIRP irp) {
        IoMarkIrpPending(irp);
        kept = irp;
        return STATUS_PENDING;
    };
    static NTSTATUS NTAPI completed(PDEVICE_OBJECT, PIRP irp, PVOID context)
    {
        *static_cast<NTSTATUS *>(context) = irp->IoStatus.Status;
        return STATUS_MORE_PROCESSING_REQUIRED;
    }
    // A kernel client, which needs no file.
    NTSTATUS send()
    {
        own = IoAllocateIrp(wdm->StackSize, FALSE);
        PIO_STACK_LOCATION location = IoGetNextIrpStackLocation(own);
        location->MajorFunction = IRP_MJ_READ;
        location->Parameters.Read.Length = 4;
        IoSetCompletionRoutine(own, completed, &result, TRUE, TRUE, TRUE);
        return IoCallDriver(wdm, own);
    }
    void start_referenced()
    {
        start();
        run([&] {
            wdm = WdfDeviceWdmGetDeviceObject(wdf_device);
            ObReferenceObject(wdm);
        });
    }
    void finish_kept()
    {
        run([&] {
            kept->IoStatus.Status = STATUS_DEVICE_BUSY;
            IoCompleteRequest(kept, IO_NO_INCREMENT);
        });
    }
    void drop()
    {
        run([&] {
            IoFreeIrp(own);
            ObDereferenceObject(wdm);
        });
    }

    bool asks_for_lock = true;
    PDEVICE_OBJECT wdm = nullptr;
    PIRP kept = nullptr;
    PIRP own = nullptr;
    NTSTATUS result = STATUS_PENDING;
};

TEST_P(RemoveLockTest, HoldsTheRemovalUntilTheLastIrpIsCompleted)
{
    OPENKMDF_TESTS(WdfDeviceInitSetRemoveLockOptions);
    start_referenced();
    run([&] { EXPECT_STATUS(send(), STATUS_PENDING); });
    ASSERT_NE(kept, nullptr);
    std::atomic<bool> removed = false;
    Client remover = pc.client("remover", [&] {
        EXPECT_STATUS(device.remove(), STATUS_SUCCESS);
        removed = true;
    });
    pc.run_until_idle();
    EXPECT_FALSE(removed);
    finish_kept();
    remover.join();
    EXPECT_TRUE(removed);
    EXPECT_STATUS(result, STATUS_DEVICE_BUSY);
    drop();
}

TEST_P(RemoveLockTest, RefusesWhatComesAfterTheRemoval)
{
    OPENKMDF_TESTS(WdfDeviceInitSetRemoveLockOptions);
    start_referenced();
    EXPECT_STATUS(device.remove(), STATUS_SUCCESS);
    run([&] { EXPECT_STATUS(send(), STATUS_DELETE_PENDING); });
    EXPECT_STATUS(result, STATUS_DELETE_PENDING);
    EXPECT_EQ(kept, nullptr);
    drop();
}

TEST_P(RemoveLockTest, IsNotWaitedForUnlessAsked)
{
    asks_for_lock = false;
    start_referenced();
    run([&] { EXPECT_STATUS(send(), STATUS_PENDING); });
    EXPECT_STATUS(device.remove(), STATUS_SUCCESS);
    finish_kept();
    EXPECT_STATUS(result, STATUS_DEVICE_BUSY);
    drop();
}

TEST_P(RemoveLockTest, IsReleasedByEveryIrp)
{
    OPENKMDF_TESTS(WdfDeviceInitSetRemoveLockOptions);
    preprocess = [](WDFDEVICE of, PIRP irp) {
        IoSkipCurrentIrpStackLocation(irp);
        return WdfDeviceWdmDispatchPreprocessedIrp(of, irp);
    };
    start_with(WdfIoQueueDispatchParallel);
    Operation one = read(), other = file.write_async("1234");
    ASSERT_EQ(got.size(), 2u);
    complete(got[0]);
    complete(got[0]);
    EXPECT_EQ(one.status(), STATUS_SUCCESS);
    EXPECT_EQ(other.status(), STATUS_SUCCESS);
    file.close();
    EXPECT_STATUS(device.remove(), STATUS_SUCCESS);
}

INSTANTIATE_IN_BOTH_MODES(RemoveLockTest);

}  // namespace
}  // namespace openkmdf::test
