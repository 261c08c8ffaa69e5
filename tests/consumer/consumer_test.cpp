#include <gtest/gtest.h>

#include <expected>

// The package brings the language level that its headers need.
TEST(ConsumerTest, IsCompiledForTheHeadersOfThePackage)
{
    std::expected<int, int> value = 1;
    EXPECT_TRUE(value);
}
