/* The right-hand sides of a requirement (Security reqinterp.cpp, Match). */
#ifndef PROBES_PARSE_REQUIREMENT_MATCH_H
#define PROBES_PARSE_REQUIREMENT_MATCH_H

#include "requirement_op.h"

/* A value with a match; VALUE_NONE: there is no such value. A list matches
 * when one of its items does. */
enum truth requirement_match_value(const struct requirement_match *match,
				   struct value v);
/* The same for something that is there or is not, and has no value. */
enum truth requirement_match_presence(const struct requirement_match *match,
				      bool present);
/* key: "subject.OU". */
enum truth requirement_match_subject(const struct requirement_match *match,
				     const struct certificate *c,
				     struct slice key);
/* oid: the content bytes of an object identifier. */
enum truth requirement_match_extension(const struct requirement_match *match,
				       const struct certificate *c,
				       struct slice oid);

/* The value of a key of any bytes; VALUE_NONE where there is none. */
struct value requirement_get(struct value dict, struct slice key);

bool certificate_field_is(const struct certificate *c, const char *field,
			  const char *text);

#endif
