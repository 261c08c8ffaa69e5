// The kernel headers' inline helpers do what their documentation says.
#include <wdm.h>

#include <gtest/gtest.h>

#include <array>
#include <cstring>

namespace {

struct Entry {
    int value;
    LIST_ENTRY link;
};

TEST(NtLists, KeepTheOrderOfInsertion)
{
    LIST_ENTRY head;
    InitializeListHead(&head);
    EXPECT_TRUE(IsListEmpty(&head));

    std::array<Entry, 3> entries{{{1, {}}, {2, {}}, {3, {}}}};
    InsertTailList(&head, &entries[1].link);
    InsertTailList(&head, &entries[2].link);
    InsertHeadList(&head, &entries[0].link);
    int expected = 1;
    for (PLIST_ENTRY at = head.Flink; at != &head; at = at->Flink)
        EXPECT_EQ(CONTAINING_RECORD(at, Entry, link)->value, expected++);

    EXPECT_FALSE(RemoveEntryList(&entries[1].link));
    EXPECT_EQ(RemoveTailList(&head), &entries[2].link);
    EXPECT_EQ(RemoveHeadList(&head), &entries[0].link);
    EXPECT_TRUE(IsListEmpty(&head));
}

TEST(NtLists, AppendJoinsTwoRings)
{
    LIST_ENTRY head;
    InitializeListHead(&head);
    std::array<LIST_ENTRY, 3> links;
    InsertTailList(&head, &links[0]);
    InitializeListHead(&links[1]);
    InsertTailList(&links[1], &links[2]);

    AppendTailList(&head, &links[1]);
    EXPECT_EQ(head.Flink, &links[0]);
    EXPECT_EQ(links[0].Flink, &links[1]);
    EXPECT_EQ(links[1].Flink, &links[2]);
    EXPECT_EQ(links[2].Flink, &head);
    EXPECT_EQ(head.Blink, &links[2]);
}

// An IRP with room for `Depth` drivers, at its first location.
template <int Depth>
struct Request {
    IRP irp{};
    std::array<IO_STACK_LOCATION, Depth> stack{};

