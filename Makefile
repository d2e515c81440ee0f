# SPDX-License-Identifier: GPL-2.0-or-later
# oom-advice: "make help" lists the targets.

PREFIX    ?= /usr
DESTDIR   ?=
CFLAGS    ?= -O2 -g
WERROR    ?= -Werror
# Where this Slurm keeps its plugins: told, or by its own word, or by looking.
SLURM_LIBS = $(PREFIX)/lib/*/slurm-wlm $(PREFIX)/lib64/slurm \
	$(PREFIX)/lib/*/slurm $(PREFIX)/lib/slurm
PLUGINDIR ?= $(or $(shell pkg-config --variable=plugindir slurm 2>/dev/null),$(firstword \
	$(patsubst %/mpi_none.so,%,$(wildcard $(SLURM_LIBS:=/mpi_none.so))) \
	$(patsubst %/auth_munge.so,%,$(wildcard $(SLURM_LIBS:=/auth_munge.so))) \
	$(PREFIX)/lib/slurm))
LIBEXECDIR ?= $(PREFIX)/libexec/oom-advice
MANDIR     ?= $(PREFIX)/share/man
DOCDIR     ?= $(PREFIX)/share/doc/oom-advice

# ":=" and not "?=": a variable of the environment must not drop these.
OUR_CFLAGS := -std=gnu11 -D_GNU_SOURCE -fPIC -Wall -Wextra -Wshadow \
	-Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla \
	-Wformat=2 -fstack-protector-strong
# nodelete: a thread of ours may hang in a read when Slurm unloads the plugin.
OUR_LDFLAGS := -Wl,-z,relro,-z,now,-z,nodelete
COMPILE = $(CC) $(OUR_CFLAGS) $(WERROR) $(CFLAGS) $(CPPFLAGS)

