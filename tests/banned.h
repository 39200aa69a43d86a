/* Functions that have no place here; every source is compiled with this. */
#ifndef TESTS_BANNED_H
#define TESTS_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Some C libraries wrap these in checking macros, which cannot be poisoned. */
#undef strcpy
#undef strcat
#undef sprintf
#undef vsprintf

#pragma GCC poison strcpy strcat sprintf vsprintf gets strtok atoi atol

#endif
