#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "cut.h"
#include "probes/parse/proc_status.h"

/* Linux 6.18, a Chromium renderer, shortened to the lines around ours. */
static const char renderer[] = "Name:\tchromium\n"
			       "Umask:\t0077\n"
			       "State:\tS (sleeping)\n"
			       "Tgid:\t18551\n"
			       "Uid:\t1001\t1001\t1001\t1001\n"
			       "Gid:\t1001\t1001\t1001\t1001\n"
			       "Groups:\t1001 \n"
			       "NStgid:\t18551\t25\t1\n"
			       "NSpid:\t18551\t25\t1\n"
			       "NSpgid:\t18399\t0\t0\n"
			       "Kthread:\t0\n"
			       "SigCgt:\t0000000180010008\n"
			       "CapInh:\t0000000000000000\n"
			       "CapPrm:\t0000000000000000\n"
			       "CapEff:\t0000000000000000\n"
			       "CapBnd:\t000001ffffffffff\n"
			       "CapAmb:\t0000000000000000\n"
			       "NoNewPrivs:\t1\n"
			       "Seccomp:\t2\n"
			       "Seccomp_filters:\t1\n"
			       "Speculation_Store_Bypass:\tvulnerable\n"
			       "nonvoluntary_ctxt_switches:\t1\n";

/* proc_pid_status(5): Linux 3.10 has no NSpid, NoNewPrivs or filter count. */
static const char old_kernel[] = "Name:\tinit\n"
				 "State:\tS (sleeping)\n"
				 "Uid:\t0\t5\t0\t0\n"
				 "CapEff:\t0000001fffffffff\n"
				 "CapBnd:\t0000001fffffffff\n"
				 "Seccomp:\t0\n";

static void proc_status__reads_a_renderer(void **state)
{
	struct proc_status s;

	(void)state;
	assert_int_equal(proc_status_parse(slice_text(renderer), &s, NULL), 0);
	assert_int_equal(s.has, (1 << 7) - 1);
	assert_int_equal(s.uid, 1001);
	assert_int_equal(s.nspid_count, 3);
	assert_int_equal(s.nspid[1], 25);
	assert_int_equal(s.nspid[2], 1);
	assert_int_equal(s.cap_eff, 0);
	assert_true(s.cap_bnd == 0x1ffffffffff);
	assert_true(s.no_new_privs);
	assert_int_equal(s.seccomp, 2);
	assert_int_equal(s.seccomp_filters, 1);
}

static void proc_status__an_old_kernel_says_less(void **state)
{
	struct proc_status s;

	(void)state;
	assert_int_equal(proc_status_parse(slice_text(old_kernel), &s, NULL),
			 0);
	assert_int_equal(s.has, PROC_STATUS_UID | PROC_STATUS_CAP_EFF |
					PROC_STATUS_CAP_BND |
					PROC_STATUS_SECCOMP);
	/* Whom it acts as, not who started it. */
	assert_int_equal(s.uid, 5);
}

static void proc_status__cut_anywhere_is_never_wrong(void **state)
{
	struct slice text = slice_text(renderer);
	struct proc_status whole;

	(void)state;
	assert_int_equal(proc_status_parse(text, &whole, NULL), 0);
	for (size_t n = 0; n <= text.len; n++) {
		uint8_t *copy = cut_copy(text, n);
		struct proc_status s;

		assert_int_equal(proc_status_parse(slice_of(copy, n), &s, NULL),
				 0);
		if (s.has & PROC_STATUS_UID)
			assert_int_equal(s.uid, whole.uid);
		if (s.has & PROC_STATUS_NSPID)
			assert_int_equal(s.nspid_count, 3);
		if (s.has & PROC_STATUS_CAP_BND)
			assert_true(s.cap_bnd == whole.cap_bnd);
		if (s.has & PROC_STATUS_SECCOMP)
			assert_int_equal(s.seccomp, 2);
		free(copy);
	}
}

static void proc_status__says_no_to_the_impossible(void **state)
{
	static const char *const texts[] = {
		"Seccomp:\t3\n",
		"Seccomp:\t\n",
		"Seccomp:\t2 2\n",
		"Seccomp:\t-1\n",
		"Seccomp_filters:\t99999999999999999999\n",
		"NoNewPrivs:\t2\n",
		"NoNewPrivs:\tyes\n",
		"Uid:\t0\n",
		"Uid:\tx x x x\n",
		"CapEff:\t0000000000000000f\n",
		"CapEff:\tFF\n",
		"CapBnd:\t\n",
		"NSpid:\t1\t-2\n",
		("NSpid:\t1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 "
		 "1 1 1 1 1 1 1 1\n"),
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct proc_status s;

		assert_int_equal(
			proc_status_parse(slice_text(texts[i]), &s, &err),
			STATUS_MALFORMED);
		assert_int_equal(s.has, 0);
	}
}

/* The kernel escapes a newline in a name; were it not to, the first line of a
 * field would still be the kernel's own or nobody's. */
static void proc_status__a_field_counts_once(void **state)
{
	struct proc_status s;

	(void)state;
	assert_int_equal(
		proc_status_parse(slice_text("Name:\tx\\nSeccomp:\t2\n"
					     "Seccomp:\t0\nSeccomp:\t2\n"),
				  &s, NULL),
		0);
	assert_int_equal(s.seccomp, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(proc_status__reads_a_renderer),
		cmocka_unit_test(proc_status__an_old_kernel_says_less),
		cmocka_unit_test(proc_status__cut_anywhere_is_never_wrong),
		cmocka_unit_test(proc_status__says_no_to_the_impossible),
		cmocka_unit_test(proc_status__a_field_counts_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
