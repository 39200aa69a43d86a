# sandtree. `make help` lists the targets. GNU make 3.81 or newer.
VERSION := 0.1.0
BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= cc
PKG_CONFIG ?= pkg-config
CLANG_FORMAT ?= clang-format
INSTALL ?= install

OS := $(shell uname -s)
PLATFORM := $(if $(filter Darwin,$(OS)),darwin,linux)

# Homebrew keeps aside what macOS brings an older one of.
ifeq ($(PLATFORM),darwin)
BREW := $(shell brew --prefix 2>/dev/null)
KEG_PATH := $(BREW)/opt/ncurses/lib/pkgconfig:$(BREW)/opt/openssl@3/lib/pkgconfig
export PKG_CONFIG_PATH := $(KEG_PATH):$(PKG_CONFIG_PATH)
BREW_CPPFLAGS := $(if $(BREW),-isystem $(BREW)/include)
endif

PACKAGES := ncursesw libplist-2.0 jansson libutf8proc libcrypto
MISSING := $(shell command -v $(firstword $(CC)) >/dev/null 2>&1 || \
	echo compiler:$(firstword $(CC)); \
	command -v $(PKG_CONFIG) >/dev/null 2>&1 || echo $(PKG_CONFIG); \
	for p in $(PACKAGES); do \
		$(PKG_CONFIG) --exists $$p 2>/dev/null || echo $$p; done)
NEEDS_NOTHING := help deps clean format check-format check-layers uninstall
GOALS := $(filter-out $(NEEDS_NOTHING),$(or $(MAKECMDGOALS),all))

.PHONY: all
all:

ifneq ($(and $(MISSING),$(GOALS)),)
ifeq ($(filter deps,$(MAKECMDGOALS)),)
$(error To build sandtree these are missing: $(MISSING). \
	Run `make deps`, which says what it installs)
endif
# `make deps run` on a new machine: what was missing above is there only for a
# make that starts after deps has ended.
.PHONY: $(GOALS)
$(GOALS): deps
	$(MAKE) $@
else

PKG_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null)
PKG_LIBS := $(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>/dev/null)
TEST_LIBS = $(shell $(PKG_CONFIG) --cflags --libs cmocka)

WARN := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wvla \
	-Wmissing-prototypes -Werror
CFLAGS ?= -O2 -g
# Checked string functions need an optimising compiler, and the sanitizers see
# more without them.
HARDEN := $(if $(filter -O0 -fsanitize=%,$(CFLAGS)),,-D_FORTIFY_SOURCE=2)
override CFLAGS += -std=c11 $(WARN) -fno-common -fstack-protector-strong \
	$(HARDEN)
override CPPFLAGS += -D_GNU_SOURCE -D_DARWIN_C_SOURCE \
	-D_XOPEN_SOURCE_EXTENDED -DNCURSES_WIDECHAR=1 \
	-DSANDTREE_VERSION='"$(VERSION)"' $(PKG_CFLAGS) $(BREW_CPPFLAGS)
LDLIBS := $(PKG_LIBS) -lpthread -lm

