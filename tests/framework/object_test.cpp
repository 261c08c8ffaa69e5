// What is common to all objects: life, tree, references, contexts.

#include "tests/framework/object_fixture.h"

namespace openkmdf::test {
namespace {

TEST_F(ObjectTest, EndsWithItsDeletion)
{
    OPENKMDF_TESTS(WdfObjectDelete, WdfObjectGetTypedContextWorker);
    run([&] {
        WDFOBJECT object = make("one");
        EXPECT_EQ(context_of<Other>(object), nullptr);
        EXPECT_TRUE(take().empty());
        WdfObjectDelete(object);
        EXPECT_EQ(take(), (Log{"cleanup one", "destroy one"}));
    });
}

TEST_F(ObjectTest, EndsWithItsDriverUnlessItHasAnotherParent)
{
    OPENKMDF_TESTS(WdfObjectCreate);
    run([&] {
        make("of the driver");
        make("of the device", wdf_device);
    });
    device.surprise_remove();
    EXPECT_EQ(take(), (Log{"cleanup of the device", "destroy of the device"}));
    EXPECT_TRUE(unload().clean());
    EXPECT_EQ(take(), (Log{"cleanup of the driver", "destroy of the driver"}));
}

TEST_F(ObjectTest, CleansChildrenUpBeforeTheirParents)
{
    run([&] {
        WDFOBJECT parent = make("parent");
        WDFOBJECT child = make("child", parent);
        make("grandchild", child);
        WdfObjectDelete(parent);
    });
    EXPECT_EQ(take(), (Log{"cleanup grandchild", "destroy grandchild", "cleanup child",
                           "destroy child", "cleanup parent", "destroy parent"}));
}

TEST_F(ObjectTest, IsDestroyedWhenTheLastReferenceGoes)
{
    OPENKMDF_TESTS(WdfObjectReferenceActual, WdfObjectDereferenceActual);
    run([&] {
        WDFOBJECT parent = make("parent");
        WDFOBJECT child = make("child", parent);
        WdfObjectReferenceActual(child, nullptr, __LINE__, __FILE__);
        WdfObjectReferenceActual(child, nullptr, __LINE__, __FILE__);
        WdfObjectDelete(parent);
        // The parent outlives the memory of its child.
        EXPECT_EQ(take(), (Log{"cleanup child", "cleanup parent"}));
        EXPECT_STREQ(context_of<Named>(child)->name, "child") << "the handle stays good until then";
        WdfObjectDereferenceActual(child, nullptr, __LINE__, __FILE__);
        EXPECT_TRUE(take().empty());
        WdfObjectDereferenceActual(child, nullptr, __LINE__, __FILE__);
        EXPECT_EQ(take(), (Log{"destroy child", "destroy parent"}));
    });
}

TEST_F(ObjectTest, IsNotDeletedByDereferencing)
{
    OPENKMDF_TESTS(WdfObjectDereferenceActual);
    violates(WDF_OBJECT_ERROR,
             [&] { WdfObjectDereferenceActual(make("one"), nullptr, __LINE__, __FILE__); });
}

TEST_F(ObjectTest, OfTheFrameworkIsNotTheDriversToDelete)
{
    OPENKMDF_TESTS(WdfObjectDelete);
    violates(WDF_OBJECT_ERROR, [&] { WdfObjectDelete(wdf_device); });
}

TEST_F(ObjectTest, TheDriverIsNotTheDriversToDelete)
{
    OPENKMDF_TESTS(WdfObjectDelete);
    violates(WDF_OBJECT_ERROR, [&] { WdfObjectDelete(wdf_driver); });
}

TEST_F(ObjectTest, WithPassiveCallbacksEndsAtPassiveLevel)
{
    run_at(DISPATCH_LEVEL, [&] {
        WDFOBJECT object = make("passive", nullptr, WdfExecutionLevelPassive);
        WDFOBJECT parent = make("parent");
        make("child", parent, WdfExecutionLevelPassive);
        WdfObjectDelete(object);
        WdfObjectDelete(parent);
        EXPECT_TRUE(take().empty());
    });
    pc.run_until_idle();
    EXPECT_EQ(take(), (Log{"cleanup passive", "destroy passive", "cleanup child", "destroy child",
                           "cleanup parent", "destroy parent"}));
    EXPECT_EQ(irqls, std::vector<KIRQL>(6, PASSIVE_LEVEL));
}

TEST_F(ObjectTest, WithoutPassiveCallbacksEndsAtOnce)
{
    run_at(DISPATCH_LEVEL, [&] { WdfObjectDelete(make("one")); });
    EXPECT_EQ(take(), (Log{"cleanup one", "destroy one"}));
    EXPECT_EQ(irqls, std::vector<KIRQL>(2, DISPATCH_LEVEL));
}

TEST_F(ObjectTest, TakesNoChildWhileItIsBeingDeleted)
{
    OPENKMDF_TESTS(WdfObjectCreate);
    Status status;
    cleanup = [&](WDFOBJECT object) {
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with(object);
        WDFOBJECT child = nullptr;
        status = WdfObjectCreate(&attributes, &child);
        EXPECT_EQ(child, nullptr);
    };
    run([&] { WdfObjectDelete(make("one")); });
    EXPECT_EQ(status, STATUS_DELETE_PENDING);
}

TEST_F(ObjectTest, ManyDeepAreDeletedWithoutRecursion)
{
    run([&] {
        WDFOBJECT first = make("first");
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with(first);
        for (int i = 0; i < 20'000; ++i) {
            WDFOBJECT next = nullptr;
            ASSERT_STATUS(WdfObjectCreate(&attributes, &next), STATUS_SUCCESS);
            attributes = attributes_with(next);
        }
        WdfObjectDelete(first);
    });
    EXPECT_EQ(take(), (Log{"cleanup first", "destroy first"}));
}

// --- Contexts ------------------------------------------------------------------------------------

TEST_F(ObjectTest, HasAZeroedContextThatKnowsItsObject)
{
    OPENKMDF_TESTS(WdfObjectContextGetObject, WdfObjectGetTypedContextWorker);
    struct Large {
        std::uint64_t words[12'000];
    };
    run([&] {
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with_context<Large>();
        WDFOBJECT object = nullptr;
        ASSERT_STATUS(WdfObjectCreate(&attributes, &object), STATUS_SUCCESS);
        Large *context = context_of<Large>(object);
        ASSERT_NE(context, nullptr);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(context) % MEMORY_ALLOCATION_ALIGNMENT, 0u);
        for (std::uint64_t word : context->words) ASSERT_EQ(word, 0u);
        EXPECT_EQ(WdfObjectContextGetObject(context), object);
        EXPECT_EQ(context_of<Named>(object), nullptr);
        WdfObjectDelete(object);
    });
}

TEST_F(ObjectTest, MayHaveALargerContextThanItsType)
{
    run([&] {
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with_context<Other>();
        attributes.ContextSizeOverride = 1000;
        WDFOBJECT object = nullptr;
        ASSERT_STATUS(WdfObjectCreate(&attributes, &object), STATUS_SUCCESS);
        auto *bytes = reinterpret_cast<unsigned char *>(context_of<Other>(object));
        for (int i = 0; i < 1000; ++i) ASSERT_EQ(bytes[i], 0) << i;
        for (int i = 0; i < 1000; ++i) bytes[i] = 0xAA;
        WdfObjectDelete(object);
    });
}

TEST_F(ObjectTest, GetsFurtherContextsLater)
{
    OPENKMDF_TESTS(WdfObjectAllocateContext);
    run([&] {
        WDFOBJECT object = make("one");
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with_context<Other>();
        int ends = 0;
        auto count = [&](WDFOBJECT) { ++ends; };
        attributes.EvtCleanupCallback = test::callback<PFN_WDF_OBJECT_CONTEXT_CLEANUP>(count);
        void *context = nullptr;
        ASSERT_STATUS(WdfObjectAllocateContext(object, &attributes, &context), STATUS_SUCCESS);
        EXPECT_EQ(context, context_of<Other>(object));
        EXPECT_EQ(context_of<Other>(object)->number, 0);
        EXPECT_EQ(WdfObjectContextGetObject(context), object);
        // "The pointer receives the existing context space."
        void *again = nullptr;
        EXPECT_STATUS(WdfObjectAllocateContext(object, &attributes, &again),
                      STATUS_OBJECT_NAME_EXISTS);
        EXPECT_EQ(again, context);
        EXPECT_STATUS(WdfObjectAllocateContext(object, &attributes, nullptr),
                      STATUS_OBJECT_NAME_EXISTS);
        WdfObjectDelete(object);
        EXPECT_EQ(ends, 1);
    });
    EXPECT_EQ(take(), (Log{"cleanup one", "destroy one"}));
}

TEST_F(ObjectTest, RefusesContextsThatAreDescribedWrongly)
{
    OPENKMDF_TESTS(WdfObjectAllocateContext);
    run([&] {
        WDFOBJECT object = make("one");
        void *context = object;
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with();
        EXPECT_STATUS(WdfObjectAllocateContext(object, &attributes, &context),
                      STATUS_OBJECT_NAME_INVALID);
        EXPECT_EQ(context, nullptr);
        attributes = attributes_with_context<Other>(wdf_device);
        EXPECT_STATUS(WdfObjectAllocateContext(object, &attributes, &context),
                      STATUS_WDF_PARENT_ASSIGNMENT_NOT_ALLOWED);
        attributes = attributes_with_context<Other>();
        attributes.Size -= 8;
        EXPECT_STATUS(WdfObjectAllocateContext(object, &attributes, &context),
                      STATUS_INFO_LENGTH_MISMATCH);
        attributes = attributes_with_context<Other>();
        attributes.ContextSizeOverride = 1;
        EXPECT_STATUS(WdfObjectAllocateContext(object, &attributes, &context),
                      STATUS_WDF_OBJECT_ATTRIBUTES_INVALID);
        EXPECT_EQ(context_of<Other>(object), nullptr);
        WdfObjectDelete(object);
    });
}

TEST_F(ObjectTest, GetsNoContextWithoutMemory)
{
    OPENKMDF_TESTS(WdfObjectAllocateContext);
    WDFOBJECT object = nullptr;
    run([&] { object = make("one"); });
    fails_without_memory([&] {
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with_context<Other>();
        void *context = object;
        const NTSTATUS status = WdfObjectAllocateContext(object, &attributes, &context);
        EXPECT_EQ(context, context_of<Other>(object));
        return status;
    });
}

TEST_F(ObjectTest, GetsNoContextWhileItIsBeingDeleted)
{
    OPENKMDF_TESTS(WdfObjectAllocateContext);
    Status status;
    cleanup = [&](WDFOBJECT object) {
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with_context<Other>();
        void *context = object;
        status = WdfObjectAllocateContext(object, &attributes, &context);
        EXPECT_EQ(context, nullptr);
    };
    run([&] { WdfObjectDelete(make("one")); });
    EXPECT_EQ(status, STATUS_DELETE_PENDING);
}

TEST_F(ObjectTest, ContextsOfRequestsAndDevicesAreTheirsToo)
{
    run([&] {
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with_context<Named>();
        void *context = nullptr;
        EXPECT_STATUS(WdfObjectAllocateContext(wdf_device, &attributes, &context), STATUS_SUCCESS);
        EXPECT_EQ(WdfObjectContextGetObject(context), wdf_device);
        EXPECT_STATUS(WdfObjectAllocateContext(wdf_driver, &attributes, &context), STATUS_SUCCESS);
        EXPECT_EQ(WdfObjectContextGetObject(context), wdf_driver);
    });
}

}  // namespace
}  // namespace openkmdf::test
