# SPDX-License-Identifier: GPL-2.0-or-later
# make -j N -f cohort.mk: coverage of each sample, then a summary.
HERE := $(dir $(lastword $(MAKEFILE_LIST)))
SAMPLES := NA001 NA002 NA003 NA004 NA005 NA006 NA007 NA008

.PHONY: summary $(SAMPLES)

summary: $(SAMPLES)
	@echo cohort of $(words $^)

$(SAMPLES):
	@echo start $@
	perl $(HERE)coverage.pl $@
