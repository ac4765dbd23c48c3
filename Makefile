# SPDX-License-Identifier: BSD-2-Clause
# Every variable can be set from outside: make CC=clang BUILD=build-clang

VERSION := 0.1.0
CC ?= gcc
AR ?= ar
BUILD ?= build
OPTIMIZE ?= -O2 -g
SANITIZE ?=

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wconversion -Wsign-conversion -Wcast-qual \
            -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings \
            -Wundef -Wvla -Wformat=2 -Wimplicit-fallthrough
PACKAGES := libcrypto efivar jansson
CPPFLAGS += -I. -D_GNU_SOURCE -DASSAY_VERSION='"$(VERSION)"' $(shell pkg-config --cflags $(PACKAGES))
CFLAGS += -std=gnu11 -fPIC -fvisibility=default -fstack-protector-strong -MMD -MP \
          $(OPTIMIZE) $(WARNINGS) $(SANITIZE)
LDFLAGS += $(SANITIZE)
LDLIBS += $(shell pkg-config --libs $(PACKAGES))

ROOMS := base eventlog eventlog/format eventlog/payload replay boot policy
LIB_SOURCES := $(wildcard $(addsuffix /*.c,$(ROOMS)))
CLI_SOURCES := $(wildcard cli/*.c)
TEST_SOURCES := $(wildcard tests/*.c)
FUZZ_TARGETS := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))

LIB_OBJECTS := $(LIB_SOURCES:%.c=$(BUILD)/obj/%.o)
CLI_OBJECTS := $(CLI_SOURCES:%.c=$(BUILD)/obj/%.o)
TEST_OBJECTS := $(TEST_SOURCES:%.c=$(BUILD)/obj/%.o)

.PHONY: all units clean
all: $(BUILD)/assay

$(BUILD)/libassay.a: $(LIB_OBJECTS)
	rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/assay: $(CLI_OBJECTS) $(BUILD)/libassay.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/units: $(TEST_OBJECTS) $(BUILD)/libassay.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(shell pkg-config --libs criterion)

# Criterion's assertions are GNU C that the strictest warnings don't like.
$(BUILD)/obj/tests/%.o: WARNINGS := -Wall -Wextra -Werror

units: $(BUILD)/units
	$(BUILD)/units

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

clean:
	rm -rf $(BUILD)

-include $(LIB_OBJECTS:.o=.d) $(CLI_OBJECTS:.o=.d) $(TEST_OBJECTS:.o=.d)
