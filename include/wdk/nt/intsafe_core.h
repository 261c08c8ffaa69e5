// The conversions and arithmetic of ntintsafe.h and intsafe.h. Included by each of them with its
// names and results: OPENKMDF_INTSAFE_NAME, OPENKMDF_INTSAFE_STATUS, OPENKMDF_INTSAFE_GOOD and
// OPENKMDF_INTSAFE_BAD.

#if defined(__cplusplus)
extern "C" {
#endif

#define OPENKMDF_INTSAFE static inline __attribute__((unused)) OPENKMDF_INTSAFE_STATUS

#define OPENKMDF_INTSAFE_RESULT(overflow, result, type)                                            \
    if (overflow) {                                                                                \
        *(result) = (type)~(type)0;                                                                \
        return OPENKMDF_INTSAFE_BAD;                                                               \
    }                                                                                              \
    return OPENKMDF_INTSAFE_GOOD

#define OPENKMDF_INTSAFE_CONVERT(from, from_type, to, to_type)                                     \
    OPENKMDF_INTSAFE OPENKMDF_INTSAFE_NAME(from##To##to)(from_type value, to_type *result)         \
    {                                                                                              \
        OPENKMDF_INTSAFE_RESULT(__builtin_add_overflow(value, (from_type)0, result), result,       \
                                to_type);                                                          \
    }

#define OPENKMDF_INTSAFE_MATH(name, type)                                                          \
    OPENKMDF_INTSAFE OPENKMDF_INTSAFE_NAME(name##Add)(type a, type b, type *result)                \
    {                                                                                              \
        OPENKMDF_INTSAFE_RESULT(__builtin_add_overflow(a, b, result), result, type);               \
    }                                                                                              \
    OPENKMDF_INTSAFE OPENKMDF_INTSAFE_NAME(name##Sub)(type a, type b, type *result)                \
    {                                                                                              \
        OPENKMDF_INTSAFE_RESULT(__builtin_sub_overflow(a, b, result), result, type);               \
    }                                                                                              \
    OPENKMDF_INTSAFE OPENKMDF_INTSAFE_NAME(name##Mult)(type a, type b, type *result)               \
    {                                                                                              \
        OPENKMDF_INTSAFE_RESULT(__builtin_mul_overflow(a, b, result), result, type);               \
    }

// Every name of an integer type that the functions are spelled with.
#define OPENKMDF_INTSAFE_TYPES(use, ...)                                                           \
    use(Int8, signed char, __VA_ARGS__)                                                            \
    use(UInt8, UCHAR, __VA_ARGS__)                                                                 \
    use(Byte, UCHAR, __VA_ARGS__)                                                                  \
    use(Char, CHAR, __VA_ARGS__)                                                                   \
    use(UChar, UCHAR, __VA_ARGS__)                                                                 \
    use(Short, SHORT, __VA_ARGS__)                                                                 \
    use(UShort, USHORT, __VA_ARGS__)                                                               \
    use(Int16, SHORT, __VA_ARGS__)                                                                 \
    use(UInt16, USHORT, __VA_ARGS__)                                                               \
    use(Word, USHORT, __VA_ARGS__)                                                                 \
    use(Int, INT, __VA_ARGS__)                                                                     \
    use(UInt, UINT, __VA_ARGS__)                                                                   \
    use(Int32, INT32, __VA_ARGS__)                                                                 \
    use(UInt32, UINT32, __VA_ARGS__)                                                               \
    use(Long, LONG, __VA_ARGS__)                                                                   \
    use(ULong, ULONG, __VA_ARGS__)                                                                 \
    use(DWord, ULONG, __VA_ARGS__)                                                                 \
    use(LongLong, LONGLONG, __VA_ARGS__)                                                           \
    use(ULongLong, ULONGLONG, __VA_ARGS__)                                                         \
    use(DWordLong, ULONGLONG, __VA_ARGS__)                                                         \
    use(Int64, INT64, __VA_ARGS__)                                                                 \
    use(UInt64, UINT64, __VA_ARGS__)                                                               \
    use(Long64, LONG64, __VA_ARGS__)                                                               \
    use(ULong64, ULONG64, __VA_ARGS__)                                                             \
    use(DWord64, ULONG64, __VA_ARGS__)                                                             \
    use(IntPtr, INT_PTR, __VA_ARGS__)                                                              \
    use(UIntPtr, UINT_PTR, __VA_ARGS__)                                                            \
    use(LongPtr, LONG_PTR, __VA_ARGS__)                                                            \
    use(ULongPtr, ULONG_PTR, __VA_ARGS__)                                                          \
    use(DWordPtr, ULONG_PTR, __VA_ARGS__)                                                          \
    use(SizeT, SIZE_T, __VA_ARGS__)                                                                \
    use(SIZET, SIZE_T, __VA_ARGS__)                                                                \
    use(SSIZET, SSIZE_T, __VA_ARGS__)                                                              \
    use(PtrdiffT, __PTRDIFF_TYPE__, __VA_ARGS__)

// clang-format off
#define OPENKMDF_INTSAFE_TO(name, type) OPENKMDF_INTSAFE_TYPES(OPENKMDF_INTSAFE_CONVERT, name, type)
OPENKMDF_INTSAFE_TO(Int8, signed char)
OPENKMDF_INTSAFE_TO(UInt8, UCHAR)
OPENKMDF_INTSAFE_TO(Byte, UCHAR)
OPENKMDF_INTSAFE_TO(Char, CHAR)
OPENKMDF_INTSAFE_TO(UChar, UCHAR)
OPENKMDF_INTSAFE_TO(Short, SHORT)
OPENKMDF_INTSAFE_TO(UShort, USHORT)
OPENKMDF_INTSAFE_TO(Int16, SHORT)
OPENKMDF_INTSAFE_TO(UInt16, USHORT)
OPENKMDF_INTSAFE_TO(Word, USHORT)
OPENKMDF_INTSAFE_TO(Int, INT)
OPENKMDF_INTSAFE_TO(UInt, UINT)
OPENKMDF_INTSAFE_TO(Int32, INT32)
OPENKMDF_INTSAFE_TO(UInt32, UINT32)
OPENKMDF_INTSAFE_TO(Long, LONG)
OPENKMDF_INTSAFE_TO(ULong, ULONG)
OPENKMDF_INTSAFE_TO(DWord, ULONG)
OPENKMDF_INTSAFE_TO(LongLong, LONGLONG)
OPENKMDF_INTSAFE_TO(ULongLong, ULONGLONG)
OPENKMDF_INTSAFE_TO(DWordLong, ULONGLONG)
OPENKMDF_INTSAFE_TO(Int64, INT64)
OPENKMDF_INTSAFE_TO(UInt64, UINT64)
OPENKMDF_INTSAFE_TO(Long64, LONG64)
OPENKMDF_INTSAFE_TO(ULong64, ULONG64)
OPENKMDF_INTSAFE_TO(DWord64, ULONG64)
OPENKMDF_INTSAFE_TO(IntPtr, INT_PTR)
OPENKMDF_INTSAFE_TO(UIntPtr, UINT_PTR)
OPENKMDF_INTSAFE_TO(LongPtr, LONG_PTR)
OPENKMDF_INTSAFE_TO(ULongPtr, ULONG_PTR)
OPENKMDF_INTSAFE_TO(DWordPtr, ULONG_PTR)
OPENKMDF_INTSAFE_TO(SizeT, SIZE_T)
OPENKMDF_INTSAFE_TO(SIZET, SIZE_T)
OPENKMDF_INTSAFE_TO(SSIZET, SSIZE_T)
OPENKMDF_INTSAFE_TO(PtrdiffT, __PTRDIFF_TYPE__)

#define OPENKMDF_INTSAFE_MATH_OF(name, type, ...) OPENKMDF_INTSAFE_MATH(name, type)
OPENKMDF_INTSAFE_TYPES(OPENKMDF_INTSAFE_MATH_OF, )
OPENKMDF_INTSAFE_MATH(Long32, LONG32)
// clang-format on

#if defined(__cplusplus)
}
#endif

#undef OPENKMDF_INTSAFE
#undef OPENKMDF_INTSAFE_RESULT
#undef OPENKMDF_INTSAFE_CONVERT
#undef OPENKMDF_INTSAFE_MATH
#undef OPENKMDF_INTSAFE_TYPES
#undef OPENKMDF_INTSAFE_TO
#undef OPENKMDF_INTSAFE_MATH_OF
#undef OPENKMDF_INTSAFE_NAME
#undef OPENKMDF_INTSAFE_STATUS
#undef OPENKMDF_INTSAFE_GOOD
#undef OPENKMDF_INTSAFE_BAD
