#include "base/assert.h"

#include <gtest/gtest.h>

namespace {

TEST(AssertTest, HoldingExpressionIsEvaluatedOnce)
{
    int evaluations = 0;
    OPENKMDF_ASSERT(++evaluations == 1);
    OPENKMDF_ASSERT(++evaluations == 2, "the form with a sentence");
    EXPECT_EQ(evaluations, 2);
}

TEST(AssertDeathTest, PrintsPlaceExpressionAndMessage)
{
    EXPECT_DEATH(OPENKMDF_ASSERT(1 + 1 == 3, "sums must hold"),
                 "src/base/assert_test.cpp:[0-9]+: assertion failed: 1 \\+ 1 == 3: sums must hold");
    EXPECT_DEATH(OPENKMDF_ASSERT(false), "assertion failed: false\n");
}

TEST(AssertDeathTest, UnreachableIsAFailureToo)
{
    EXPECT_DEATH(OPENKMDF_UNREACHABLE("no such state"), "unreachable: no such state");
}

}  // namespace
