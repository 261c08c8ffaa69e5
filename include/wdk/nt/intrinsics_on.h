// Sends the names of intrinsics_imports.h to the imports. Included again after each of the
// compiler's headers (see intrinsics_off.h), hence without a guard.
#undef __inbyte
#define __inbyte openkmdf_intrinsic__inbyte
#undef __outbyte
#define __outbyte openkmdf_intrinsic__outbyte
#undef __inbytestring
#define __inbytestring openkmdf_intrinsic__inbytestring
#undef __outbytestring
#define __outbytestring openkmdf_intrinsic__outbytestring
#undef __inword
#define __inword openkmdf_intrinsic__inword
#undef __outword
#define __outword openkmdf_intrinsic__outword
#undef __inwordstring
#define __inwordstring openkmdf_intrinsic__inwordstring
#undef __outwordstring
#define __outwordstring openkmdf_intrinsic__outwordstring
#undef __indword
#define __indword openkmdf_intrinsic__indword
#undef __outdword
#define __outdword openkmdf_intrinsic__outdword
#undef __indwordstring
#define __indwordstring openkmdf_intrinsic__indwordstring
#undef __outdwordstring
#define __outdwordstring openkmdf_intrinsic__outdwordstring
#undef __readmsr
#define __readmsr openkmdf_intrinsic__readmsr
#undef __writemsr
#define __writemsr openkmdf_intrinsic__writemsr
#undef __readpmc
#define __readpmc openkmdf_intrinsic__readpmc
#undef __readcr0
#define __readcr0 openkmdf_intrinsic__readcr0
#undef __readcr2
#define __readcr2 openkmdf_intrinsic__readcr2
#undef __readcr3
#define __readcr3 openkmdf_intrinsic__readcr3
#undef __readcr4
#define __readcr4 openkmdf_intrinsic__readcr4
#undef __writecr0
#define __writecr0 openkmdf_intrinsic__writecr0
#undef __writecr3
#define __writecr3 openkmdf_intrinsic__writecr3
#undef __writecr4
#define __writecr4 openkmdf_intrinsic__writecr4
#undef __readcr8
#define __readcr8 openkmdf_intrinsic__readcr8
#undef __writecr8
#define __writecr8 openkmdf_intrinsic__writecr8
#undef __readdr
#define __readdr openkmdf_intrinsic__readdr
#undef __writedr
#define __writedr openkmdf_intrinsic__writedr
#undef __readgsbyte
#define __readgsbyte openkmdf_intrinsic__readgsbyte
#undef __writegsbyte
#define __writegsbyte openkmdf_intrinsic__writegsbyte
#undef __addgsbyte
#define __addgsbyte openkmdf_intrinsic__addgsbyte
#undef __incgsbyte
#define __incgsbyte openkmdf_intrinsic__incgsbyte
#undef __readgsword
#define __readgsword openkmdf_intrinsic__readgsword
#undef __writegsword
#define __writegsword openkmdf_intrinsic__writegsword
#undef __addgsword
#define __addgsword openkmdf_intrinsic__addgsword
#undef __incgsword
#define __incgsword openkmdf_intrinsic__incgsword
#undef __readgsdword
#define __readgsdword openkmdf_intrinsic__readgsdword
#undef __writegsdword
#define __writegsdword openkmdf_intrinsic__writegsdword
#undef __addgsdword
#define __addgsdword openkmdf_intrinsic__addgsdword
#undef __incgsdword
#define __incgsdword openkmdf_intrinsic__incgsdword
#undef __readgsqword
#define __readgsqword openkmdf_intrinsic__readgsqword
#undef __writegsqword
#define __writegsqword openkmdf_intrinsic__writegsqword
#undef __addgsqword
#define __addgsqword openkmdf_intrinsic__addgsqword
#undef __incgsqword
#define __incgsqword openkmdf_intrinsic__incgsqword
#undef __readeflags
#define __readeflags openkmdf_intrinsic__readeflags
#undef __writeeflags
#define __writeeflags openkmdf_intrinsic__writeeflags
#undef _disable
#define _disable openkmdf_intrinsic_disable
#undef _enable
#define _enable openkmdf_intrinsic_enable
#undef __halt
#define __halt openkmdf_intrinsic__halt
#undef __wbinvd
#define __wbinvd openkmdf_intrinsic__wbinvd
#undef __invlpg
#define __invlpg openkmdf_intrinsic__invlpg
#undef __sidt
#define __sidt openkmdf_intrinsic__sidt
#undef __lidt
#define __lidt openkmdf_intrinsic__lidt
#undef _sgdt
#define _sgdt openkmdf_intrinsic_sgdt
#undef _lgdt
#define _lgdt openkmdf_intrinsic_lgdt
#undef _xgetbv
#define _xgetbv openkmdf_intrinsic_xgetbv
#undef _xsetbv
#define _xsetbv openkmdf_intrinsic_xsetbv
#undef __segmentlimit
#define __segmentlimit openkmdf_intrinsic__segmentlimit
#undef __rdtsc
#define __rdtsc openkmdf_intrinsic__rdtsc
#undef __rdtscp
#define __rdtscp openkmdf_intrinsic__rdtscp
#undef _rdrand16_step
#define _rdrand16_step openkmdf_intrinsic_rdrand16_step
#undef _rdseed16_step
#define _rdseed16_step openkmdf_intrinsic_rdseed16_step
#undef _rdrand32_step
#define _rdrand32_step openkmdf_intrinsic_rdrand32_step
#undef _rdseed32_step
#define _rdseed32_step openkmdf_intrinsic_rdseed32_step
#undef _rdrand64_step
#define _rdrand64_step openkmdf_intrinsic_rdrand64_step
#undef _rdseed64_step
#define _rdseed64_step openkmdf_intrinsic_rdseed64_step
#undef __int2c
#define __int2c openkmdf_intrinsic__int2c
#undef __fastfail
#define __fastfail openkmdf_intrinsic__fastfail
#undef __vmx_on
#define __vmx_on openkmdf_intrinsic__vmx_on
#undef __vmx_off
#define __vmx_off openkmdf_intrinsic__vmx_off
#undef _rdtsc
#define _rdtsc openkmdf_intrinsic__rdtsc
#undef _mm_pause
#define _mm_pause openkmdf_pause