# Another folder for another kind of build (tests/run: the sanitizers).
BUILD   ?= build
LIB_OBJ := $(patsubst lib/%.c,$(BUILD)/lib/%.o,$(wildcard lib/*.c))
HEADERS := $(wildcard lib/*.h lib/names/*.h)
# The program that names code is one of its own: none of this is in the plugin.
# Only where elfutils can be had; of C++ the library for its demangler (the
# package for building with it is not needed).
NAMES_OBJ := $(patsubst lib/%.c,$(BUILD)/lib/%.o,$(filter-out \
	lib/names/main.c,$(wildcard lib/names/*.c)))
NAMES_LIBS := $(shell pkg-config --libs libdw libelf 2>/dev/null)
ifneq ($(NAMES_LIBS),)
NAMES := oom-advice-names
NAMES_LIBS += -l:libstdc++.so.6
else
NAMES := no-names
endif
CHECKS  := $(patsubst tests/%.c,$(BUILD)/%,$(wildcard tests/check_*.c))
ifeq ($(NAMES),no-names)
CHECKS := $(filter-out $(BUILD)/check_names_%,$(CHECKS))
endif
SOURCES := $(wildcard *.c lib/*.[ch] lib/names/*.[ch] epilog/*.c tests/*.[ch] tests/host/*.[ch] \
	tests/qemu/*.c)

.DEFAULT_GOAL := all
.PHONY: all no-names install uninstall demo check unit bench score lab deps format clean help

all: spank_oom.so $(BUILD)/oom-epilog $(NAMES) ## build the plugin and its programs

$(BUILD)/lib/%.o: lib/%.c $(HEADERS) Makefile
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(COMPILE) -c $< -o $@

$(BUILD)/liboom.a: $(LIB_OBJ)
	@rm -f $@
	@$(AR) rcs $@ $^

# Where the plugin looks for its program, when that is not beside it.
$(BUILD)/libexecdir: FORCE
	@mkdir -p $(@D)
	@[ "$$(cat $@ 2>/dev/null)" = "$(LIBEXECDIR)" ] || \
		echo "$(LIBEXECDIR)" >$@
FORCE:

spank_oom.so: spank_oom.c spank_oom.map $(BUILD)/liboom.a $(BUILD)/libexecdir
	@echo "  LINK  $@"
	@$(COMPILE) -shared $(OUR_LDFLAGS) -Wl,--version-script=spank_oom.map \
		-DLIBEXECDIR='"$(LIBEXECDIR)"' \
		-o $@ $< $(BUILD)/liboom.a $(LDFLAGS) -lcgroup -ldl

$(BUILD)/libnames.a: $(NAMES_OBJ)
	@rm -f $@
	@$(AR) rcs $@ $^

oom-advice-names: $(BUILD)/lib/names/main.o $(BUILD)/libnames.a
	@echo "  LINK  $@"
	@$(COMPILE) $(OUR_LDFLAGS) -o $@ $^ $(LDFLAGS) $(NAMES_LIBS)

no-names:
	@echo "no elfutils (libdw-dev): built without the names of code"

$(BUILD)/oom-epilog: epilog/oom-epilog.c $(BUILD)/liboom.a
	@echo "  LINK  $@"
	@$(COMPILE) $(OUR_LDFLAGS) -o $@ $< $(BUILD)/liboom.a $(LDFLAGS) -lcgroup

$(BUILD)/check_%: tests/check_%.c tests/check.h $(BUILD)/liboom.a
	@echo "  LINK  $@"
	@$(COMPILE) -o $@ $< $(BUILD)/liboom.a $(LDFLAGS) -lcgroup \
		$$(pkg-config --cflags --libs check)

$(BUILD)/check_names_%: tests/check_names_%.c tests/check.h \
		$(BUILD)/libnames.a $(BUILD)/liboom.a
	@echo "  LINK  $@"
	@$(COMPILE) -o $@ $< $(BUILD)/libnames.a $(BUILD)/liboom.a $(LDFLAGS) \
		-lcgroup $(NAMES_LIBS) $$(pkg-config --cflags --libs check)

$(BUILD)/replay: tests/replay.c $(BUILD)/liboom.a
	@echo "  LINK  $@"
	@$(COMPILE) -o $@ $< $(BUILD)/liboom.a $(LDFLAGS) -lcgroup

$(BUILD)/check_record $(BUILD)/check_record_text: tests/record.h

# The call chains of its children are built from frame pointers.
$(BUILD)/check_growth: private OUR_CFLAGS += -fno-omit-frame-pointer
$(BUILD)/check_growth: tests/growth.h

$(BUILD)/guest_growth: private OUR_CFLAGS += -fno-omit-frame-pointer
$(BUILD)/guest_%: tests/qemu/guest_%.c tests/growth.h $(BUILD)/liboom.a
	@echo "  LINK  $@"
	@$(COMPILE) -o $@ $< $(BUILD)/liboom.a $(LDFLAGS) -lcgroup

$(BUILD)/bench_%: tests/bench_%.c tests/growth.h $(BUILD)/liboom.a
	@echo "  LINK  $@"
	@$(COMPILE) -o $@ $< $(BUILD)/liboom.a $(LDFLAGS) -lcgroup

install: all ## install into PLUGINDIR and below PREFIX (DESTDIR for packages)
	install -D -m 755 spank_oom.so $(DESTDIR)$(PLUGINDIR)/spank_oom.so
	install -D -m 755 $(BUILD)/oom-epilog $(DESTDIR)$(LIBEXECDIR)/oom-epilog
	[ ! -e oom-advice-names ] || install -D -m 755 oom-advice-names \
		$(DESTDIR)$(LIBEXECDIR)/oom-advice-names
	install -D -m 644 man/oom-advice.7 $(DESTDIR)$(MANDIR)/man7/oom-advice.7
	install -D -m 644 plugstack.conf.example \
		$(DESTDIR)$(DOCDIR)/plugstack.conf.example

uninstall: ## remove what "make install" put there
	rm -f $(DESTDIR)$(PLUGINDIR)/spank_oom.so
	rm -f $(DESTDIR)$(LIBEXECDIR)/oom-epilog
	rm -f $(DESTDIR)$(LIBEXECDIR)/oom-advice-names
	rm -f $(DESTDIR)$(MANDIR)/man7/oom-advice.7
	rm -f $(DESTDIR)$(DOCDIR)/plugstack.conf.example
	-rmdir $(DESTDIR)$(LIBEXECDIR) $(DESTDIR)$(DOCDIR) 2>/dev/null || true

demo: ## a real Slurm, four real kills, and what their user reads (Debian 12, root)
	@tests/install-deps build lab
	@$(MAKE) --no-print-directory all
	@tests/lab/lab demo

check: ## all tests: units, fixtures, fake SPANK host, real Slurm (Debian 12, root)
	@tests/install-deps build lab count
	@tests/run

unit: $(CHECKS) $(BUILD)/replay ## build the unit tests (tests/run runs them)

bench: all $(BUILD)/bench_growth ## what sampling page faults costs (root, cgroup v2), and naming
	@$(BUILD)/bench_growth
	@tests/names/cost

lab: all ## the jobs of the lab alone, on cgroup v2
	@tests/lab/lab -c v2 run

score: ## how good the verdicts are: labelled programs, each killed in the lab (SCORE=options)
	@tests/install-deps build lab score
	@$(MAKE) --no-print-directory all $(BUILD)/replay
	@tests/score/run $(SCORE)

format: ## lay out the sources as .clang-format says
	clang-format -i $(SOURCES)

clean: ## remove what was built
	rm -rf build spank_oom.so oom-advice-names

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | \
		expand -t 12
