#include "base/ref.h"

#include <gtest/gtest.h>

namespace {

using openkmdf::base::make_ref;
using openkmdf::base::RefCounted;
using openkmdf::base::RefPtr;

class Thing : public RefCounted<Thing> {
public:
    explicit Thing(int &destroyed) : destroyed_(destroyed) {}
    virtual ~Thing() { ++destroyed_; }

private:
    int &destroyed_;
};

class BigThing : public Thing {
public:
    using Thing::Thing;
};

// Lives in memory of its own, so the last reference must not delete it.
class Placed : public RefCounted<Placed> {
public:
    void destroy() { destroyed_ = true; }
    bool destroyed_ = false;
};

TEST(RefPtrTest, LastReferenceDestroys)
{
    int destroyed = 0;
    {
        RefPtr<Thing> first = make_ref<Thing>(destroyed);
        EXPECT_EQ(first->reference_count_for_test(), 1u);
        RefPtr<Thing> second = first;
        EXPECT_EQ(first->reference_count_for_test(), 2u);
        RefPtr<Thing> moved = std::move(second);
        EXPECT_FALSE(second);
        EXPECT_EQ(moved, first);
        EXPECT_EQ(first->reference_count_for_test(), 2u);
        first = nullptr;
        EXPECT_EQ(destroyed, 0);
        RefPtr<Thing> another(*moved);
        EXPECT_EQ(moved->reference_count_for_test(), 2u);
    }
    EXPECT_EQ(destroyed, 1);
}

TEST(RefPtrTest, ConvertsToTheBase)
{
    int destroyed = 0;
    RefPtr<Thing> thing = make_ref<BigThing>(destroyed);
    EXPECT_EQ(thing->reference_count_for_test(), 1u);
    thing.reset();
    EXPECT_EQ(destroyed, 1);
}

TEST(RefPtrTest, SelfAssignmentKeepsTheObject)
{
    int destroyed = 0;
    RefPtr<Thing> thing = make_ref<Thing>(destroyed);
    RefPtr<Thing> &same = thing;
    thing = same;
    EXPECT_EQ(destroyed, 0);
    EXPECT_EQ(thing->reference_count_for_test(), 1u);
}

TEST(RefPtrTest, LeakedReferenceIsAdoptedAgain)
{
    int destroyed = 0;
    Thing *raw = make_ref<Thing>(destroyed).leak();
    EXPECT_EQ(destroyed, 0);
    RefPtr<Thing>::adopt(raw).reset();
    EXPECT_EQ(destroyed, 1);
}

TEST(RefCountedTest, DestroyOfTheTypeReplacesDelete)
{
    Placed placed;
    RefPtr<Placed>::adopt(&placed).reset();
    EXPECT_TRUE(placed.destroyed_);
}

TEST(RefCountedDeathTest, MisuseIsAnAssertion)
{
    Placed placed;
    RefPtr<Placed>::adopt(&placed).reset();
    EXPECT_DEATH(placed.add_reference(), "referenced again after the last");
    EXPECT_DEATH(placed.release_reference(), "more references released");
    RefPtr<Placed> null;
    EXPECT_DEATH((void)null->destroyed_, "null reference used");
}

}  // namespace
