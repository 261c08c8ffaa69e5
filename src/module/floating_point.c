// Code that uses floating point refers to this symbol; only its presence counts.
int _fltused = 0x9875;
