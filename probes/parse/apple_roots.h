/*
 * The roots that Apple's certificates end in. One is known by its SHA-256 and
 * nothing else: a name can be given to any certificate.
 */
#ifndef PROBES_PARSE_APPLE_ROOTS_H
#define PROBES_PARSE_APPLE_ROOTS_H

#include <stddef.h>
#include <stdint.h>

enum { APPLE_ROOT_COUNT = 3 };

struct apple_root {
	const char *name; /* its common name */
	const uint8_t *der;
	size_t len;
	uint8_t sha256[32];
};

extern const struct apple_root apple_roots[APPLE_ROOT_COUNT];

#endif