    Request()
    {
        irp.StackCount = Depth;
        irp.CurrentLocation = Depth;
        irp.Tail.Overlay.CurrentStackLocation = &stack[Depth - 1];
    }
};

NTSTATUS NTAPI on_complete(PDEVICE_OBJECT, PIRP, PVOID)
{
    return STATUS_SUCCESS;
}

TEST(NtIrp, CopyLeavesTheCompletionRoutineOfTheUpperDriver)
{
    Request<2> request;
    IO_STACK_LOCATION *current = IoGetCurrentIrpStackLocation(&request.irp);
    current->MajorFunction = IRP_MJ_READ;
    current->Parameters.Read.Length = 42;
    current->Control = SL_PENDING_RETURNED;
    current->CompletionRoutine = on_complete;
    current->Context = &request;

    IoCopyCurrentIrpStackLocationToNext(&request.irp);
    const IO_STACK_LOCATION *next = IoGetNextIrpStackLocation(&request.irp);
    EXPECT_EQ(next, &request.stack[0]);
    EXPECT_EQ(next->MajorFunction, IRP_MJ_READ);
    EXPECT_EQ(next->Parameters.Read.Length, 42u);
    EXPECT_EQ(next->Control, 0);
    EXPECT_EQ(next->CompletionRoutine, nullptr);
    EXPECT_EQ(next->Context, nullptr);
}

TEST(NtIrp, CompletionRoutineBelongsToTheNextLocation)
{
    Request<2> request;
    int context = 0;
    IoSetCompletionRoutine(&request.irp, on_complete, &context, TRUE, FALSE, TRUE);
    EXPECT_EQ(request.stack[0].CompletionRoutine, &on_complete);
    EXPECT_EQ(request.stack[0].Context, &context);
    EXPECT_EQ(request.stack[0].Control, SL_INVOKE_ON_SUCCESS | SL_INVOKE_ON_CANCEL);
    EXPECT_EQ(request.stack[1].CompletionRoutine, nullptr);

    IoMarkIrpPending(&request.irp);
    EXPECT_EQ(request.stack[1].Control, SL_PENDING_RETURNED);
}

TEST(NtIrp, SkipAndSetNextAreOpposites)
{
    Request<3> request;
    IoSetNextIrpStackLocation(&request.irp);
    EXPECT_EQ(request.irp.CurrentLocation, 2);
    EXPECT_EQ(IoGetCurrentIrpStackLocation(&request.irp), &request.stack[1]);
    IoSkipCurrentIrpStackLocation(&request.irp);
    EXPECT_EQ(request.irp.CurrentLocation, 3);
    EXPECT_EQ(IoGetCurrentIrpStackLocation(&request.irp), &request.stack[2]);
    EXPECT_EQ(IoSizeOfIrp(3), sizeof(IRP) + 3 * sizeof(IO_STACK_LOCATION));
}

VOID NTAPI on_cancel(PDEVICE_OBJECT, PIRP)
{
}

TEST(NtIrp, CancelRoutineIsExchanged)
{
    Request<1> request;
    EXPECT_EQ(IoSetCancelRoutine(&request.irp, on_cancel), nullptr);
    EXPECT_EQ(IoSetCancelRoutine(&request.irp, nullptr), &on_cancel);
    EXPECT_EQ(request.irp.CancelRoutine, nullptr);
}

TEST(NtMdl, DescribesItsRange)
{
    struct {
        MDL mdl;
        PFN_NUMBER pages[3];
    } block{};
    auto *base = reinterpret_cast<PVOID>(0x10000ff0);
    MmInitializeMdl(&block.mdl, base, 0x1020);
    EXPECT_EQ(MmGetMdlVirtualAddress(&block.mdl), base);
    EXPECT_EQ(MmGetMdlByteOffset(&block.mdl), 0xff0u);
    EXPECT_EQ(MmGetMdlByteCount(&block.mdl), 0x1020u);
    EXPECT_EQ(block.mdl.Size, static_cast<CSHORT>(sizeof(MDL) + 3 * sizeof(PFN_NUMBER)));
    EXPECT_EQ(MmGetMdlPfnArray(&block.mdl), block.pages);
}

TEST(NtPages, SpanCountsTouchedPages)
{
    EXPECT_EQ(ADDRESS_AND_SIZE_TO_SPAN_PAGES(0x1000, 0x1000), 1u);
    EXPECT_EQ(ADDRESS_AND_SIZE_TO_SPAN_PAGES(0x1fff, 2), 2u);
    EXPECT_EQ(ADDRESS_AND_SIZE_TO_SPAN_PAGES(0x1000, 0), 0u);
    EXPECT_EQ(ROUND_TO_PAGES(0x1001), 0x2000u);
    EXPECT_EQ(BYTES_TO_PAGES(0x1001), 2);
}

TEST(NtStatus, SeverityDecides)
{
    EXPECT_TRUE(NT_SUCCESS(STATUS_PENDING));
    EXPECT_TRUE(NT_INFORMATION(STATUS_OBJECT_NAME_EXISTS));
    EXPECT_TRUE(NT_WARNING(STATUS_BUFFER_OVERFLOW));
    EXPECT_TRUE(NT_ERROR(STATUS_INVALID_PARAMETER));
    EXPECT_FALSE(NT_SUCCESS(STATUS_BUFFER_OVERFLOW));
    EXPECT_TRUE(IoIsErrorUserInduced(STATUS_WRONG_VOLUME));
    EXPECT_FALSE(IoIsErrorUserInduced(STATUS_DEVICE_BUSY));
}

TEST(NtNumbers, AreStoredWithoutAlignment)
{
    std::array<unsigned char, 12> bytes{};
    RtlStoreUlong(&bytes[1], 0x11223344);
    ULONG value = 0;
    RtlRetrieveUlong(&value, &bytes[1]);
    EXPECT_EQ(value, 0x11223344u);
    EXPECT_EQ(bytes[1], 0x44);
    EXPECT_EQ(RtlUlongByteSwap(0x11223344), 0x44332211u);
    EXPECT_EQ(RtlConvertLongToLuid(-2).HighPart, -1);
}

TEST(NtStrings, ConstantsCarryTheirLength)
{
    static const UNICODE_STRING text = RTL_CONSTANT_STRING(u"abc");
    EXPECT_EQ(text.Length, 6);
    EXPECT_EQ(text.MaximumLength, 8);
    UNICODE_STRING empty;
    std::array<WCHAR, 4> buffer;
    RtlInitEmptyUnicodeString(&empty, buffer.data(), sizeof buffer);
    EXPECT_EQ(empty.Length, 0);
    EXPECT_EQ(empty.MaximumLength, 8);
}

}  // namespace
