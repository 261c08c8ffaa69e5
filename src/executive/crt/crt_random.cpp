#include "executive/crt/crt.h"
#include "executive/kernel.h"

namespace openkmdf::executive::crt {

// The generator of Microsoft's C library; its state is the machine's, so that a run repeats.
int CRT_ABI crt_rand()
{
    std::uint32_t &state = kernel().random_state;
    state = state * 214013u + 2531011u;
    return static_cast<int>((state >> 16) & 0x7FFFu);
}

void CRT_ABI crt_srand(std::uint32_t seed)
{
    kernel().random_state = seed;
}

}  // namespace openkmdf::executive::crt
