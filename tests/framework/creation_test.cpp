// "Framework Object Creation Errors", for every function that creates an object.

#include "tests/framework/object_fixture.h"

namespace openkmdf::test {
namespace {

struct Creator {
    const char *name;
    NTSTATUS (*create)(ObjectTest &test, PWDF_OBJECT_ATTRIBUTES attributes, WDFOBJECT *object);
    bool needs_parent;
    bool takes_level;
    bool takes_scope;
};

VOID NTAPI no_dpc(WDFDPC)
{
}
VOID NTAPI no_timer(WDFTIMER)
{
}
VOID NTAPI no_work(WDFWORKITEM)
{
}

template <class Handle>
Handle *as(WDFOBJECT *object)
{
    return reinterpret_cast<Handle *>(object);
}

class CreationTest : public ObjectTest, public testing::WithParamInterface<int> {
public:
    static const Creator kCreators[];
    const Creator &creator = kCreators[GetParam()];
    WDFDEVICE of_device() const { return wdf_device; }

protected:
    WDF_OBJECT_ATTRIBUTES good()
    {
        return attributes_with(creator.needs_parent ? wdf_device : nullptr);
    }
    NTSTATUS create(WDF_OBJECT_ATTRIBUTES attributes, WDFOBJECT *object)
    {
        return creator.create(*this, &attributes, object);
    }
    void expect(NTSTATUS expected, const WDF_OBJECT_ATTRIBUTES &attributes)
    {
        WDFOBJECT object = nullptr;
        EXPECT_STATUS(create(attributes, &object), expected) << creator.name;
        EXPECT_EQ(object != nullptr, NT_SUCCESS(expected)) << creator.name;
        if (object) WdfObjectDelete(object);
    }
};

const Creator CreationTest::kCreators[] = {
    {"WdfObjectCreate",
     [](ObjectTest &, PWDF_OBJECT_ATTRIBUTES attributes, WDFOBJECT *object) {
         return WdfObjectCreate(attributes, object);
     },
     false, true, false},
    {"WdfCollectionCreate",
     [](ObjectTest &, PWDF_OBJECT_ATTRIBUTES attributes, WDFOBJECT *object) {
         return WdfCollectionCreate(attributes, as<WDFCOLLECTION>(object));
     },
     false, false, false},
    {"WdfMemoryCreate",
     [](ObjectTest &, PWDF_OBJECT_ATTRIBUTES attributes, WDFOBJECT *object) {
         return WdfMemoryCreate(attributes, NonPagedPoolNx, 'tseT', 100, as<WDFMEMORY>(object),
                                nullptr);
     },
     false, false, false},
    {"WdfMemoryCreatePreallocated",
     [](ObjectTest &, PWDF_OBJECT_ATTRIBUTES attributes, WDFOBJECT *object) {
         static char buffer[16];
         return WdfMemoryCreatePreallocated(attributes, buffer, sizeof buffer,
                                            as<WDFMEMORY>(object));
     },
     false, false, false},
    {"WdfLookasideListCreate",
     [](ObjectTest &, PWDF_OBJECT_ATTRIBUTES attributes, WDFOBJECT *object) {
         return WdfLookasideListCreate(attributes, 16, NonPagedPoolNx, nullptr, 'tseT',
                                       as<WDFLOOKASIDE>(object));
     },
     false, false, false},
    {"WdfStringCreate",
     [](ObjectTest &, PWDF_OBJECT_ATTRIBUTES attributes, WDFOBJECT *object) {
         return WdfStringCreate(nullptr, attributes, as<WDFSTRING>(object));
     },
     false, false, false},
    {"WdfSpinLockCreate",
     [](ObjectTest &, PWDF_OBJECT_ATTRIBUTES attributes, WDFOBJECT *object) {
         return WdfSpinLockCreate(attributes, as<WDFSPINLOCK>(object));
     },
     false, false, false},
    {"WdfWaitLockCreate",
     [](ObjectTest &, PWDF_OBJECT_ATTRIBUTES attributes, WDFOBJECT *object) {
         return WdfWaitLockCreate(attributes, as<WDFWAITLOCK>(object));
     },
     false, false, false},
    {"WdfDpcCreate",
     [](ObjectTest &, PWDF_OBJECT_ATTRIBUTES attributes, WDFOBJECT *object) {
         WDF_DPC_CONFIG config;
         WDF_DPC_CONFIG_INIT(&config, no_dpc);
         return WdfDpcCreate(&config, attributes, as<WDFDPC>(object));
     },
     true, false, false},
    {"WdfTimerCreate",
     [](ObjectTest &, PWDF_OBJECT_ATTRIBUTES attributes, WDFOBJECT *object) {
         WDF_TIMER_CONFIG config;
         WDF_TIMER_CONFIG_INIT(&config, no_timer);
         config.AutomaticSerialization = FALSE;
         return WdfTimerCreate(&config, attributes, as<WDFTIMER>(object));
     },
     true, true, false},
    {"WdfWorkItemCreate",
     [](ObjectTest &, PWDF_OBJECT_ATTRIBUTES attributes, WDFOBJECT *object) {
         WDF_WORKITEM_CONFIG config;
         WDF_WORKITEM_CONFIG_INIT(&config, no_work);
         config.AutomaticSerialization = FALSE;
         return WdfWorkItemCreate(&config, attributes, as<WDFWORKITEM>(object));
     },
     true, false, false},
    {"WdfIoQueueCreate",
     [](ObjectTest &test, PWDF_OBJECT_ATTRIBUTES attributes, WDFOBJECT *object) {
         WDF_IO_QUEUE_CONFIG config;
         WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchManual);
         return WdfIoQueueCreate(static_cast<CreationTest &>(test).of_device(), &config, attributes,
                                 as<WDFQUEUE>(object));
     },
     false, true, true},
};

TEST_P(CreationTest, SucceedsWithContextAndParent)
{
    OPENKMDF_TESTS(WdfCollectionCreate, WdfMemoryCreatePreallocated, WdfSpinLockCreate,
                   WdfWaitLockCreate);
    run([&] {
        expect(STATUS_SUCCESS, good());
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with_context<Named>(wdf_device);
        WDFOBJECT object = nullptr;
        ASSERT_STATUS(create(attributes, &object), STATUS_SUCCESS) << creator.name;
        EXPECT_EQ(WdfObjectContextGetObject(context_of<Named>(object)), object);
    });
}

TEST_P(CreationTest, RefusesWrongAttributes)
{
    OPENKMDF_TESTS(WdfObjectCreate, WdfCollectionCreate, WdfMemoryCreate,
                   WdfMemoryCreatePreallocated, WdfLookasideListCreate, WdfStringCreate,
                   WdfSpinLockCreate, WdfWaitLockCreate, WdfDpcCreate, WdfTimerCreate,
                   WdfWorkItemCreate, WdfIoQueueCreate);
    run([&] {
        WDF_OBJECT_ATTRIBUTES attributes = good();
        attributes.Size += 8;
        expect(STATUS_INFO_LENGTH_MISMATCH, attributes);
        attributes = good();
        attributes.ExecutionLevel = static_cast<WDF_EXECUTION_LEVEL>(7);
        expect(STATUS_WDF_OBJECT_ATTRIBUTES_INVALID, attributes);
        attributes = good();
        attributes.SynchronizationScope = static_cast<WDF_SYNCHRONIZATION_SCOPE>(7);
        expect(STATUS_WDF_OBJECT_ATTRIBUTES_INVALID, attributes);
        attributes = good();
        attributes.ExecutionLevel = WdfExecutionLevelPassive;
        expect(creator.takes_level ? STATUS_SUCCESS : STATUS_WDF_EXECUTION_LEVEL_INVALID,
               attributes);
        attributes = good();
        attributes.SynchronizationScope = WdfSynchronizationScopeQueue;
        expect(creator.takes_scope ? STATUS_SUCCESS : STATUS_WDF_SYNCHRONIZATION_SCOPE_INVALID,
               attributes);
        attributes = good();
        attributes.ContextSizeOverride = 8;
        expect(STATUS_WDF_OBJECT_ATTRIBUTES_INVALID, attributes);
        attributes.ContextTypeInfo = &ContextType<std::uint64_t[4]>::info;
        expect(STATUS_WDF_OBJECT_ATTRIBUTES_INVALID, attributes);
        if (creator.needs_parent) {
            expect(STATUS_WDF_PARENT_NOT_SPECIFIED, attributes_with());
            expect(STATUS_INVALID_DEVICE_REQUEST, attributes_with(wdf_driver));
        }
    });
}

TEST_P(CreationTest, FailsWithoutMemory)
{
    OPENKMDF_TESTS(WdfObjectCreate, WdfCollectionCreate, WdfMemoryCreate,
                   WdfMemoryCreatePreallocated, WdfLookasideListCreate, WdfSpinLockCreate,
                   WdfWaitLockCreate, WdfDpcCreate, WdfTimerCreate, WdfWorkItemCreate,
                   WdfIoQueueCreate);
    struct Large {
        char bytes[60'000];
    };
    fails_without_memory([&] {
        WDFOBJECT object = nullptr;
        const NTSTATUS status = create(good(), &object);
        EXPECT_EQ(object != nullptr, NT_SUCCESS(status));
        return status;
    });
    // A context in a block of its own.
    fails_without_memory([&] {
        WDFOBJECT object = nullptr;
        return create(attributes_with_context<Large>(wdf_device), &object);
    });
}

TEST_P(CreationTest, RefusesAParentThatIsBeingDeleted)
{
    Status status;
    cleanup = [&](WDFOBJECT parent) {
        WDFOBJECT object = nullptr;
        status = create(attributes_with(parent), &object);
        EXPECT_EQ(object, nullptr);
    };
    run([&] { WdfObjectDelete(make("parent", wdf_device)); });
    EXPECT_EQ(status, STATUS_DELETE_PENDING) << creator.name;
}

INSTANTIATE_TEST_SUITE_P(Of, CreationTest,
                         testing::Range(0, static_cast<int>(std::size(CreationTest::kCreators))),
                         [](const auto &info) { return CreationTest::kCreators[info.param].name; });

}  // namespace
}  // namespace openkmdf::test
