#pragma once

#include <cstdint>
#include <cstring>

namespace openkmdf::executive::crt {

// A Windows va_list is a pointer to eight-byte slots whatever the arguments' types.
class Arguments {
public:
    explicit Arguments(__builtin_ms_va_list list) : next_(list) {}

    std::uint64_t take()
    {
        std::uint64_t slot;
        std::memcpy(&slot, next_, sizeof slot);
        next_ += sizeof slot;
        return slot;
    }
    template <class T>
    T *take_pointer()
    {
        return reinterpret_cast<T *>(take());
    }

private:
    char *next_;
};

}  // namespace openkmdf::executive::crt
