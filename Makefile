# sandtree. `make help` lists the targets. GNU make 3.81 or newer.
VERSION := 0.1.0
BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= cc
PKG_CONFIG ?= pkg-config
CLANG_FORMAT ?= clang-format

OS := $(shell uname -s)
PLATFORM := $(if $(filter Darwin,$(OS)),darwin,linux)

PACKAGES := ncursesw libplist-2.0 jansson libutf8proc
PKG_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null)
PKG_LIBS := $(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>/dev/null)

WARN := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wvla \
	-Wmissing-prototypes -Werror
CFLAGS ?= -O2 -g
override CFLAGS += -std=c11 $(WARN) -fno-common -fstack-protector-strong \
	-D_FORTIFY_SOURCE=2
override CPPFLAGS += -D_GNU_SOURCE -D_DARWIN_C_SOURCE \
	-D_XOPEN_SOURCE_EXTENDED -DNCURSES_WIDECHAR=1 \
	-DSANDTREE_VERSION='"$(VERSION)"' $(PKG_CFLAGS)
LDLIBS := $(PKG_LIBS) -lpthread

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

.PHONY: all
all: $(BUILD)/sandtree

$(BUILD)/sandtree: $(BUILD)/obj/tui/main.o $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LDLIBS)

$(LIB): $(filter-out $(BUILD)/obj/tui/main.o,$(OBJ))
	rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(dir $@)
	$(CC) $(CPPFLAGS) $(CFLAGS) -include tests/banned.h -MMD -MP \
		-c -o $@ $<

$(BUILD)/unit/%: tests/unit/%.c $(LIB)
	@mkdir -p $(dir $@)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -I. -MMD -MP -o $@ $< $(LIB) \
		$(shell $(PKG_CONFIG) --cflags --libs cmocka) $(LDLIBS)

-include $(OBJ:.o=.d) $(UNIT:=.d)

.PHONY: unit
unit: $(UNIT)
	tests/run-unit.sh $(UNIT)

.PHONY: clean
clean:
	rm -rf $(BUILD)
