/* Builds events for tests of the model, a line each. */
#ifndef TESTS_UNIT_MODEL_SCENE_H
#define TESTS_UNIT_MODEL_SCENE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "model/store.h"

#define SECOND INT64_C(1000000000)

/* When every scene begins. */
#define SCENE_START (INT64_C(1700000000) * SECOND)

struct scene {
	struct store *store;
	int64_t now_ns;
};

static inline void scene_init(struct scene *scene)
{
	scene->store = store_new();
	scene->now_ns = SCENE_START;
	assert_non_null(scene->store);
}

/* Frees all of it; what the store held, it must have given back. */
static inline void scene_release(struct scene *scene)
{
	store_free(scene->store);
}

static inline void scene_apply(struct scene *scene, struct event e)
{
	struct error err = {0};

	e.time_ns = scene->now_ns;
	if (store_apply(scene->store, &e, &err))
		fail_msg("%s", err.message);
}

static inline void scene_wait(struct scene *scene, int64_t ns)
{
	scene->now_ns += ns;
}

static inline void scene_listed(struct scene *scene)
{
	scene_apply(scene, (struct event){.type = EVENT_LISTED});
}

/* Found in a listing. */
static inline struct process *scene_found(struct scene *scene, int64_t pid,
					  int64_t ppid)
{
	scene_apply(scene, (struct event){
				   .type = EVENT_SPAWN,
				   .pid = pid,
				   .source = SOURCE_PROC,
				   .as.spawn = {.ppid = ppid,
						.started_ns = scene->now_ns},
			   });
	return store_by_pid(scene->store, pid);
}

/* Seen being forked. */
static inline struct process *scene_forked(struct scene *scene, int64_t pid,
					   int64_t ppid)
{
	scene_apply(scene, (struct event){
				   .type = EVENT_SPAWN,
				   .pid = pid,
				   .source = SOURCE_PROC_CONNECTOR,
				   .as.spawn = {.ppid = ppid,
						.birth_ppid = ppid,
						.started_ns = scene->now_ns,
						.forked = true},
			   });
	return store_by_pid(scene->store, pid);
}

static inline void scene_exec(struct scene *scene, int64_t pid)
{
	scene_apply(scene, (struct event){.type = EVENT_EXEC, .pid = pid});
}

static inline void scene_reparent(struct scene *scene, int64_t pid,
				  int64_t ppid)
{
	scene_apply(scene, (struct event){.type = EVENT_REPARENT,
					  .pid = pid,
					  .as.reparent = {.ppid = ppid}});
}

static inline void scene_exit(struct scene *scene, int64_t pid,
			      enum exit_kind kind, int value)
{
	scene_apply(scene,
		    (struct event){.type = EVENT_EXIT,
				   .pid = pid,
				   .as.exit = {.kind = kind, .value = value}});
}

static inline void scene_fact(struct scene *scene, int64_t pid, enum fact_id id,
			      struct fact f)
{
	struct event_fact item = {.id = id, .fact = f};

	scene_apply(scene, (struct event){.type = EVENT_FACTS,
					  .pid = pid,
					  .source = SOURCE_PROC,
					  .as.facts = {&item, 1}});
}

/* Takes over v. */
static inline void scene_value(struct scene *scene, int64_t pid,
			       enum fact_id id, struct value v)
{
	assert_int_not_equal(v.type, VALUE_NONE);
	scene_fact(scene, pid, id, fact_known(v));
	value_release(store_pool(scene->store), v);
}

static inline void scene_text(struct scene *scene, int64_t pid, enum fact_id id,
			      const char *text)
{
	scene_value(scene, pid, id, value_text(store_pool(scene->store), text));
}

static inline void scene_int(struct scene *scene, int64_t pid, enum fact_id id,
			     int64_t i)
{
	scene_value(scene, pid, id, value_int(i));
}

/* A list fact from words that end with NULL. */
static inline void scene_list(struct scene *scene, int64_t pid, enum fact_id id,
			      const char *const *words)
{
	size_t n = 0;

	while (words[n])
		n++;
	scene_value(scene, pid, id,
		    value_list_of_text(store_pool(scene->store), words, n));
}

#define SCENE_LIST(scene, pid, id, ...)                                        \
	scene_list(scene, pid, id, (const char *const[]){__VA_ARGS__, NULL})

/* A program with its path, short name and arguments, as a probe tells it. */
#define SCENE_PROGRAM(scene, pid, path, name, ...)                             \
	do {                                                                   \
		scene_text(scene, pid, FACT_EXECUTABLE, path);                 \
		scene_text(scene, pid, FACT_NAME, name);                       \
		scene_int(scene, pid, FACT_UID, 1000);                         \
		SCENE_LIST(scene, pid, FACT_ARGUMENTS, path, ##__VA_ARGS__);   \
	} while (0)

static inline void scene_source(struct scene *scene, enum source_id source,
				enum source_state state)
{
	scene_apply(scene, (struct event){.type = EVENT_SOURCE,
					  .as.source = {.source = source,
							.state = state}});
}

#endif
