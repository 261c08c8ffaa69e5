// Collections.

#include "tests/framework/driver_test.h"

namespace openkmdf::test {
namespace {

class CollectionTest : public DriverTest {
protected:
    void SetUp() override
    {
        load();
        run([&] {
            ASSERT_STATUS(WdfCollectionCreate(WDF_NO_OBJECT_ATTRIBUTES, &collection),
                          STATUS_SUCCESS);
            for (WDFOBJECT &object : objects)
                ASSERT_STATUS(WdfObjectCreate(WDF_NO_OBJECT_ATTRIBUTES, &object), STATUS_SUCCESS);
        });
    }
    void add(WDFOBJECT object)
    {
        ASSERT_STATUS(WdfCollectionAdd(collection, object), STATUS_SUCCESS);
    }
    std::vector<WDFOBJECT> items()
    {
        std::vector<WDFOBJECT> all;
        for (ULONG i = 0; i < WdfCollectionGetCount(collection); ++i)
            all.push_back(WdfCollectionGetItem(collection, i));
        return all;
    }

    WDFCOLLECTION collection = nullptr;
    WDFOBJECT objects[3] = {};
};

TEST_F(CollectionTest, KeepsTheOrderOfInsertion)
{
    OPENKMDF_TESTS(WdfCollectionAdd, WdfCollectionGetCount, WdfCollectionGetItem,
                   WdfCollectionGetFirstItem, WdfCollectionGetLastItem);
    run([&] {
        EXPECT_EQ(WdfCollectionGetCount(collection), 0u);
        EXPECT_EQ(WdfCollectionGetFirstItem(collection), nullptr);
        EXPECT_EQ(WdfCollectionGetLastItem(collection), nullptr);
        EXPECT_EQ(WdfCollectionGetItem(collection, 0), nullptr);
        for (WDFOBJECT object : objects) add(object);
        add(objects[0]);
        EXPECT_EQ(items(), (std::vector{objects[0], objects[1], objects[2], objects[0]}));
        EXPECT_EQ(WdfCollectionGetFirstItem(collection), objects[0]);
        EXPECT_EQ(WdfCollectionGetLastItem(collection), objects[0]);
        EXPECT_EQ(WdfCollectionGetItem(collection, 4), nullptr);
        EXPECT_EQ(WdfCollectionGetItem(collection, ~0u), nullptr);
    });
}

TEST_F(CollectionTest, MovesLaterItemsDown)
{
    OPENKMDF_TESTS(WdfCollectionRemove, WdfCollectionRemoveItem);
    run([&] {
        for (WDFOBJECT object : objects) add(object);
        for (WDFOBJECT object : objects) add(object);
        WdfCollectionRemove(collection, objects[1]);
        EXPECT_EQ(items(),
                  (std::vector{objects[0], objects[2], objects[0], objects[1], objects[2]}))
            << "the first of two";
        WdfCollectionRemoveItem(collection, 0);
        EXPECT_EQ(items(), (std::vector{objects[2], objects[0], objects[1], objects[2]}));
        WdfCollectionRemoveItem(collection, 3);
        EXPECT_EQ(WdfCollectionGetLastItem(collection), objects[1]);
        WdfCollectionRemoveItem(collection, 1);
        WdfCollectionRemoveItem(collection, 1);
        WdfCollectionRemoveItem(collection, 0);
        EXPECT_EQ(WdfCollectionGetCount(collection), 0u);
        add(objects[2]);
        EXPECT_EQ(items(), std::vector{objects[2]});
    });
}

TEST_F(CollectionTest, HoldsAReferenceToItsItems)
{
    OPENKMDF_TESTS(WdfCollectionAdd, WdfCollectionRemove, WdfCollectionRemoveItem,
                   WdfCollectionCreate);
    run([&] {
        int destroyed = 0;
        auto count = [&](WDFOBJECT) { ++destroyed; };
        for (WDFOBJECT &object : objects) {
            WDF_OBJECT_ATTRIBUTES attributes = attributes_with();
            attributes.EvtDestroyCallback = callback<PFN_WDF_OBJECT_CONTEXT_DESTROY>(count);
            ASSERT_STATUS(WdfObjectCreate(&attributes, &object), STATUS_SUCCESS);
            add(object);
            WdfObjectDelete(object);
        }
        EXPECT_EQ(destroyed, 0);
        WdfCollectionRemove(collection, objects[1]);
        EXPECT_EQ(destroyed, 1);
        WdfCollectionRemoveItem(collection, 0);
        EXPECT_EQ(destroyed, 2);
        WdfObjectDelete(collection);
        EXPECT_EQ(destroyed, 3);
    });
}

TEST_F(CollectionTest, CannotGrowWithoutMemory)
{
    OPENKMDF_TESTS(WdfCollectionAdd);
    // "The specified object could not be added."
    fails_without_memory([&] { return WdfCollectionAdd(collection, objects[0]); },
                         STATUS_UNSUCCESSFUL);
    run([&] { EXPECT_EQ(WdfCollectionGetCount(collection), 1u); });
}

TEST_F(CollectionTest, RemovesOnlyWhatItHolds)
{
    OPENKMDF_TESTS(WdfCollectionRemove);
    violates(WDF_INVALID_HANDLE, [&] {
        add(objects[0]);
        WdfCollectionRemove(collection, objects[1]);
    });
}

TEST_F(CollectionTest, RemovesOnlyIndexesThatAreThere)
{
    OPENKMDF_TESTS(WdfCollectionRemoveItem);
    violates(WDF_INVALID_HANDLE, [&] {
        add(objects[0]);
        WdfCollectionRemoveItem(collection, 1);
    });
}

TEST_F(CollectionTest, WorksAtDispatchLevel)
{
    run_at(DISPATCH_LEVEL, [&] {
        add(objects[0]);
        EXPECT_EQ(WdfCollectionGetFirstItem(collection), objects[0]);
        WdfCollectionRemove(collection, objects[0]);
        EXPECT_EQ(WdfCollectionGetCount(collection), 0u);
    });
}

}  // namespace
}  // namespace openkmdf::test
