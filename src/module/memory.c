// The memory functions that the compiler calls on its own. They are part of each module: the
// host's have another calling convention.

#include <stddef.h>

typedef unsigned char Byte;
typedef long long Word __attribute__((aligned(1), may_alias));
typedef int Half __attribute__((aligned(1), may_alias));
typedef short Quarter __attribute__((aligned(1), may_alias));
typedef long long Vector __attribute__((vector_size(16), aligned(1), may_alias));

// Above this size the processor's own string instructions are the fastest.
enum { STRING_INSTRUCTION_SIZE = 512 };

// Every load comes before the first store, so source and destination may overlap.
static inline void copy_small(Byte *to, const Byte *from, size_t size)
{
    if (size >= 16) {
        Vector head = *(const Vector *)from;
        Vector tail = *(const Vector *)(from + size - 16);
        *(Vector *)to = head;
        *(Vector *)(to + size - 16) = tail;
    } else if (size >= 8) {
        Word head = *(const Word *)from;
        Word tail = *(const Word *)(from + size - 8);
        *(Word *)to = head;
        *(Word *)(to + size - 8) = tail;
    } else if (size >= 4) {
        Half head = *(const Half *)from;
        Half tail = *(const Half *)(from + size - 4);
        *(Half *)to = head;
        *(Half *)(to + size - 4) = tail;
    } else if (size >= 2) {
        Quarter head = *(const Quarter *)from;
        Quarter tail = *(const Quarter *)(from + size - 2);
        *(Quarter *)to = head;
        *(Quarter *)(to + size - 2) = tail;
    } else if (size) {
        *to = *from;
    }
}

static void copy_forward(Byte *to, const Byte *from, size_t size)
{
    if (size >= STRING_INSTRUCTION_SIZE) {
        __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
        return;
    }
    // The last block is read first: an overlapping copy may overwrite it on the way.
    Vector tail = *(const Vector *)(from + size - 16);
    Byte *tail_to = to + size - 16;
    for (; size > 16; size -= 16, to += 16, from += 16) {
        *(Vector *)to = *(const Vector *)from;
    }
    *(Vector *)tail_to = tail;
}

static void copy_backward(Byte *to, const Byte *from, size_t size)
{
    Vector head = *(const Vector *)from;
    for (; size > 16; size -= 16) {
        *(Vector *)(to + size - 16) = *(const Vector *)(from + size - 16);
    }
    *(Vector *)to = head;
}

void *memcpy(void *to, const void *from, size_t size)
{
    if (size <= 32) {
        copy_small(to, from, size);
    } else {
        copy_forward(to, from, size);
    }
    return to;
}

void *memmove(void *to, const void *from, size_t size)
{
    if (size <= 32) {
        copy_small(to, from, size);
    } else if ((size_t)to - (size_t)from >= size) {
        copy_forward(to, from, size);
    } else {
        copy_backward(to, from, size);
    }
    return to;
}

void *memset(void *to, int value, size_t size)
{
    Byte *byte = to;
    if (size < 16) {
        while (size) {
            byte[--size] = (Byte)value;
        }
        return to;
    }
    if (size >= STRING_INSTRUCTION_SIZE) {
        __asm__ volatile("rep stosb" : "+D"(byte), "+c"(size) : "a"(value) : "memory");
        return to;
    }
    Word word = 0x0101010101010101LL * (Byte)value;
    Vector fill = {word, word};
    *(Vector *)(byte + size - 16) = fill;
    for (; size > 16; size -= 16, byte += 16) {
        *(Vector *)byte = fill;
    }
    return to;
}

int memcmp(const void *left, const void *right, size_t size)
{
    const Byte *a = left;
    const Byte *b = right;
    while (size >= 8 && *(const Word *)a == *(const Word *)b) {
        a += 8;
        b += 8;
        size -= 8;
    }
    for (; size; ++a, ++b, --size) {
        if (*a != *b) {
            return *a < *b ? -1 : 1;
        }
    }
    return 0;
}