# Whatever lies in the rooms is built; no list to keep.
SRC_MODEL  := $(wildcard model/*.c model/base/*.c model/*/*.c)
SRC_PROBES := $(wildcard probes/*.c probes/parse/*.c probes/files/*.c \
	probes/replay/*.c probes/$(PLATFORM)/*.c)
SRC_TUI    := $(wildcard tui/*.c tui/cli/*.c)
SRC := $(sort $(SRC_MODEL) $(SRC_PROBES) $(SRC_TUI))
OBJ := $(SRC:%.c=$(BUILD)/obj/%.o)
LIB := $(BUILD)/libsandtree.a
UNIT_SRC := $(shell find tests/unit -name '*_test.c' 2>/dev/null | sort)
UNIT := $(UNIT_SRC:tests/unit/%.c=$(BUILD)/unit/%)

all: $(BUILD)/sandtree

# One short line for each step; V=1 shows the commands.
V ?=
Q := $(if $(V),,@)
SAY = $(if $(V),:,printf '  %-5s %s\n')

$(BUILD)/sandtree: $(BUILD)/obj/tui/main.o $(LIB)
	@$(SAY) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LDLIBS)

# Made anew when a source came or went, not only when one changed.
$(LIB): $(filter-out $(BUILD)/obj/tui/main.o,$(OBJ)) $(BUILD)/sources
	@$(SAY) AR $@
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $(filter %.o,$^)

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@mkdir -p $(dir $@)
	@$(SAY) CC $<
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -include tests/banned.h -MMD -MP \
		-c -o $@ $<

$(BUILD)/unit/%: tests/unit/%.c $(LIB)
	@mkdir -p $(dir $@)
	@$(SAY) TEST $<
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -I. -MMD -MP -o $@ $< $(LIB) \
		$(TEST_LIBS) $(LDLIBS)

# Rewritten only when what they hold has changed.
QUOTED = $(subst ','\'',$(1))
$(BUILD)/flags: ALWAYS
	@mkdir -p $(BUILD)
	@printf '%s\n' '$(call QUOTED,$(CC) $(CPPFLAGS) $(CFLAGS))' | \
		cmp -s - $@ || printf '%s\n' \
		'$(call QUOTED,$(CC) $(CPPFLAGS) $(CFLAGS))' >$@
$(BUILD)/sources: ALWAYS
	@mkdir -p $(BUILD)
	@printf '%s\n' $(SRC) | cmp -s - $@ || printf '%s\n' $(SRC) >$@
.PHONY: ALWAYS

# A fuzz target with the driver that replays a corpus, or, for libFuzzer, with
# its own (FUZZ_MAIN empty: tests/fuzz/run.sh).
FUZZ_MAIN ?= tests/fuzz/replay_main.c
FUZZ := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,\
	$(sort $(wildcard tests/fuzz/fuzz_*.c)))
$(BUILD)/fuzz/%: tests/fuzz/%.c $(FUZZ_MAIN) $(LIB)
	@mkdir -p $(dir $@)
	@$(SAY) FUZZ $<
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -I. -o $@ $< $(FUZZ_MAIN) \
		$(LIB) $(LDLIBS)

$(BUILD)/real/agree: tests/real/agree.c tests/real/agreement.h $(LIB)
	@mkdir -p $(dir $@)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -I. -o $@ $< $(LIB) $(LDLIBS)

# Live tests are of one platform, and share how they start programs.
LIVE_SRC := $(if $(filter linux,$(PLATFORM)),$(wildcard tests/live/*_test.c))
LIVE_SHARED := $(filter-out %_test.c,$(wildcard tests/live/*.c))
LIVE := $(LIVE_SRC:tests/live/%.c=$(BUILD)/live/%)
$(BUILD)/live/%: tests/live/%.c $(LIVE_SHARED) $(LIB)
	@mkdir -p $(dir $@)
	@$(SAY) TEST $<
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -I. -MMD -MP -MF $@.d \
		-MT $@ -o $@ $< $(LIVE_SHARED) $(LIB) $(TEST_LIBS) $(LDLIBS)

-include $(OBJ:.o=.d) $(UNIT:=.d)

## run: build and open the screen (text when there is no terminal)
.PHONY: run
run: $(BUILD)/sandtree
	@if [ -t 0 ] && [ -t 1 ]; then exec $(BUILD)/sandtree $(ARGS); \
	else exec $(BUILD)/sandtree tree $(ARGS); fi

## demo: play the story of an Electron app that dies while it launches
DEMO := tests/fixtures/mach-register-denied.jsonl
.PHONY: demo
demo: $(BUILD)/sandtree
	@if [ -t 0 ] && [ -t 1 ]; then \
		exec $(BUILD)/sandtree --play $(DEMO) $(ARGS); \
	else exec $(BUILD)/sandtree tree --from $(DEMO) $(ARGS); fi

# What every runner of tests is told. SUITES: which run.
SUITES ?= format layers unit fuzz-replay cli screen live
export SANDTREE = $(abspath $(BUILD))/sandtree
TEST_ENV = BUILD='$(abspath $(BUILD))' CLANG_FORMAT='$(CLANG_FORMAT)'

## check: format, layers, unit, command, screen and live tests
.PHONY: check
check: $(BUILD)/sandtree $(UNIT) $(FUZZ) $(LIVE)
	@$(TEST_ENV) tests/check.sh '$(SUITES)' $(UNIT)

## unit: the unit tests alone (UNIT_WRAPPER="valgrind -q ..." before each)
.PHONY: unit
unit: $(UNIT)
	@$(TEST_ENV) UNIT_WRAPPER='$(UNIT_WRAPPER)' tests/run-unit.sh $(UNIT)

## fuzz: each fuzz target for SECONDS_EACH (30) seconds, with clang
.PHONY: fuzz
fuzz:
	@$(TEST_ENV) tests/fuzz/run.sh $(TARGETS)

## asan: the same tests under AddressSanitizer and UBSan
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=undefined
.PHONY: asan
asan:
	@$(MAKE) BUILD=$(BUILD)/asan SANITIZED=1 \
		SUITES='$(filter-out format layers,$(SUITES))' \
		CFLAGS='-O1 -g -fno-omit-frame-pointer $(SANITIZE)' \
		LDFLAGS='$(SANITIZE)' check
export SANITIZED

## check-full: check, asan, both with clang, valgrind, real programs, fuzz
VALGRIND := valgrind -q --error-exitcode=99 --leak-check=full \
	--errors-for-leak-kinds=definite,indirect,possible --track-fds=no
.PHONY: check-full
check-full:
	@$(MAKE) check
	@$(MAKE) asan
	@$(MAKE) BUILD=$(BUILD)/clang CC=clang SUITES='unit cli' check
	@$(MAKE) BUILD=$(BUILD)/clang CC=clang asan
	@$(MAKE) UNIT_WRAPPER='$(VALGRIND)' unit
	@REAL_LARGE=1 $(MAKE) SUITES=real check
	@$(TEST_ENV) tests/check-full/signed.sh
	@SECONDS_EACH=600 $(MAKE) fuzz

## bench: measure against htop, ps and a bare reading loop
.PHONY: bench
bench: $(BUILD)/sandtree
	@$(TEST_ENV) tests/bench/run.sh
	@$(TEST_ENV) tests/bench/inspect.sh

## screenshots: draw the pictures in screenshots/ anew, from real runs
.PHONY: screenshots
screenshots: $(BUILD)/sandtree
	@$(TEST_ENV) tests/screen/screenshots.sh

## install: into PREFIX (/usr/local), under DESTDIR
SHARE = $(DESTDIR)$(PREFIX)/share
BASH_DIR = $(SHARE)/bash-completion/completions
ZSH_DIR = $(SHARE)/zsh/site-functions
FISH_DIR = $(SHARE)/fish/vendor_completions.d
.PHONY: install
install: $(BUILD)/sandtree
	$(INSTALL) -d '$(DESTDIR)$(PREFIX)/bin' '$(SHARE)/man/man1' \
		'$(BASH_DIR)' '$(ZSH_DIR)' '$(FISH_DIR)'
	$(INSTALL) -m 755 $(BUILD)/sandtree '$(DESTDIR)$(PREFIX)/bin/sandtree'
	$(INSTALL) -m 644 tui/man/sandtree.1 '$(SHARE)/man/man1/sandtree.1'
	$(INSTALL) -m 644 tui/completions/sandtree.bash '$(BASH_DIR)/sandtree'
	$(INSTALL) -m 644 tui/completions/_sandtree '$(ZSH_DIR)/_sandtree'
	$(INSTALL) -m 644 tui/completions/sandtree.fish \
		'$(FISH_DIR)/sandtree.fish'

endif # of what is missing

## uninstall: take away what install put there
.PHONY: uninstall
uninstall: SHARE = $(DESTDIR)$(PREFIX)/share
uninstall:
	rm -f '$(DESTDIR)$(PREFIX)/bin/sandtree' \
		'$(SHARE)/man/man1/sandtree.1' \
		'$(SHARE)/bash-completion/completions/sandtree' \
		'$(SHARE)/zsh/site-functions/_sandtree' \
		'$(SHARE)/fish/vendor_completions.d/sandtree.fish'

## deps: install what is missing to build and test, saying what
.PHONY: deps
deps:
	@tests/deps.sh

## check-format: does clang-format agree?
.PHONY: check-format
check-format:
	@CLANG_FORMAT='$(CLANG_FORMAT)' tests/check-format.sh

## check-layers: does any include go against the arrows?
.PHONY: check-layers
check-layers:
	@tests/check-layers.sh

## format: let clang-format rewrite the sources
.PHONY: format
format:
	@CLANG_FORMAT='$(CLANG_FORMAT)' tests/check-format.sh --fix

## clean: remove BUILD (build)
.PHONY: clean
clean:
	rm -rf '$(BUILD)'

.PHONY: help
help:
	@echo 'make          build $(BUILD)/sandtree'
	@sed -n 's/^## \([a-z-]*\): \(.*\)/make \1|\2/p' Makefile | \
		awk -F '|' '{ printf "%-18s %s\n", $$1, $$2 }'
