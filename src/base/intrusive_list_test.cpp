#include "base/intrusive_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace {

using openkmdf::base::IntrusiveList;
using openkmdf::base::ListNode;

class Item {
    ListNode node_;
    ListNode other_node_;

public:
    using List = IntrusiveList<Item, &Item::node_>;
    using OtherList = IntrusiveList<Item, &Item::other_node_>;

    explicit Item(int number) : number_(number) {}
    virtual ~Item() = default;
    int number() const { return number_; }

private:
    int number_;
};

template <typename List>
std::vector<int> numbers(const List &list)
{
    std::vector<int> result;
    for (const Item &item : list) {
        result.push_back(item.number());
    }
    return result;
}

template <typename List>
void clear(List &list)
{
    while (list.pop_front() != nullptr) {}
}

TEST(IntrusiveListTest, KeepsInsertionOrder)
{
    Item one(1), two(2), three(3), four(4);
    Item::List list;
    EXPECT_TRUE(list.empty());
    EXPECT_EQ(list.front(), nullptr);
    EXPECT_EQ(list.pop_front(), nullptr);
    EXPECT_EQ(list.pop_back(), nullptr);

    list.push_back(two);
    list.push_back(four);
    list.push_front(one);
    list.insert_before(four, three);
    EXPECT_THAT(numbers(list), testing::ElementsAre(1, 2, 3, 4));
    EXPECT_EQ(list.front(), &one);
    EXPECT_EQ(list.back(), &four);
    EXPECT_EQ(list.next(one), &two);
    EXPECT_EQ(list.next(four), nullptr);
    EXPECT_EQ(list.previous(two), &one);
    EXPECT_EQ(list.previous(one), nullptr);

    EXPECT_EQ(list.pop_front(), &one);
    EXPECT_EQ(list.pop_back(), &four);
    Item::List::remove(two);
    EXPECT_FALSE(Item::List::is_linked(two));
    EXPECT_TRUE(Item::List::is_linked(three));
    EXPECT_THAT(numbers(list), testing::ElementsAre(3));
    clear(list);
}

TEST(IntrusiveListTest, ElementMayBeInTwoListsThroughTwoNodes)
{
    Item one(1), two(2);
    Item::List list;
    Item::OtherList other;
    list.push_back(one);
    list.push_back(two);
    other.push_back(two);
    other.push_back(one);
    EXPECT_THAT(numbers(list), testing::ElementsAre(1, 2));
    EXPECT_THAT(numbers(other), testing::ElementsAre(2, 1));
    clear(list);
    EXPECT_THAT(numbers(other), testing::ElementsAre(2, 1));
    clear(other);
}

TEST(IntrusiveListTest, AppendMovesEverything)
{
    Item one(1), two(2), three(3);
    Item::List list;
    Item::List tail;
    list.push_back(one);
    list.append(tail);
    EXPECT_THAT(numbers(list), testing::ElementsAre(1));
    tail.push_back(two);
    tail.push_back(three);
    list.append(tail);
    EXPECT_THAT(numbers(list), testing::ElementsAre(1, 2, 3));
    EXPECT_TRUE(tail.empty());
    tail.append(list);
    EXPECT_THAT(numbers(tail), testing::ElementsAre(1, 2, 3));
    clear(tail);
}

TEST(IntrusiveListDeathTest, MisuseIsAnAssertion)
{
    EXPECT_DEATH(
        {
            Item item(1);
            Item::List list;
            list.push_back(item);
            list.push_back(item);
        },
        "inserted twice");
    EXPECT_DEATH(
        {
            Item item(1);
            Item::List::remove(item);
        },
        "in no list");
    EXPECT_DEATH(
        {
            Item::List list;
            Item item(1);
            list.push_back(item);
        },
        "destroyed while in a list");
    EXPECT_DEATH(
        {
            Item item(1);
            Item::List list;
            list.push_back(item);
        },
        "list destroyed with elements");
}

}  // namespace
