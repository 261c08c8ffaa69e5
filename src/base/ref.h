#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "base/assert.h"

namespace openkmdf::base {

// Base of an object that counts its own references. Born with one, which RefPtr::adopt takes over.
// When the last one goes, `destroy()` runs: it deletes the object unless T declares one of its own,
// as those do that live in a machine's arena.
template <typename T>
class RefCounted {
public:
    RefCounted() = default;
    RefCounted(const RefCounted &) = delete;
    RefCounted &operator=(const RefCounted &) = delete;

    void add_reference() const
    {
        std::uint32_t before = references_.fetch_add(1, std::memory_order_relaxed);
        OPENKMDF_ASSERT(before != 0, "referenced again after the last reference went");
    }

    void release_reference() const
    {
        std::uint32_t before = references_.fetch_sub(1, std::memory_order_acq_rel);
        OPENKMDF_ASSERT(before != 0, "more references released than taken");
        if (before == 1) {
            const_cast<T *>(static_cast<const T *>(this))->destroy();
        }
    }

    std::uint32_t reference_count_for_test() const { return references_.load(); }

protected:
    ~RefCounted() = default;
    void destroy() { delete static_cast<T *>(this); }

private:
    friend T;
    mutable std::atomic<std::uint32_t> references_{1};
};

// Owns one reference, or none. A raw pointer or reference elsewhere means: not owned, outlives the
// call.
template <typename T>
class RefPtr {
public:
    RefPtr() = default;
    RefPtr(std::nullptr_t) {}
    // Takes a new reference; the object has others.
    explicit RefPtr(T &object) : object_(&object) { object.add_reference(); }
    RefPtr(const RefPtr &other) : object_(other.object_) { add_reference(); }
    RefPtr(RefPtr &&other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    template <typename U, typename = std::enable_if_t<std::is_convertible_v<U *, T *>>>
    RefPtr(RefPtr<U> other) : object_(other.leak())
    {
    }
    ~RefPtr() { reset(); }

    RefPtr &operator=(RefPtr other) noexcept
    {
        std::swap(object_, other.object_);
        return *this;
    }

    // Takes over the reference that a new object is born with, or one that was leaked.
    static RefPtr adopt(T *object)
    {
        RefPtr result;
        result.object_ = object;
        return result;
    }

    // Gives the reference to the caller, who adopts it again or releases it by hand.
    [[nodiscard]] T *leak() { return std::exchange(object_, nullptr); }

    void reset()
    {
        if (T *object = leak()) {
            object->release_reference();
        }
    }

    T *get() const { return object_; }
    T &operator*() const { return *checked(); }
    T *operator->() const { return checked(); }
    explicit operator bool() const { return object_ != nullptr; }
    friend bool operator==(const RefPtr &left, const RefPtr &right) = default;
    friend bool operator==(const RefPtr &left, const T *right) { return left.object_ == right; }

private:
    T *checked() const
    {
        OPENKMDF_ASSERT(object_ != nullptr, "null reference used");
        return object_;
    }

    void add_reference() const
    {
        if (object_ != nullptr) {
            object_->add_reference();
        }
    }

    T *object_ = nullptr;
};

// On the host's heap; not for objects of a machine, which come from its arena.
template <typename T, typename... Arguments>
RefPtr<T> make_ref(Arguments &&...arguments)
{
    return RefPtr<T>::adopt(new T(std::forward<Arguments>(arguments)...));
}

}  // namespace openkmdf::base
