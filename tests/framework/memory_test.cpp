// Memory objects, lookaside lists and strings.

#include "tests/framework/driver_test.h"

#include <cstring>

namespace openkmdf::test {
namespace {

constexpr ULONG kTag = 'tseT';

class MemoryTest : public DriverTest {
protected:
    void SetUp() override { load(); }

    WDFMEMORY create(size_t size, void **buffer = nullptr)
    {
        WDFMEMORY memory = nullptr;
        EXPECT_STATUS(
            WdfMemoryCreate(WDF_NO_OBJECT_ATTRIBUTES, NonPagedPoolNx, kTag, size, &memory, buffer),
            STATUS_SUCCESS);
        return memory;
    }
};

TEST_F(MemoryTest, HasABufferOfItsSize)
{
    OPENKMDF_TESTS(WdfMemoryCreate, WdfMemoryGetBuffer);
    run([&] {
        void *buffer = nullptr;
        WDFMEMORY memory = create(100, &buffer);
        size_t size = 0;
        EXPECT_EQ(WdfMemoryGetBuffer(memory, &size), buffer);
        EXPECT_EQ(size, 100u);
        EXPECT_EQ(WdfMemoryGetBuffer(memory, nullptr), buffer);
        std::memset(buffer, 0x55, size);
        WdfObjectDelete(memory);
    });
}

TEST_F(MemoryTest, IsAlignedAsPoolIs)
{
    OPENKMDF_TESTS(WdfMemoryCreate);
    run([&] {
        for (size_t size : {1, 17, 100, 4000}) {
            auto address =
                reinterpret_cast<std::uintptr_t>(WdfMemoryGetBuffer(create(size), nullptr));
            EXPECT_EQ(address % MEMORY_ALLOCATION_ALIGNMENT, 0u) << size;
        }
        for (size_t size : {PAGE_SIZE, PAGE_SIZE + 1, 10 * PAGE_SIZE}) {
            auto address =
                reinterpret_cast<std::uintptr_t>(WdfMemoryGetBuffer(create(size), nullptr));
            EXPECT_EQ(address % PAGE_SIZE, 0u) << size;
        }
    });
}

TEST_F(MemoryTest, HasASize)
{
    OPENKMDF_TESTS(WdfMemoryCreate, WdfMemoryCreatePreallocated, WdfLookasideListCreate);
    run([&] {
        auto memory = reinterpret_cast<WDFMEMORY>(this);
        void *buffer = this;
        EXPECT_STATUS(
            WdfMemoryCreate(WDF_NO_OBJECT_ATTRIBUTES, NonPagedPoolNx, kTag, 0, &memory, &buffer),
            STATUS_INVALID_PARAMETER);
        EXPECT_EQ(memory, nullptr);
        EXPECT_EQ(buffer, nullptr);
        char own[8];
        EXPECT_STATUS(WdfMemoryCreatePreallocated(WDF_NO_OBJECT_ATTRIBUTES, own, 0, &memory),
                      STATUS_INVALID_PARAMETER);
        EXPECT_EQ(memory, nullptr);
        WDFLOOKASIDE list;
        EXPECT_STATUS(WdfLookasideListCreate(WDF_NO_OBJECT_ATTRIBUTES, 0, NonPagedPoolNx,
                                             WDF_NO_OBJECT_ATTRIBUTES, kTag, &list),
                      STATUS_INVALID_PARAMETER);
        EXPECT_EQ(list, nullptr);
    });
}

TEST_F(MemoryTest, OfPagedPoolEndsAtPassiveLevel)
{
    OPENKMDF_TESTS(WdfMemoryCreate);
    KIRQL irql = HIGH_LEVEL;
    auto cleanup = [&](WDFOBJECT) { irql = KeGetCurrentIrql(); };
    WDF_OBJECT_ATTRIBUTES attributes = attributes_with();
    attributes.EvtCleanupCallback = callback<PFN_WDF_OBJECT_CONTEXT_CLEANUP>(cleanup);
    for (const POOL_TYPE type : {PagedPool, NonPagedPoolNx}) {
        WDFMEMORY memory = nullptr;
        run([&] {
            EXPECT_STATUS(WdfMemoryCreate(&attributes, type, kTag, 8, &memory, nullptr),
                          STATUS_SUCCESS);
        });
        run_at(DISPATCH_LEVEL, [&] { WdfObjectDelete(memory); });
        pc.run_until_idle();
        EXPECT_EQ(irql, type == PagedPool ? PASSIVE_LEVEL : DISPATCH_LEVEL);
    }
}

TEST_F(MemoryTest, OverADriversBufferNeverFreesIt)
{
    OPENKMDF_TESTS(WdfMemoryCreatePreallocated, WdfMemoryAssignBuffer);
    run([&] {
        char first[8] = {}, second[16] = {};
        WDFMEMORY memory = nullptr;
        ASSERT_STATUS(
            WdfMemoryCreatePreallocated(WDF_NO_OBJECT_ATTRIBUTES, first, sizeof first, &memory),
            STATUS_SUCCESS);
        size_t size = 0;
        EXPECT_EQ(WdfMemoryGetBuffer(memory, &size), first);
        EXPECT_EQ(size, sizeof first);
        EXPECT_STATUS(WdfMemoryAssignBuffer(memory, second, sizeof second), STATUS_SUCCESS);
        EXPECT_EQ(WdfMemoryGetBuffer(memory, &size), second);
        EXPECT_EQ(size, sizeof second);
        EXPECT_STATUS(WdfMemoryAssignBuffer(memory, first, 0), STATUS_INVALID_PARAMETER);
        EXPECT_EQ(WdfMemoryGetBuffer(memory, nullptr), second);
        WdfObjectDelete(memory);
        std::memset(first, 1, sizeof first);
        std::memset(second, 1, sizeof second);
    });
}

TEST_F(MemoryTest, WithABufferOfItsOwnGetsNoOther)
{
    OPENKMDF_TESTS(WdfMemoryAssignBuffer);
    run([&] {
        char buffer[8];
        EXPECT_FALSE(NT_SUCCESS(WdfMemoryAssignBuffer(create(8), buffer, sizeof buffer)));
    });
}

TEST_F(MemoryTest, IsCopiedFrom)
{
    OPENKMDF_TESTS(WdfMemoryCopyToBuffer);
    run([&] {
        void *buffer = nullptr;
        WDFMEMORY memory = create(8, &buffer);
        std::memcpy(buffer, "12345678", 8);
        char target[9] = "........";
        EXPECT_STATUS(WdfMemoryCopyToBuffer(memory, 2, target, 3), STATUS_SUCCESS);
        EXPECT_STREQ(target, "345.....");
        EXPECT_STATUS(WdfMemoryCopyToBuffer(memory, 0, target, 8), STATUS_SUCCESS);
        EXPECT_STREQ(target, "12345678");
        const size_t most = ~size_t{0};
        EXPECT_STATUS(WdfMemoryCopyToBuffer(memory, 0, target, 9), STATUS_BUFFER_TOO_SMALL);
        EXPECT_STATUS(WdfMemoryCopyToBuffer(memory, 6, target, 3), STATUS_BUFFER_TOO_SMALL);
        EXPECT_STATUS(WdfMemoryCopyToBuffer(memory, 9, target, 1), STATUS_BUFFER_TOO_SMALL);
        EXPECT_STATUS(WdfMemoryCopyToBuffer(memory, most, target, 1), STATUS_BUFFER_TOO_SMALL);
        EXPECT_STATUS(WdfMemoryCopyToBuffer(memory, 1, target, most), STATUS_BUFFER_TOO_SMALL);
        EXPECT_STATUS(WdfMemoryCopyToBuffer(memory, 0, target, 0), STATUS_INVALID_PARAMETER);
        EXPECT_STREQ(target, "12345678");
    });
}

TEST_F(MemoryTest, IsCopiedTo)
{
    OPENKMDF_TESTS(WdfMemoryCopyFromBuffer);
    run([&] {
        void *buffer = nullptr;
        WDFMEMORY memory = create(8, &buffer);
        std::memcpy(buffer, "........", 8);
        char source[] = "12345678";
        EXPECT_STATUS(WdfMemoryCopyFromBuffer(memory, 5, source, 3), STATUS_SUCCESS);
        EXPECT_EQ(std::memcmp(buffer, ".....123", 8), 0);
        const size_t most = ~size_t{0};
        EXPECT_STATUS(WdfMemoryCopyFromBuffer(memory, 9, source, 1), STATUS_INVALID_BUFFER_SIZE);
        EXPECT_STATUS(WdfMemoryCopyFromBuffer(memory, most, source, 1), STATUS_INVALID_BUFFER_SIZE);
        EXPECT_STATUS(WdfMemoryCopyFromBuffer(memory, 6, source, 3), STATUS_BUFFER_TOO_SMALL);
        EXPECT_STATUS(WdfMemoryCopyFromBuffer(memory, 1, source, most), STATUS_BUFFER_TOO_SMALL);
        EXPECT_STATUS(WdfMemoryCopyFromBuffer(memory, 0, source, 0), STATUS_INVALID_PARAMETER);
        EXPECT_EQ(std::memcmp(buffer, ".....123", 8), 0);
    });
}

// --- Lookaside lists -----------------------------------------------------------------------------

TEST_F(MemoryTest, OfALookasideListIsUsedAgain)
{
    OPENKMDF_TESTS(WdfLookasideListCreate, WdfMemoryCreateFromLookaside);
    plug_in();
    struct Context {
        int value;
    };
    int cleanups = 0;
    auto count = [&](WDFOBJECT) { ++cleanups; };
    run([&] {
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with_context<Context>(wdf_device);
        attributes.EvtCleanupCallback = callback<PFN_WDF_OBJECT_CONTEXT_CLEANUP>(count);
        WDFLOOKASIDE list = nullptr;
        ASSERT_STATUS(WdfLookasideListCreate(WDF_NO_OBJECT_ATTRIBUTES, 24, NonPagedPoolNx,
                                             &attributes, 0, &list),
                      STATUS_SUCCESS);
        WDFMEMORY first = nullptr, second = nullptr;
        ASSERT_STATUS(WdfMemoryCreateFromLookaside(list, &first), STATUS_SUCCESS);
        ASSERT_STATUS(WdfMemoryCreateFromLookaside(list, &second), STATUS_SUCCESS);
        EXPECT_NE(first, second);
        size_t size = 0;
        void *buffer = WdfMemoryGetBuffer(first, &size);
        EXPECT_EQ(size, 24u);
        EXPECT_NE(WdfMemoryGetBuffer(second, nullptr), buffer);
        ASSERT_NE(context_of<Context>(first), nullptr);
        EXPECT_EQ(context_of<Context>(first)->value, 0);
        WdfObjectDelete(first);
        EXPECT_EQ(cleanups, 1);
        ASSERT_STATUS(WdfMemoryCreateFromLookaside(list, &first), STATUS_SUCCESS);
        EXPECT_EQ(WdfMemoryGetBuffer(first, nullptr), buffer) << "the list had it";
        // Those that are out keep their buffers when the list goes.
        WdfObjectDelete(list);
        std::memset(WdfMemoryGetBuffer(second, nullptr), 0x33, 24);
    });
    device.surprise_remove();
    EXPECT_EQ(cleanups, 3) << "their parent is the device";
}

TEST_F(MemoryTest, OfALookasideListNeedsMemory)
{
    OPENKMDF_TESTS(WdfMemoryCreateFromLookaside);
    WDFLOOKASIDE list = nullptr;
    run([&] {
        ASSERT_STATUS(WdfLookasideListCreate(WDF_NO_OBJECT_ATTRIBUTES, 24, NonPagedPoolNx,
                                             WDF_NO_OBJECT_ATTRIBUTES, kTag, &list),
                      STATUS_SUCCESS);
    });
    fails_without_memory([&] {
        auto memory = reinterpret_cast<WDFMEMORY>(this);
        const NTSTATUS status = WdfMemoryCreateFromLookaside(list, &memory);
        EXPECT_EQ(memory != nullptr, NT_SUCCESS(status));
        return status;
    });
}

TEST_F(MemoryTest, OfAListIsDescribedByGoodAttributes)
{
    OPENKMDF_TESTS(WdfLookasideListCreate);
    run([&] {
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with();
        attributes.Size = 8;
        auto list = reinterpret_cast<WDFLOOKASIDE>(this);
        EXPECT_STATUS(WdfLookasideListCreate(WDF_NO_OBJECT_ATTRIBUTES, 8, NonPagedPoolNx,
                                             &attributes, kTag, &list),
                      STATUS_INFO_LENGTH_MISMATCH);
        EXPECT_EQ(list, nullptr);
    });
}

// --- Strings -------------------------------------------------------------------------------------

class StringTest : public MemoryTest {};

TEST_F(StringTest, CopiesTheText)
{
    OPENKMDF_TESTS(WdfStringCreate, WdfStringGetUnicodeString);
    run([&] {
        char16_t given[] = u"hello";
        const UNICODE_STRING source = text(given);
        WDFSTRING string = nullptr;
        ASSERT_STATUS(WdfStringCreate(&source, WDF_NO_OBJECT_ATTRIBUTES, &string), STATUS_SUCCESS);
        given[0] = u'j';
        UNICODE_STRING copy = {};
        WdfStringGetUnicodeString(string, &copy);
        EXPECT_EQ(std::u16string_view(copy.Buffer, copy.Length / 2), u"hello");
        EXPECT_GE(copy.MaximumLength, copy.Length);
        UNICODE_STRING again = {};
        WdfStringGetUnicodeString(string, &again);
        EXPECT_EQ(again.Buffer, copy.Buffer) << "the object's own buffer";
        WdfObjectDelete(string);
    });
}

TEST_F(StringTest, IsEmptyWithoutText)
{
    OPENKMDF_TESTS(WdfStringCreate, WdfStringGetUnicodeString);
    run([&] {
        const UNICODE_STRING empty = {};
        for (const UNICODE_STRING *source :
             {static_cast<const UNICODE_STRING *>(nullptr), &empty}) {
            WDFSTRING string = nullptr;
            ASSERT_STATUS(WdfStringCreate(source, WDF_NO_OBJECT_ATTRIBUTES, &string),
                          STATUS_SUCCESS);
            UNICODE_STRING text = {2, 2, nullptr};
            WdfStringGetUnicodeString(string, &text);
            EXPECT_EQ(text.Length, 0u);
        }
    });
}

TEST_F(StringTest, RefusesWhatIsNoText)
{
    OPENKMDF_TESTS(WdfStringCreate);
    run([&] {
        UNICODE_STRING odd = text(u"hello"), without_buffer = text(u"hello"),
                       too_long = text(u"hello");
        odd.Length = 3;
        without_buffer.Buffer = nullptr;
        too_long.Length = too_long.MaximumLength + 2;
        for (const UNICODE_STRING &source : {odd, without_buffer, too_long}) {
            auto string = reinterpret_cast<WDFSTRING>(this);
            EXPECT_STATUS(WdfStringCreate(&source, WDF_NO_OBJECT_ATTRIBUTES, &string),
                          STATUS_INVALID_PARAMETER);
            EXPECT_EQ(string, nullptr);
        }
    });
}

TEST_F(StringTest, NeedsMemory)
{
    OPENKMDF_TESTS(WdfStringCreate);
    fails_without_memory([&] {
        const UNICODE_STRING source = text(u"hello");
        WDFSTRING string = nullptr;
        const NTSTATUS status = WdfStringCreate(&source, WDF_NO_OBJECT_ATTRIBUTES, &string);
        EXPECT_EQ(string != nullptr, NT_SUCCESS(status));
        return status;
    });
}

TEST_F(StringTest, EndsAtPassiveLevel)
{
    KIRQL irql = HIGH_LEVEL;
    auto cleanup = [&](WDFOBJECT) { irql = KeGetCurrentIrql(); };
    WDF_OBJECT_ATTRIBUTES attributes = attributes_with();
    attributes.EvtCleanupCallback = callback<PFN_WDF_OBJECT_CONTEXT_CLEANUP>(cleanup);
    WDFSTRING string = nullptr;
    run([&] { ASSERT_STATUS(WdfStringCreate(nullptr, &attributes, &string), STATUS_SUCCESS); });
    run_at(DISPATCH_LEVEL, [&] { WdfObjectDelete(string); });
    pc.run_until_idle();
    EXPECT_EQ(irql, PASSIVE_LEVEL);
}

// The checked table has a bugcheck for it; without, the status is the documented one.
class UncheckedStringTest : public DriverTest {
protected:
    UncheckedStringTest() : DriverTest({.checks = Checks::Off}) {}
};

TEST_F(UncheckedStringTest, IsMadeAtPassiveLevelOnly)
{
    OPENKMDF_TESTS(WdfStringCreate);
    load();
    run_at(DISPATCH_LEVEL, [&] {
        auto string = reinterpret_cast<WDFSTRING>(this);
        EXPECT_STATUS(WdfStringCreate(nullptr, WDF_NO_OBJECT_ATTRIBUTES, &string),
                      STATUS_INVALID_DEVICE_REQUEST);
        EXPECT_EQ(string, nullptr);
    });
}

}  // namespace
}  // namespace openkmdf::test
