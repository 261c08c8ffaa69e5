#include "base/function_ref.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace {

using openkmdf::base::FunctionRef;

int apply(FunctionRef<int(int)> function, int argument)
{
    return function(argument);
}

int twice(int number)
{
    return 2 * number;
}

TEST(FunctionRefTest, CallsFunctionsAndCallables)
{
    int factor = 3;
    auto times = [&factor](int number) { return factor * number; };
    const auto constant = [](int) { return 7; };
    EXPECT_EQ(apply(twice, 4), 8);
    EXPECT_EQ(apply(&twice, 4), 8);
    EXPECT_EQ(apply(times, 4), 12);
    EXPECT_EQ(apply(constant, 4), 7);
    EXPECT_EQ(apply([](int number) { return number + 1; }, 4), 5);
}

TEST(FunctionRefTest, CallableKeepsItsState)
{
    int calls = 0;
    auto count = [calls]() mutable { return ++calls; };
    FunctionRef<int()> reference = count;
    FunctionRef<int()> copy = reference;
    EXPECT_EQ(reference(), 1);
    EXPECT_EQ(copy(), 2);
    EXPECT_EQ(count(), 3);
}

TEST(FunctionRefTest, MovesArgumentsAndDropsResults)
{
    std::string kept;
    auto keep = [&kept](std::unique_ptr<std::string> text) {
        kept = *text;
        return kept.size();
    };
    FunctionRef<void(std::unique_ptr<std::string>)> reference = keep;
    reference(std::make_unique<std::string>("moved"));
    EXPECT_EQ(kept, "moved");
}

}  // namespace
