# flowveil: from packet captures to anonymized flow datasets.
#
# One object tree per flavour under build/: release, asan (address and
# undefined behaviour sanitizers).  Sources are listed, not globbed.

FLAVOUR ?= release
BUILD ?= build
PREFIX ?= /usr/local
CC ?= cc
OUT := $(BUILD)/$(FLAVOUR)

VERSION := 0.1.0

# Packages of Debian 12.  DEPS_BUILD makes the command; DEPS_CHECK is what
# the tests and lint need besides.
DEPS_BUILD := gcc make pkg-config libc6-dev libhdf5-dev libpcap-dev libssl-dev \
	libisal-dev libdeflate-dev libjansson-dev
DEPS_CHECK := libcunit1-dev bats python3-h5py tshark clang libclang-rt-14-dev \
	clang-format mandoc python3-yaml

include base/sources.mk
include datasets/sources.mk
include anonymize/sources.mk
include convert/sources.mk
include analysis/sources.mk
include cli/sources.mk
include tests/sources.mk

LIB_SOURCES := $(BASE) $(DATASETS) $(ANONYMIZE) $(CONVERT) $(ANALYSIS)

WARNINGS := -Wall -Wextra -Wpedantic -Werror -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wold-style-definition -Wpointer-arith \
	-Wcast-qual -Wwrite-strings -Wvla -Wundef -Wformat=2 \
	-Wimplicit-fallthrough -Wdate-time
# HDF5 by its serial name: plain "hdf5" may be the MPI build.
PACKAGES := hdf5-serial libpcap libcrypto libisal libdeflate jansson

# Asked once, when first needed: `make deps` may have to install it first.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(PACKAGES) \
	| sed 's/-I/-isystem /g'))$(PKG_CFLAGS)
PKG_LIBS = $(eval PKG_LIBS := $$(shell pkg-config --libs $(PACKAGES)))$(PKG_LIBS)

CPPFLAGS += -I. -D_GNU_SOURCE -DFV_VERSION='"$(VERSION)"'
CFLAGS_release := -O2 -g
CFLAGS_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
LDFLAGS_asan := -fsanitize=address,undefined
CFLAGS += -std=c17 -pthread $(WARNINGS) $(CFLAGS_$(FLAVOUR))
LDFLAGS += -pthread $(LDFLAGS_$(FLAVOUR))
LDLIBS = $(PKG_LIBS)

objects = $(patsubst %.c,$(OUT)/%.o,$(1))
LIB := $(OUT)/libflowveil.a
COMMAND := $(OUT)/flowveil
UNIT := $(OUT)/unit
CAPGEN := $(OUT)/capgen

.DELETE_ON_ERROR:
.PHONY: all lib help deps deps-build check check-asan run-check run-unit \
	run-cli run-captures bench run-bench demo run-demo lint run-lint format \
	install uninstall fuzz run-fuzz clean

## all: build the command, build/flowveil
all: $(BUILD)/flowveil

# The command where people look for it, whatever the flavour.
$(BUILD)/flowveil: $(COMMAND)
	@ln -sf $(FLAVOUR)/flowveil $@

lib: $(LIB)

$(OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(LIB): $(call objects,$(LIB_SOURCES))
	@rm -f $@
	$(AR) rcs $@ $^

$(COMMAND): $(call objects,$(CLI)) $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(UNIT): $(call objects,$(TESTS_UNIT) $(TESTS_CAPGEN)) $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcunit -lm

$(CAPGEN): $(call objects,$(TESTS_CAPGEN) $(TESTS_CAPGEN_MAIN)) $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

-include $(patsubst %.c,$(OUT)/%.d,$(LIB_SOURCES) $(CLI) $(TESTS_UNIT) \
	$(TESTS_CAPGEN) $(TESTS_CAPGEN_MAIN))

## help: list these targets
help:
	@sed -n 's/^## //p' $(firstword $(MAKEFILE_LIST))

## deps: install what building and testing need (root or sudo)
deps:
	@tests/deps $(DEPS_BUILD) $(DEPS_CHECK)
deps-build:
	@tests/deps $(DEPS_BUILD)

## check: install what is missing, build, run every test
check: deps
	@$(MAKE) --no-print-directory run-check
run-check: run-unit run-cli run-captures
run-unit: $(UNIT)
	$(UNIT)
run-cli: all $(CAPGEN)
	FLOWVEIL=$(abspath $(COMMAND)) CAPGEN=$(abspath $(CAPGEN)) \
		bats --print-output-on-failure tests/cli
run-captures: all
	FLOWVEIL=$(abspath $(COMMAND)) tests/captures

## check-asan: the same under the address and undefined sanitizers
check-asan: deps
	@$(MAKE) --no-print-directory FLAVOUR=asan run-check

## clean: remove build/
clean:
	rm -rf $(BUILD)
