#include "executive/cm/key_node.h"

#include "executive/rtl/strings.h"

namespace openkmdf::executive::cm {

KeyNode *KeyNode::find_child(std::u16string_view wanted) const
{
    for (KeyNode *child = first_child; child != nullptr; child = child->next) {
        if (rtl::equal(child->view(), wanted, true)) return child;
    }
    return nullptr;
}

ValueNode *KeyNode::find_value(std::u16string_view wanted) const
{
    for (ValueNode *value = first_value; value != nullptr; value = value->next) {
        if (rtl::equal(value->view(), wanted, true)) return value;
    }
    return nullptr;
}

void KeyNode::link_child(KeyNode *child)
{
    KeyNode *before = last_child;
    while (before != nullptr && rtl::compare(before->view(), child->view(), true) > 0)
        before = before->previous;
    child->parent = this;
    child->previous = before;
    child->next = before != nullptr ? before->next : first_child;
    (before != nullptr ? before->next : first_child) = child;
    (child->next != nullptr ? child->next->previous : last_child) = child;
    ++child_count;
}

void KeyNode::unlink_child(KeyNode *child)
{
    (child->previous != nullptr ? child->previous->next : first_child) = child->next;
    (child->next != nullptr ? child->next->previous : last_child) = child->previous;
    child->next = child->previous = nullptr;
    --child_count;
}

void KeyNode::link_value(ValueNode *value)
{
    value->previous = last_value;
    value->next = nullptr;
    (last_value != nullptr ? last_value->next : first_value) = value;
    last_value = value;
    ++value_count;
}

void KeyNode::unlink_value(ValueNode *value)
{
    (value->previous != nullptr ? value->previous->next : first_value) = value->next;
    (value->next != nullptr ? value->next->previous : last_value) = value->previous;
    --value_count;
}

}  // namespace openkmdf::executive::cm
