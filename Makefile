# SPDX-License-Identifier: GPL-2.0-or-later
# oom-advice: "make help" lists the targets.

PREFIX ?= /usr
DESTDIR ?=
CC ?= gcc
CFLAGS ?= -O2 -g
WERROR ?= -Werror
# Where this Slurm looks for plugins: asked for first, then looked for.
PLUGINDIR ?= $(shell tests/find-plugindir $(PREFIX))

ALL_CFLAGS := -std=gnu11 -D_GNU_SOURCE -fPIC -Wall -Wextra \
	-Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wvla -Wformat=2 -fstack-protector-strong $(WERROR) $(CFLAGS)

LIB_SRC := $(wildcard lib/*.c)
LIB_OBJ := $(LIB_SRC:lib/%.c=build/lib/%.o)
HEADERS := $(wildcard lib/*.h)

.DEFAULT_GOAL := all
.PHONY: all
all: spank_oom.so build/oom-epilog ## build the plugin and the epilog program

build/lib/%.o: lib/%.c $(HEADERS) Makefile
	@mkdir -p $(@D)
	@echo "  CC  $@"; $(CC) $(ALL_CFLAGS) $(CPPFLAGS) -c $< -o $@

build/liboom.a: $(LIB_OBJ)
	@rm -f $@
	@$(AR) rcs $@ $^

spank_oom.so: spank_oom.c spank_oom.map build/liboom.a
	@echo "  CC  $@"; $(CC) $(ALL_CFLAGS) $(CPPFLAGS) -shared -Wl,-z,relro,-z,now \
		-Wl,--version-script=spank_oom.map -o $@ spank_oom.c \
		build/liboom.a $(LDFLAGS) -lcgroup

build/oom-epilog: epilog/oom-epilog.c build/liboom.a
	@echo "  CC  $@"; $(CC) $(ALL_CFLAGS) $(CPPFLAGS) -Wl,-z,relro,-z,now -o $@ $< \
		build/liboom.a $(LDFLAGS) -lcgroup
