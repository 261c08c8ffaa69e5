// Set by a machine that wants to be asked at each interlocked operation (openkmdf_driver.h).
volatile unsigned char __drv_choice_points = 0;
