// Requests: cancellation, completion, and what they carry.

#include "tests/framework/request_fixture.h"

#include <string>

namespace openkmdf::test {
namespace {

class RequestTest : public RequestFixture {
protected:
    RequestTest() { want_file_objects(); }
};

// --- Cancellation on a queue ---------------------------------------------------------------------

TEST_F(RequestTest, CancelledOnAQueueGoesToItsCallbackIfTheDriverHadIt)
{
    std::vector<WDFREQUEST> canceled;
    auto on_queue = [&](WDFQUEUE of, WDFREQUEST request) {
        EXPECT_EQ(of, second);
        EXPECT_EQ(WdfRequestGetIoQueue(request), second);
        canceled.push_back(request);
        got.push_back(request);
    };
    after_create = [&] {
        WDF_IO_QUEUE_CONFIG config = config_of(WdfIoQueueDispatchManual);
        config.EvtIoCanceledOnQueue = callback<PFN_WDF_IO_QUEUE_IO_CANCELED_ON_QUEUE>(on_queue);
        second = create_queue(config);
        return STATUS_SUCCESS;
    };
    start_with(WdfIoQueueDispatchManual);
    Operation forwarded = read(), never = read();
    WDFREQUEST request = retrieve();
    got.clear();
    run([&] { EXPECT_STATUS(WdfRequestForwardToIoQueue(request, second), STATUS_SUCCESS); });
    EXPECT_TRUE(never.cancel());
    EXPECT_EQ(never.status(), STATUS_CANCELLED);
    EXPECT_TRUE(canceled.empty());
    EXPECT_TRUE(forwarded.cancel());
    EXPECT_EQ(canceled, std::vector{request});
    EXPECT_FALSE(forwarded.done()) << "the driver owns it and completes it when it likes";
    run([&] {
        WDFREQUEST found;
        EXPECT_STATUS(WdfIoQueueRetrieveFoundRequest(second, request, &found), STATUS_NOT_FOUND);
    });
    complete(request, STATUS_CANCELLED);
    EXPECT_EQ(forwarded.status(), STATUS_CANCELLED);
}

// --- Cancelable requests -------------------------------------------------------------------------

TEST_F(RequestTest, MarkedIsGivenToItsCancelCallback)
{
    OPENKMDF_TESTS(WdfRequestMarkCancelable, WdfRequestMarkCancelableEx, WdfRequestUnmarkCancelable,
                   WdfRequestIsCanceled);
    start_with(WdfIoQueueDispatchParallel);
    Operation one = read(), other = read();
    run([&] {
        EXPECT_STATUS(WdfRequestUnmarkCancelable(got[0]), STATUS_INVALID_PARAMETER)
            << "it is not cancelable";
        EXPECT_FALSE(WdfRequestIsCanceled(got[0]));
        WdfRequestMarkCancelable(got[0], on_cancel());
        EXPECT_STATUS(WdfRequestMarkCancelableEx(got[0], on_cancel()),
                      STATUS_INVALID_DEVICE_REQUEST)
            << "it is already";
        EXPECT_STATUS(WdfRequestMarkCancelableEx(got[1], on_cancel()), STATUS_SUCCESS);
        EXPECT_STATUS(WdfRequestUnmarkCancelable(got[1]), STATUS_SUCCESS);
    });
    EXPECT_TRUE(one.cancel());
    EXPECT_EQ(cancels, 1);
    EXPECT_EQ(one.status(), STATUS_CANCELLED);
    other.cancel();
    EXPECT_EQ(cancels, 1) << "unmarked";
    run([&] { EXPECT_TRUE(WdfRequestIsCanceled(got[0])); });
    EXPECT_FALSE(other.done());
}

TEST_F(RequestTest, MarkedWhenItIsCancelledAlready)
{
    OPENKMDF_TESTS(WdfRequestMarkCancelable, WdfRequestMarkCancelableEx);
    start_with(WdfIoQueueDispatchParallel);
    Operation one = read(), other = read();
    one.cancel();
    other.cancel();
    const std::vector<WDFREQUEST> requests = got;
    run([&] {
        EXPECT_STATUS(WdfRequestMarkCancelableEx(requests[0], on_cancel()), STATUS_CANCELLED);
        EXPECT_EQ(cancels, 0) << "the driver does what its callback would have done";
        complete_here(requests[0], STATUS_CANCELLED);
        WdfRequestMarkCancelable(requests[1], on_cancel());
        EXPECT_EQ(cancels, 1) << "called before it returns";
    });
    EXPECT_EQ(one.status(), STATUS_CANCELLED);
    EXPECT_EQ(other.status(), STATUS_CANCELLED);
}

TEST_F(RequestTest, UnmarkedTooLate)
{
    OPENKMDF_TESTS(WdfRequestUnmarkCancelable);
    start_with(WdfIoQueueDispatchParallel);
    cancel = [this](WDFREQUEST request) {
        ++cancels;
        EXPECT_STATUS(WdfRequestUnmarkCancelable(request), STATUS_CANCELLED);
        EXPECT_TRUE(WdfRequestIsCanceled(request));
    };
    Operation one = read();
    run([&] { WdfRequestMarkCancelable(got[0], on_cancel()); });
    one.cancel();
    EXPECT_EQ(cancels, 1);
    EXPECT_FALSE(one.done());
    run([&] { EXPECT_STATUS(WdfRequestUnmarkCancelable(got[0]), STATUS_CANCELLED); });
    complete(got[0], STATUS_CANCELLED);
    EXPECT_EQ(one.status(), STATUS_CANCELLED);
}

TEST_F(RequestTest, OfAnotherOwnerIsNotMarked)
{
    OPENKMDF_TESTS(WdfRequestMarkCancelableEx, WdfRequestUnmarkCancelable);
    start_manual_with_second();
    WDFREQUEST completed = completed_but_held();
    run([&] {
        EXPECT_STATUS(WdfRequestMarkCancelableEx(completed, on_cancel()),
                      STATUS_INVALID_DEVICE_REQUEST);
        EXPECT_STATUS(WdfRequestUnmarkCancelable(completed), STATUS_INVALID_DEVICE_REQUEST);
    });
    drop(completed);
}

TEST_F(RequestTest, CancelCallbacksHoldTheScopesLock)
{
    before_create = [](PWDFDEVICE_INIT) {};
    device_attributes.SynchronizationScope = WdfSynchronizationScopeDevice;
    KIRQL irql = PASSIVE_LEVEL;
    cancel = [&](WDFREQUEST request) {
        irql = KeGetCurrentIrql();
        complete_here(request, STATUS_CANCELLED);
    };
    start_with(WdfIoQueueDispatchParallel);
    Operation one = read();
    run([&] { WdfRequestMarkCancelable(got[0], on_cancel()); });
    one.cancel();
    EXPECT_EQ(one.status(), STATUS_CANCELLED);
    EXPECT_EQ(irql, DISPATCH_LEVEL);
}

// --- Completion ----------------------------------------------------------------------------------

TEST_F(RequestTest, IsCompletedWithStatusAndInformation)
{
    OPENKMDF_TESTS(WdfRequestComplete, WdfRequestCompleteWithInformation,
                   WdfRequestCompleteWithPriorityBoost, WdfRequestSetInformation,
                   WdfRequestGetInformation);
    start_with(WdfIoQueueDispatchParallel);
    Operation a = read(), b = read(), c = read(), d = read();
    const std::vector<WDFREQUEST> requests = got;
    got.clear();
    run([&] {
        EXPECT_EQ(WdfRequestGetInformation(requests[0]), 0u);
        WdfRequestSetInformation(requests[0], 3);
        EXPECT_EQ(WdfRequestGetInformation(requests[0]), 3u);
        WdfRequestComplete(requests[0], STATUS_SUCCESS);
        WdfRequestCompleteWithInformation(requests[1], STATUS_SUCCESS, 2);
        WdfRequestSetInformation(requests[2], 1);
        WdfRequestCompleteWithPriorityBoost(requests[2], STATUS_SUCCESS, IO_SOUND_INCREMENT);
        WdfRequestComplete(requests[3], STATUS_DEVICE_BUSY);
    });
    EXPECT_EQ(a.wait(), 3u);
    EXPECT_EQ(b.wait(), 2u);
    EXPECT_EQ(c.wait(), 1u);
    EXPECT_EQ(d.status(), STATUS_DEVICE_BUSY);
}

TEST_F(RequestTest, HasNoInformationAfterItsCompletion)
{
    OPENKMDF_TESTS(WdfRequestGetInformation, WdfRequestGetStatus);
    start_manual_with_second();
    Operation one = read();
    WDFREQUEST request = retrieve();
    run([&] {
        WdfObjectReferenceActual(request, nullptr, __LINE__, __FILE__);
        std::erase(got, request);
        WdfRequestCompleteWithInformation(request, STATUS_SUCCESS, 2);
        EXPECT_EQ(WdfRequestGetInformation(request), 0u);
        WdfObjectDereferenceActual(request, nullptr, __LINE__, __FILE__);
    });
    EXPECT_EQ(one.wait(), 2u);
}

TEST_F(RequestTest, IsCompletedOnce)
{
    OPENKMDF_TESTS(WdfRequestComplete);
    start_manual_with_second();
    WDFREQUEST completed = completed_but_held();
    violates(WDF_REQUEST_FATAL_ERROR, [&] { WdfRequestComplete(completed, STATUS_SUCCESS); });
}

TEST_F(RequestTest, OnAQueueIsNotTheDriversToComplete)
{
    OPENKMDF_TESTS(WdfRequestComplete);
    start_manual_with_second();
    Operation one = read();
    violates(WDF_REQUEST_FATAL_ERROR, [&] {
        WDFREQUEST found = nullptr;
        ASSERT_STATUS(WdfIoQueueFindRequest(queue, nullptr, nullptr, nullptr, &found),
                      STATUS_SUCCESS);
        WdfRequestComplete(found, STATUS_SUCCESS);
    });
}

TEST_F(RequestTest, HasNoMoreInformationThanItsBuffer)
{
    OPENKMDF_TESTS(WdfRequestCompleteWithInformation, WdfRequestSetInformation,
                   WdfRequestCompleteWithPriorityBoost);
    start_with(WdfIoQueueDispatchParallel);
    Operation one = read(4);
    const Bugcheck bugcheck =
        stops([&] { WdfRequestCompleteWithInformation(got[0], STATUS_SUCCESS, 5); });
    EXPECT_EQ(bugcheck.parameters[0], WDF_REQUEST_FATAL_ERROR);
    EXPECT_EQ(bugcheck.parameters[1], WDF_REQUEST_FATAL_ERROR_INFORMATION_LENGTH_MISMATCH);
}

TEST_F(RequestTest, IsNotDeletedInsteadOfCompleted)
{
    OPENKMDF_TESTS(WdfObjectDelete);
    start_with(WdfIoQueueDispatchParallel);
    Operation one = read();
    violates(WDF_OBJECT_ERROR, [&] { WdfObjectDelete(got[0]); });
}

TEST_F(RequestTest, HasAContextThatEndsAfterItsCompletion)
{
    OPENKMDF_TESTS(WdfDeviceInitSetRequestAttributes);
    struct Context {
        int value;
    };
    std::string order;
    auto cleanup = [&](WDFOBJECT request) {
        EXPECT_EQ(context_of<Context>(request)->value, 7);
        order += "cleanup ";
    };
    auto destroy = [&](WDFOBJECT) { order += "destroy "; };
    before_create = [&](PWDFDEVICE_INIT init) {
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with_context<Context>();
        attributes.EvtCleanupCallback = callback<PFN_WDF_OBJECT_CONTEXT_CLEANUP>(cleanup);
        attributes.EvtDestroyCallback = callback<PFN_WDF_OBJECT_CONTEXT_DESTROY>(destroy);
        WdfDeviceInitSetRequestAttributes(init, &attributes);
    };
    start_with(WdfIoQueueDispatchParallel);
    Operation one = read();
    run([&] {
        EXPECT_EQ(context_of<Context>(got[0])->value, 0) << "zeroed";
        context_of<Context>(got[0])->value = 7;
    });
    EXPECT_EQ(order, "");
    complete(got[0]);
    EXPECT_EQ(order, "cleanup destroy ");
}

// --- What it carries -----------------------------------------------------------------------------

TEST_F(RequestTest, TellsItsParameters)
{
    OPENKMDF_TESTS(WdfRequestGetParameters, WdfRequestGetRequestorMode,
                   WdfRequestIsFrom32BitProcess, WdfRequestIsReserved, WdfRequestWdmGetIrp,
                   WdfRequestGetFileObject, WdfRequestGetStatus);
    start_with(WdfIoQueueDispatchParallel);
    Operation reading = file.read_async(8, 100), writing = file.write_async("123", 200);
    Operation control = file.ioctl_async(0x222003, std::as_bytes(std::span("12")), 5);
    ASSERT_EQ(got.size(), 3u);
    run([&] {
        WDF_REQUEST_PARAMETERS parameters;
        WDF_REQUEST_PARAMETERS_INIT(&parameters);
        WdfRequestGetParameters(got[0], &parameters);
        EXPECT_EQ(parameters.Type, WdfRequestTypeRead);
        EXPECT_EQ(parameters.Parameters.Read.Length, 8u);
        EXPECT_EQ(parameters.Parameters.Read.DeviceOffset, 100);
        WdfRequestGetParameters(got[1], &parameters);
        EXPECT_EQ(parameters.Type, WdfRequestTypeWrite);
        EXPECT_EQ(parameters.Parameters.Write.Length, 3u);
        EXPECT_EQ(parameters.Parameters.Write.DeviceOffset, 200);
        WdfRequestGetParameters(got[2], &parameters);
        EXPECT_EQ(parameters.Type, WdfRequestTypeDeviceControl);
        EXPECT_EQ(parameters.Parameters.DeviceIoControl.IoControlCode, 0x222003u);
        EXPECT_EQ(parameters.Parameters.DeviceIoControl.InputBufferLength, 3u);
        EXPECT_EQ(parameters.Parameters.DeviceIoControl.OutputBufferLength, 5u);
        PIRP irp = WdfRequestWdmGetIrp(got[0]);
        ASSERT_NE(irp, nullptr);
        EXPECT_EQ(IoGetCurrentIrpStackLocation(irp)->MajorFunction, IRP_MJ_READ);
        EXPECT_EQ(WdfRequestGetRequestorMode(got[0]), UserMode);
        EXPECT_FALSE(WdfRequestIsFrom32BitProcess(got[0]));
        EXPECT_FALSE(WdfRequestIsReserved(got[0]));
        EXPECT_EQ(
            WdfRequestGetFileObject(got[0]),
            WdfDeviceGetFileObject(wdf_device, IoGetCurrentIrpStackLocation(irp)->FileObject));
        EXPECT_NE(WdfRequestGetFileObject(got[0]), nullptr);
        EXPECT_STATUS(WdfRequestGetStatus(got[0]), irp->IoStatus.Status);
    });
}

TEST_F(RequestTest, HasNoFileObjectWithoutAConfiguration)
{
    OPENKMDF_TESTS(WdfRequestGetFileObject, WdfDeviceGetFileObject);
    before_create = [](PWDFDEVICE_INIT) {};
    start_with(WdfIoQueueDispatchParallel);
    Operation one = read();
    run([&] {
        EXPECT_EQ(WdfRequestGetFileObject(got[0]), nullptr);
        PIRP irp = WdfRequestWdmGetIrp(got[0]);
        EXPECT_EQ(WdfDeviceGetFileObject(wdf_device, IoGetCurrentIrpStackLocation(irp)->FileObject),
                  nullptr);
    });
}

}  // namespace
}  // namespace openkmdf::test
