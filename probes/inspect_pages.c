#include <stdlib.h>

#include "inspect_internal.h"

/* What one task hashes: enough that handing it out costs nothing. */
enum { TASK_BYTES = 8 << 20 };

struct page_task {
	const struct code_directory *cd;
	uint32_t first, count;
	enum status status;
	struct error error;
	struct page_result result;
};

struct page_tasks {
	struct inspecting *in;
	const struct bytes *slice;
	struct page_task *items;
	size_t count;
};

static uint32_t pages_per_task(const struct code_directory *cd)
{
	if (!cd->page_shift || (uint64_t)1 << cd->page_shift >= TASK_BYTES)
		return 1;
	return (uint32_t)(TASK_BYTES >> cd->page_shift);
}

static size_t task_count(const struct code_directory *cd)
{
	uint32_t step = pages_per_task(cd);

	return cd->pages_ok ? ((size_t)cd->page_count + step - 1) / step : 0;
}

static void hash(void *context, size_t index)
{
	struct page_tasks *t = context;
	struct page_task *task = &t->items[index];
	struct page_watch watch = {work_cancelled, work_done, &t->in->work};

	task->status =
		pages_verify(t->slice, task->cd, task->first, task->count,
			     &watch, &task->result, &task->error);
}

static void fill(struct page_tasks *t, const struct code_directory *cd)
{
	uint32_t step = pages_per_task(cd);

	for (uint32_t first = 0; cd->pages_ok && first < cd->page_count;
	     first += step) {
		uint32_t left = cd->page_count - first;

		t->items[t->count++] = (struct page_task){
			.cd = cd,
			.first = first,
			.count = left < step ? left : step,
		};
	}
}

/* A range of pages that could not be read is not one that matches. */
static void tell(const struct page_task *task, const struct signature *sig,
		 const struct report *report)
{
	pages_report(task->cd, &task->result, sig->slice_offset, report);
	if (task->status && task->status != STATUS_CANCELLED)
		REPORT(report, "pages_unreadable", SEVERITY_ERROR,
		       task->error.offset,
		       "pages %u to %u could not be checked: %s",
		       (unsigned)task->first,
		       (unsigned)(task->first + task->count - 1),
		       task->error.message);
}

enum status inspect_pages(struct inspecting *in, const struct bytes *slice,
			  const struct signature *sig,
			  const struct report *report, struct error *err)
{
	struct page_tasks t = {.in = in, .slice = slice};
	size_t count = 0;
	enum status status;

	for (size_t i = 0; i < sig->directory_count; i++)
		count += task_count(&sig->directories[i]);
	if (!count)
		return STATUS_OK;
	t.items = calloc(count, sizeof(*t.items));
	if (!t.items)
		return error_set(err, STATUS_MEMORY, -1,
				 "no memory for %zu ranges of pages", count);
	for (size_t i = 0; i < sig->directory_count; i++)
		fill(&t, &sig->directories[i]);
	status = work_run(&in->work, t.count, hash, &t, err);
	for (size_t i = 0; i < t.count; i++) {
		in->out->bytes_hashed += t.items[i].result.bytes;
		tell(&t.items[i], sig, report);
	}
	free(t.items);
	return status;
}
