// Moves the compiler's own bodies of the imported intrinsics out of the way, for the length of one
// of its headers. They must not even share a symbol name with the imports.
#undef __inbyte
#define __inbyte openkmdf_inline__inbyte
#undef __outbyte
#define __outbyte openkmdf_inline__outbyte
#undef __inbytestring
#define __inbytestring openkmdf_inline__inbytestring
#undef __outbytestring
#define __outbytestring openkmdf_inline__outbytestring
#undef __inword
#define __inword openkmdf_inline__inword
#undef __outword
#define __outword openkmdf_inline__outword
#undef __inwordstring
#define __inwordstring openkmdf_inline__inwordstring
#undef __outwordstring
#define __outwordstring openkmdf_inline__outwordstring
#undef __indword
#define __indword openkmdf_inline__indword
#undef __outdword
#define __outdword openkmdf_inline__outdword
#undef __indwordstring
#define __indwordstring openkmdf_inline__indwordstring
#undef __outdwordstring
#define __outdwordstring openkmdf_inline__outdwordstring
#undef __readmsr
#define __readmsr openkmdf_inline__readmsr
#undef __writemsr
#define __writemsr openkmdf_inline__writemsr
#undef __readpmc
#define __readpmc openkmdf_inline__readpmc
#undef __readcr0
#define __readcr0 openkmdf_inline__readcr0
#undef __readcr2
#define __readcr2 openkmdf_inline__readcr2
#undef __readcr3
#define __readcr3 openkmdf_inline__readcr3
#undef __readcr4
#define __readcr4 openkmdf_inline__readcr4
#undef __writecr0
#define __writecr0 openkmdf_inline__writecr0
#undef __writecr3
#define __writecr3 openkmdf_inline__writecr3
#undef __writecr4
#define __writecr4 openkmdf_inline__writecr4
#undef __readcr8
#define __readcr8 openkmdf_inline__readcr8
#undef __writecr8
#define __writecr8 openkmdf_inline__writecr8
#undef __readdr
#define __readdr openkmdf_inline__readdr
#undef __writedr
#define __writedr openkmdf_inline__writedr
#undef __readgsbyte
#define __readgsbyte openkmdf_inline__readgsbyte
#undef __writegsbyte
#define __writegsbyte openkmdf_inline__writegsbyte
#undef __addgsbyte
#define __addgsbyte openkmdf_inline__addgsbyte
#undef __incgsbyte
#define __incgsbyte openkmdf_inline__incgsbyte
#undef __readgsword
#define __readgsword openkmdf_inline__readgsword
#undef __writegsword
#define __writegsword openkmdf_inline__writegsword
#undef __addgsword
#define __addgsword openkmdf_inline__addgsword
#undef __incgsword
#define __incgsword openkmdf_inline__incgsword
#undef __readgsdword
#define __readgsdword openkmdf_inline__readgsdword
#undef __writegsdword
#define __writegsdword openkmdf_inline__writegsdword
#undef __addgsdword
#define __addgsdword openkmdf_inline__addgsdword
#undef __incgsdword
#define __incgsdword openkmdf_inline__incgsdword
#undef __readgsqword
#define __readgsqword openkmdf_inline__readgsqword
#undef __writegsqword
#define __writegsqword openkmdf_inline__writegsqword
#undef __addgsqword
#define __addgsqword openkmdf_inline__addgsqword
#undef __incgsqword
#define __incgsqword openkmdf_inline__incgsqword
#undef __readeflags
#define __readeflags openkmdf_inline__readeflags
#undef __writeeflags
#define __writeeflags openkmdf_inline__writeeflags
#undef _disable
#define _disable openkmdf_inline_disable
#undef _enable
#define _enable openkmdf_inline_enable
#undef __halt
#define __halt openkmdf_inline__halt
#undef __wbinvd
#define __wbinvd openkmdf_inline__wbinvd
#undef __invlpg
#define __invlpg openkmdf_inline__invlpg
#undef __sidt
#define __sidt openkmdf_inline__sidt
#undef __lidt
#define __lidt openkmdf_inline__lidt
#undef _sgdt
#define _sgdt openkmdf_inline_sgdt
#undef _lgdt
#define _lgdt openkmdf_inline_lgdt
#undef _xgetbv
#define _xgetbv openkmdf_inline_xgetbv
#undef _xsetbv
#define _xsetbv openkmdf_inline_xsetbv
#undef __segmentlimit
#define __segmentlimit openkmdf_inline__segmentlimit
#undef __rdtsc
#define __rdtsc openkmdf_inline__rdtsc
#undef __rdtscp
#define __rdtscp openkmdf_inline__rdtscp
#undef _rdrand16_step
#define _rdrand16_step openkmdf_inline_rdrand16_step
#undef _rdseed16_step
#define _rdseed16_step openkmdf_inline_rdseed16_step
#undef _rdrand32_step
#define _rdrand32_step openkmdf_inline_rdrand32_step
#undef _rdseed32_step
#define _rdseed32_step openkmdf_inline_rdseed32_step
#undef _rdrand64_step
#define _rdrand64_step openkmdf_inline_rdrand64_step
#undef _rdseed64_step
#define _rdseed64_step openkmdf_inline_rdseed64_step
#undef __int2c
#define __int2c openkmdf_inline__int2c
#undef __fastfail
#define __fastfail openkmdf_inline__fastfail
#undef __vmx_on
#define __vmx_on openkmdf_inline__vmx_on
#undef __vmx_off
#define __vmx_off openkmdf_inline__vmx_off
#undef _rdtsc
#undef _mm_pause
