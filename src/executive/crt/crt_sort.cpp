#include "executive/crt/crt.h"

namespace openkmdf::executive::crt {
namespace {

void swap_elements(std::byte *left, std::byte *right, std::size_t size)
{
    for (std::size_t index = 0; index < size; ++index) {
        const std::byte kept = left[index];
        left[index] = right[index];
        right[index] = kept;
    }
}

template <class Order>
void sift_down(std::byte *base, std::size_t root, std::size_t count, std::size_t size, Order order)
{
    for (;;) {
        std::size_t child = 2 * root + 1;
        if (child >= count) return;
        if (child + 1 < count && order(base + child * size, base + (child + 1) * size) < 0) ++child;
        if (order(base + root * size, base + child * size) >= 0) return;
        swap_elements(base + root * size, base + child * size, size);
        root = child;
    }
}

// A heap sort: no recursion, no allocation, the same steps for the same input.
template <class Order>
void sort(void *block, std::size_t count, std::size_t size, Order order)
{
    auto *base = static_cast<std::byte *>(block);
    if (base == nullptr || count < 2 || size == 0) return;
    for (std::size_t root = count / 2; root-- > 0;) sift_down(base, root, count, size, order);
    for (std::size_t last = count - 1; last > 0; --last) {
        swap_elements(base, base + last * size, size);
        sift_down(base, 0, last, size, order);
    }
}

template <class Order>
void *search(const void *block, std::size_t count, std::size_t size, Order order)
{
    auto *base = static_cast<const std::byte *>(block);
    std::size_t low = 0;
    std::size_t high = count;
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        const std::byte *element = base + middle * size;
        const int relation = order(element);
        if (relation == 0) return const_cast<std::byte *>(element);
        if (relation < 0) high = middle;
        else low = middle + 1;
    }
    return nullptr;
}

}  // namespace

void CRT_ABI crt_qsort(void *base, std::size_t count, std::size_t size, Compare compare)
{
    sort(base, count, size,
         [=](const void *left, const void *right) { return compare(left, right); });
}

void CRT_ABI crt_qsort_s(void *base, std::size_t count, std::size_t size, CompareContext compare,
                         void *context)
{
    sort(base, count, size,
         [=](const void *left, const void *right) { return compare(context, left, right); });
}

void *CRT_ABI crt_bsearch(const void *key, const void *base, std::size_t count, std::size_t size,
                          Compare compare)
{
    return search(base, count, size, [=](const void *element) { return compare(key, element); });
}

void *CRT_ABI crt_bsearch_s(const void *key, const void *base, std::size_t count, std::size_t size,
                            CompareContext compare, void *context)
{
    return search(base, count, size,
                  [=](const void *element) { return compare(context, key, element); });
}

}  // namespace openkmdf::executive::crt
