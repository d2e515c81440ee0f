# SPDX-License-Identifier: GPL-2.0-or-later
# Watches a run and keeps all that it has seen in a variable.
seen=()
block=$(head -c 60000 /dev/zero | tr '\0' x)
for ((n = 0; ; n++)); do
	for ((k = 0; k < ${EACH:-5}; k++)); do seen+=("$n $block"); done
	sleep "$(printf '0.%03d' "${PACE:-50}")"
done
