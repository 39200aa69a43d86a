/* A fuzz target: one file, one parser. libFuzzer calls it, and replay_main.c
 * calls it for each file of a corpus. Returns 0; what is wrong traps. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A promise about the parser that the input has broken. */
#define FUZZ_CHECK(condition)                                                  \
	do {                                                                   \
		if (!(condition))                                              \
			__builtin_trap();                                      \
	} while (0)

#endif
