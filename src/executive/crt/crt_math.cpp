#include "executive/crt/crt.h"

#include <cmath>

// libcntpr's mathematics: a driver's double is the host's.

namespace openkmdf::executive::crt {

#define MATH(name)                                                                                 \
    double CRT_ABI crt_##name(double value)                                                        \
    {                                                                                              \
        return std::name(value);                                                                   \
    }
#define MATH_FLOAT(name, function)                                                                 \
    float CRT_ABI crt_##name(float value)                                                          \
    {                                                                                              \
        return std::function(value);                                                               \
    }
#define MATH2(name)                                                                                \
    double CRT_ABI crt_##name(double left, double right)                                           \
    {                                                                                              \
        return std::name(left, right);                                                             \
    }

MATH(sin)
MATH(cos)
MATH(tan)
MATH(asin)
MATH(acos)
MATH(atan)
MATH(sinh)
MATH(cosh)
MATH(tanh)
MATH(exp)
MATH(log)
MATH(log10)
MATH(log2)
MATH(sqrt)
MATH(ceil)
MATH(floor)
MATH(fabs)
MATH(round)
MATH(trunc)
MATH2(atan2)
MATH2(fmod)
MATH2(pow)
MATH_FLOAT(sqrtf, sqrt)
MATH_FLOAT(ceilf, ceil)
MATH_FLOAT(floorf, floor)
MATH_FLOAT(fabsf, fabs)

float CRT_ABI crt_powf(float left, float right)
{
    return std::pow(left, right);
}
double CRT_ABI crt_modf(double value, double *whole)
{
    return std::modf(value, whole);
}
double CRT_ABI crt_frexp(double value, int *exponent)
{
    return std::frexp(value, exponent);
}
double CRT_ABI crt_ldexp(double value, int exponent)
{
    return std::ldexp(value, exponent);
}
int CRT_ABI crt_finite(double value)
{
    return std::isfinite(value);
}
int CRT_ABI crt_isnan(double value)
{
    return std::isnan(value);
}

}  // namespace openkmdf::executive::crt
