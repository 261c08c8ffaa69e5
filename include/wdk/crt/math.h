// Floating point, as far as the kernel exports it: the kernel's <math.h>. Callers save the
// floating-point state first where the documentation asks for it.
#pragma once

#include "crtdefs.h"

#define HUGE_VAL __builtin_huge_val()
#define INFINITY __builtin_inff()
#define NAN __builtin_nanf("")
#if defined(_USE_MATH_DEFINES)
#define M_PI 3.14159265358979323846
#define M_E 2.71828182845904523536
#endif
#define isnan(x) __builtin_isnan(x)
#define isinf(x) __builtin_isinf_sign(x)
#define isfinite(x) __builtin_isfinite(x)

#if defined(__cplusplus)
extern "C" {
#endif

double sin(double x);
double cos(double x);
double tan(double x);
double asin(double x);
double acos(double x);
double atan(double x);
double sinh(double x);
double cosh(double x);
double tanh(double x);
double exp(double x);
double log(double x);
double log10(double x);
double log2(double x);
double sqrt(double x);
double ceil(double x);
double floor(double x);
double fabs(double x);
double round(double x);
double trunc(double x);
double atan2(double y, double x);
double pow(double x, double y);
double fmod(double x, double y);
double modf(double x, double *whole);
double frexp(double x, int *exponent);
double ldexp(double x, int exponent);
float sqrtf(float x);
float ceilf(float x);
float floorf(float x);
float fabsf(float x);
float powf(float x, float y);
int _finite(double x);
int _isnan(double x);

#if defined(__cplusplus)
}
#endif
