# SPDX-License-Identifier: BSD-2-Clause
# `make help` lists the targets. Every variable can be set from outside:
#     make CC=clang BUILD=build-clang

VERSION := 0.1.0
BUILD ?= build
OPTIMIZE ?= -O2 -g
SANITIZE ?=
CLANG ?= clang
LLVM_COV ?= llvm-cov
LLVM_PROFDATA ?= llvm-profdata
# Debian's own, because it sees Debian's python3-jsonschema.
PYTHON ?= /usr/bin/python3
# Seconds for each target, or for all of them together.
FUZZ_SECONDS ?= 60
FUZZ_TOTAL ?=
FUZZ_SEED ?=

DESTDIR ?=
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
BASH_COMPLETION ?= $(DATADIR)/bash-completion/completions/assay
ZSH_COMPLETION ?= $(DATADIR)/zsh/site-functions/_assay
FISH_COMPLETION ?= $(DATADIR)/fish/vendor_completions.d/assay.fish

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wconversion -Wsign-conversion -Wcast-qual \
            -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings \
            -Wundef -Wvla -Wformat=2 -Wimplicit-fallthrough
PACKAGES := libcrypto efivar jansson libelf zlib liblzma tss2-esys tss2-tctildr tss2-mu tss2-rc \
            libxml-2.0 libcbor
CPPFLAGS += -I. -D_GNU_SOURCE -DASSAY_VERSION='"$(VERSION)"' $(shell pkg-config --cflags $(PACKAGES))
CFLAGS += -std=gnu11 -fPIC -fstack-protector-strong -MMD -MP $(OPTIMIZE) $(WARNINGS) $(SANITIZE)
LDFLAGS += -Wl,--as-needed $(SANITIZE)
LDLIBS += $(shell pkg-config --libs $(PACKAGES))

# Debian packages: to build; to run the tests, with the programs whose answers they compare with; to
# boot machines; to fuzz, measure coverage and analyse.
BUILD_NEEDS := gcc libc6-dev pkg-config libssl-dev libefivar-dev libjansson-dev \
               libelf-dev zlib1g-dev liblzma-dev libtss2-dev libxml2-dev libcbor-dev scdoc
CHECK_NEEDS := g++ libcriterion-dev openssl python3-jsonschema swtpm swtpm-tools tpm2-tools \
               clevis clevis-tpm2 xmlsec1 libxml2-utils python3-cbor2 systemd \
               softhsm2 opensc libengine-pkcs11-openssl tpm2-openssl tboot \
               zsh fish python3-yaml gdisk dosfstools mtools grub-common \
               systemd-boot-efi ovmf pesign efitools osslsigncode qemu-system-x86 clang lld
RIG_NEEDS := qemu-system-x86 ovmf swtpm swtpm-tools gdisk dosfstools mtools binutils clang lld \
             systemd-boot-efi shim-signed grub-efi-amd64-signed sbsigntool openssl
CLANG_NEEDS := clang llvm libclang-rt-dev clang-tidy cppcheck

ROOMS := base eventlog eventlog/format eventlog/payload replay \
         boot boot/artefact boot/loader boot/loader/grub boot/platform boot/rebase boot/scenario policy policy/key policy/lcp policy/launch policy/tpm \
         policy/reference policy/export policy/export/plain policy/export/keylime policy/export/systemd policy/export/tpm \
         policy/export/corim policy/export/rim policy/export/hvs policy/export/oat policy/export/openstack
