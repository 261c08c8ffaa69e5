#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>

#include "base/assert.h"

namespace openkmdf::base {

// The place of an element in one list at a time. A member of the element, so inserting cannot fail.
// Inserting twice, removing what is in no list, and destroying a linked node are assertions.
class ListNode {
public:
    ListNode() = default;
    ~ListNode() { OPENKMDF_ASSERT(!is_linked(), "destroyed while in a list"); }
    ListNode(const ListNode &) = delete;
    ListNode &operator=(const ListNode &) = delete;

    bool is_linked() const { return next_ != nullptr; }

private:
    template <typename T, ListNode T::*node>
    friend class IntrusiveList;

    void insert_before(ListNode &position)
    {
        OPENKMDF_ASSERT(!is_linked(), "inserted twice");
        next_ = &position;
        previous_ = position.previous_;
        previous_->next_ = this;
        position.previous_ = this;
    }

    void unlink()
    {
        OPENKMDF_ASSERT(is_linked(), "removed but in no list");
        previous_->next_ = next_;
        next_->previous_ = previous_;
        next_ = previous_ = nullptr;
    }

    ListNode *next_ = nullptr;
    ListNode *previous_ = nullptr;
};

// A doubly linked list of elements that it does not own. The element declares the node as a private
// member and gives the list a name:
//
//   class Request {
//     base::ListNode queue_node_;
//    public:
//     using QueueList = base::IntrusiveList<Request, &Request::queue_node_>;
//   };
//
// Not locked. The list must be empty when it is destroyed.
template <typename T, ListNode T::*node>
class IntrusiveList {
public:
    class Iterator {
    public:
        using value_type = T;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::forward_iterator_tag;
        using pointer = T *;
        using reference = T &;

        Iterator() = default;
        T &operator*() const { return *element(position_); }
        T *operator->() const { return element(position_); }
        Iterator &operator++()
        {
            position_ = position_->next_;
            return *this;
        }
        Iterator operator++(int)
        {
            Iterator before = *this;
            ++*this;
            return before;
        }
        bool operator==(const Iterator &) const = default;

    private:
        friend class IntrusiveList;
        explicit Iterator(ListNode *position) : position_(position) {}
        ListNode *position_ = nullptr;
    };

    IntrusiveList() { head_.next_ = head_.previous_ = &head_; }
    ~IntrusiveList()
    {
        OPENKMDF_ASSERT(empty(), "list destroyed with elements");
        head_.next_ = head_.previous_ = nullptr;
    }
    IntrusiveList(const IntrusiveList &) = delete;
    IntrusiveList &operator=(const IntrusiveList &) = delete;

    bool empty() const { return head_.next_ == &head_; }
    Iterator begin() const { return Iterator(head_.next_); }
    Iterator end() const { return Iterator(const_cast<ListNode *>(&head_)); }

    // Null when empty.
    T *front() const { return empty() ? nullptr : element(head_.next_); }
    T *back() const { return empty() ? nullptr : element(head_.previous_); }
    // Null at the end.
    T *next(const T &position) const { return element_or_null((position.*node).next_); }
    T *previous(const T &position) const { return element_or_null((position.*node).previous_); }

    void push_front(T &value) { (value.*node).insert_before(*head_.next_); }
    void push_back(T &value) { (value.*node).insert_before(head_); }
    void insert_before(T &position, T &value) { (value.*node).insert_before(position.*node); }

    T *pop_front() { return pop(front()); }
    T *pop_back() { return pop(back()); }

    // Iterators at other elements stay valid.
    static void remove(T &value) { (value.*node).unlink(); }
    static bool is_linked(const T &value) { return (value.*node).is_linked(); }

    // Moves everything to the end of this list, in constant time.
    void append(IntrusiveList &other)
    {
        OPENKMDF_ASSERT(this != &other);
        if (other.empty()) {
            return;
        }
        ListNode *first = other.head_.next_;
        ListNode *last = other.head_.previous_;
        first->previous_ = head_.previous_;
        head_.previous_->next_ = first;
        last->next_ = &head_;
        head_.previous_ = last;
        other.head_.next_ = other.head_.previous_ = &other.head_;
    }

private:
    static T *element(ListNode *position)
    {
        // Measured from an address that is not null, which the undefined behaviour sanitizer
        // refuses.
        constexpr std::uintptr_t probe = 0x10000;
        std::uintptr_t offset =
            reinterpret_cast<std::uintptr_t>(&(reinterpret_cast<T *>(probe)->*node)) - probe;
        return reinterpret_cast<T *>(reinterpret_cast<std::uintptr_t>(position) - offset);
    }

    T *element_or_null(ListNode *position) const
    {
        OPENKMDF_ASSERT(position != nullptr, "neighbour of an element that is in no list");
        return position == &head_ ? nullptr : element(position);
    }

    T *pop(T *value)
    {
        if (value != nullptr) {
            remove(*value);
        }
        return value;
    }

    ListNode head_;
};

}  // namespace openkmdf::base