LIB_SOURCES := $(wildcard $(addsuffix /*.c,$(ROOMS)))
CLI_SOURCES := $(wildcard cli/*.c)
TEST_SOURCES := $(wildcard tests/*.c)
BENCH_SOURCES := $(wildcard tests/bench/*.c)
FUZZ_NAMES := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))

# A header that calls itself private to its room is not installed.
ROOM_HEADERS := $(wildcard $(addsuffix /*.h,$(ROOMS)) $(addsuffix /*.def,$(ROOMS)))
HEADERS := assay.h $(shell grep -L 'Private to' $(ROOM_HEADERS))

PAGES := $(patsubst man/%.scd,$(BUILD)/man/%,$(wildcard man/*.scd))
SCHEMAS := $(wildcard man/*.schema.json)
SHELLS := bash zsh fish

object = $(1:%.c=$(BUILD)/obj/%.o)
LIB_OBJECTS := $(call object,$(LIB_SOURCES))
CLI_OBJECTS := $(call object,$(CLI_SOURCES))
TEST_OBJECTS := $(call object,$(TEST_SOURCES))
BENCH_OBJECTS := $(call object,$(BENCH_SOURCES))
FUZZ_OBJECTS := $(call object,$(wildcard tests/fuzz/*.c))

.PHONY: all help demo packages check units bench fuzz fuzz-replay seeds sanitize coverage analyze layers \
        rig install uninstall dist clean tests-built fuzzers-built map docs
.DELETE_ON_ERROR:
.SECONDARY:

all: $(BUILD)/assay $(BUILD)/libassay.a $(BUILD)/libassay.so.0 ## the command and the library (default)

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 14

# --- what people look at first ----------------------------------------------------------------

demo: ## installs what is missing, builds, explains a recorded boot and checks it against its TPM
	$(call need,$(BUILD_NEEDS))
	@$(MAKE) -s $(BUILD)/assay
	@tests/demo $(BUILD)/assay

check: ## installs what is missing, builds, runs every test
	$(call need,$(BUILD_NEEDS) $(CHECK_NEEDS))
	@$(MAKE) -s all tests-built
	@PYTHON=$(PYTHON) tests/run $(BUILD)

packages: ## installs what is missing to build; a make of its own, before the one that builds
	$(call need,$(BUILD_NEEDS))

# --- the library and the command --------------------------------------------------------------

$(BUILD)/libassay.a: $(LIB_OBJECTS)
	rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/libassay.so.0: $(LIB_OBJECTS) libassay.map
	$(CC) -shared $(LDFLAGS) -Wl,-soname,libassay.so.0 -Wl,-z,defs \
	  -Wl,--version-script=libassay.map -o $@ $(LIB_OBJECTS) $(LDLIBS)

$(BUILD)/assay: $(CLI_OBJECTS) $(BUILD)/libassay.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

map: ## rewrites libassay.map from the public headers
	$(PYTHON) tests/checks/symbols --map $(HEADERS) > libassay.map.new
	mv libassay.map.new libassay.map

# --- tests ------------------------------------------------------------------------------------

# Criterion's assertions are GNU C that the strictest warnings don't like.
$(BUILD)/obj/tests/%.o: WARNINGS := -Wall -Wextra -Werror

# Allocations that tests/allocfail.c makes fail.
WRAPPED := malloc calloc realloc strdup asprintf realpath free

# All of the library, not what the tests happen to call, so that coverage counts all of it.
$(BUILD)/units: $(TEST_OBJECTS) $(LIB_OBJECTS)
	$(CC) $(LDFLAGS) $(WRAPPED:%=-Wl,--wrap=%) -o $@ $^ $(LDLIBS) $(shell pkg-config --libs criterion)

# Each fuzz target with a plain main(), so that any compiler can replay the seeds.
$(BUILD)/replay/%: $(BUILD)/obj/tests/fuzz/fuzz_%.o $(BUILD)/obj/tests/fuzz/driver.o $(BUILD)/libassay.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/fuzz/%: $(BUILD)/obj/tests/fuzz/fuzz_%.o $(BUILD)/libassay.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)

# Does a log's dynamic launch on a TPM.
$(BUILD)/swtpm-launch: $(call object,tests/swtpm/launch.c) $(BUILD)/libassay.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Adds variables to a flash image.
$(BUILD)/setvars: $(call object,tests/rig/setvars.c) $(BUILD)/libassay.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Preloaded, makes one call of a program fail.
$(BUILD)/faults.so: tests/faults/faults.c
	@mkdir -p $(@D)
	$(CC) -D_GNU_SOURCE -Wall -Wextra -Werror -O1 -fPIC -shared -o $@ $<

tests-built: $(BUILD)/assay $(BUILD)/units $(BUILD)/swtpm-launch $(BUILD)/setvars $(BUILD)/faults.so $(BUILD)/man-tables $(FUZZ_NAMES:%=$(BUILD)/replay/%)
fuzzers-built: $(FUZZ_NAMES:%=$(BUILD)/fuzz/%)

units: $(BUILD)/units ## the unit tests alone
	@tests/run $(BUILD) units

fuzz-replay: $(FUZZ_NAMES:%=$(BUILD)/replay/%) ## every seed through its fuzz target, without a fuzzer
	@tests/run $(BUILD) fuzz-replay

rig: ## predicts boots, makes them under QEMU and compares; RIG names scenarios (tests/rig/README.md)
	$(call need,$(BUILD_NEEDS) $(RIG_NEEDS))
	@$(MAKE) -s $(BUILD)/assay $(BUILD)/setvars
	@$(PYTHON) -B tests/rig/rig $(BUILD) $(RIG)

seeds: $(BUILD)/make-seeds ## makes the seeds of the log formats' fuzz targets anew
	$(BUILD)/make-seeds tests/fuzz/seeds

$(BUILD)/make-seeds: $(call object,tests/fuzz/make_seeds.c) $(BUILD)/libassay.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

layers: ## fails on an include that runs up the house or sideways
	@tests/checks/layers .

UNDEFINED := -fsanitize=address,undefined -fno-sanitize-recover=undefined

sanitize: ## the tests under AddressSanitizer, LeakSanitizer and UBSan
	@$(MAKE) -s BUILD=$(BUILD)/sanitize OPTIMIZE="-O1 -g" SANITIZE="$(UNDEFINED)" tests-built
	@tests/run $(BUILD)/sanitize units cli fuzz-replay

fuzz: ## every fuzz target for FUZZ_SECONDS, or all of them together for FUZZ_TOTAL; FUZZ_SEED repeats a run
	$(call need,$(BUILD_NEEDS) $(CLANG_NEEDS))
	@$(MAKE) -s BUILD=$(BUILD)/fuzzing CC=$(CLANG) OPTIMIZE="-O1 -g" \
	  SANITIZE="$(UNDEFINED) -fsanitize=fuzzer-no-link" fuzzers-built
	@tests/fuzz/run $(BUILD)/fuzzing "$(FUZZ_SECONDS)" "$(FUZZ_TOTAL)" "$(FUZZ_SEED)"

coverage: ## lines and regions that the tests reach; rewrites docs/coverage.txt
	$(call need,$(BUILD_NEEDS) $(CHECK_NEEDS) $(CLANG_NEEDS))
	@$(MAKE) -s BUILD=$(BUILD)/coverage CC=$(CLANG) OPTIMIZE="-O0 -g" \
	  SANITIZE="-fprofile-instr-generate -fcoverage-mapping" tests-built
	@LLVM_COV=$(LLVM_COV) LLVM_PROFDATA=$(LLVM_PROFDATA) $(PYTHON) tests/coverage $(BUILD)/coverage

bench: $(BUILD)/bench $(BUILD)/assay ## speed and memory, beside the floor and beside the peers installed
	@$(BUILD)/bench $(BUILD)/assay

# What a prediction hashes and unpacks passes by tests/bench/predict.c.
WATCHED := assay_hash_begin assay_hash_update assay_lzma_decompress

$(BUILD)/bench: $(BENCH_OBJECTS) $(BUILD)/libassay.a
	$(CC) $(LDFLAGS) $(WATCHED:%=-Wl,--wrap=%) -o $@ $^ $(LDLIBS)

# gcc 12 takes a shift of a whole vector for one of four bits.
analyze: ## gcc -fanalyzer, clang-tidy and cppcheck
	$(call need,$(BUILD_NEEDS) $(CLANG_NEEDS))
	@$(MAKE) -s BUILD=$(BUILD)/analyze OPTIMIZE="-O1 -fanalyzer -Wno-analyzer-shift-count-overflow" \
	  $(BUILD)/analyze/assay
	clang-tidy --quiet --warnings-as-errors='*' $(LIB_SOURCES) $(CLI_SOURCES) -- $(CPPFLAGS) -std=gnu11
	cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,portability --inline-suppr \
	  -I. -D_GNU_SOURCE base eventlog replay boot policy cli

# --- installing -------------------------------------------------------------------------------

# assay-event-types(7) and assay-findings(7) show the library's own tables.
$(BUILD)/man/%: man/%.scd $(BUILD)/man-tables
	@mkdir -p $(@D)
	$(BUILD)/man-tables < $< | scdoc > $@

$(BUILD)/man-tables: $(call object,man/tables.c) $(BUILD)/libassay.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

docs: $(BUILD)/man-tables ## rewrites docs/findings.md from the table of findings
	$(BUILD)/man-tables --findings > docs/findings.md

# The command writes its own completions, from the tables it parses with.
$(BUILD)/completion.%: $(BUILD)/assay
	$(BUILD)/assay --completion $* > $@

$(BUILD)/assay.pc: assay.pc.in Makefile
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' \
	  -e 's|@VERSION@|$(VERSION)|' -e 's|@PACKAGES@|$(PACKAGES)|' $< > $@

install: all $(PAGES) $(SHELLS:%=$(BUILD)/completion.%) $(BUILD)/assay.pc ## into DESTDIR and PREFIX
	install -D $(BUILD)/assay $(DESTDIR)$(BINDIR)/assay
	install -D -m 644 $(BUILD)/libassay.a $(DESTDIR)$(LIBDIR)/libassay.a
	install -D -m 644 $(BUILD)/libassay.so.0 $(DESTDIR)$(LIBDIR)/libassay.so.$(VERSION)
	ln -sf libassay.so.$(VERSION) $(DESTDIR)$(LIBDIR)/libassay.so.0
	ln -sf libassay.so.0 $(DESTDIR)$(LIBDIR)/libassay.so
	install -D -m 644 $(BUILD)/assay.pc $(DESTDIR)$(LIBDIR)/pkgconfig/assay.pc
	@# Installed, a header finds its neighbours below <assay/>, wherever the user's own base/ is.
	for header in $(HEADERS); do \
	  install -d $(DESTDIR)$(INCLUDEDIR)/assay/$$(dirname $$header) && \
	  sed 's|^#include "\(.*\)"|#include <assay/\1>|' $$header > $(DESTDIR)$(INCLUDEDIR)/assay/$$header || exit 1; \
	done
	for page in $(notdir $(PAGES)); do \
	  install -D -m 644 $(BUILD)/man/$$page $(DESTDIR)$(MANDIR)/man$${page##*.}/$$page || exit 1; \
	done
	for schema in $(SCHEMAS); do \
	  install -D -m 644 $$schema $(DESTDIR)$(DATADIR)/assay/$$(basename $$schema) || exit 1; \
	done
	install -D -m 644 $(BUILD)/completion.bash $(DESTDIR)$(BASH_COMPLETION)
	install -D -m 644 $(BUILD)/completion.zsh $(DESTDIR)$(ZSH_COMPLETION)
	install -D -m 644 $(BUILD)/completion.fish $(DESTDIR)$(FISH_COMPLETION)

uninstall: ## what install put there
	rm -f $(DESTDIR)$(BINDIR)/assay $(DESTDIR)$(LIBDIR)/libassay.* $(DESTDIR)$(LIBDIR)/pkgconfig/assay.pc
	rm -f $(foreach page,$(notdir $(PAGES)),$(DESTDIR)$(MANDIR)/man$(subst .,,$(suffix $(page)))/$(page))
	rm -f $(addprefix $(DESTDIR),$(BASH_COMPLETION) $(ZSH_COMPLETION) $(FISH_COMPLETION))
	rm -rf $(DESTDIR)$(INCLUDEDIR)/assay $(DESTDIR)$(DATADIR)/assay

dist: ## a source archive of what is committed
	@mkdir -p $(BUILD)
	git archive --prefix=assay-$(VERSION)/ -o $(BUILD)/assay-$(VERSION).tar.gz HEAD

clean: ## removes BUILD
	rm -rf $(BUILD)

# Installs the Debian packages of its argument that are missing, and asks apt only then.
define need
@missing=$$(for package in $(1); do \
  dpkg-query -W -f '$${db:Status-Abbrev}\n' $$package 2>/dev/null | grep -q ^ii || echo $$package; done); \
if [ -n "$$missing" ] && command -v apt-get >/dev/null; then \
  sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; echo "installing" $$missing; \
  $$sudo apt-get update -qq && \
  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
fi
endef

-include $(patsubst %.o,%.d,$(LIB_OBJECTS) $(CLI_OBJECTS) $(TEST_OBJECTS) $(FUZZ_OBJECTS) $(BENCH_OBJECTS) $(call object,man/tables.c tests/swtpm/launch.c tests/rig/setvars.c))
