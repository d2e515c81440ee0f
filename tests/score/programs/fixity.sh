#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# fixity check of the archive: checksums of everything, twice, compare. Reads much more
# than the memory of the job; that is page cache, and is given back.
DIR=$1
shift
sums() {
	for f in "$DIR"/*.csv "$DIR"/*.json "$DIR"/many/part-00[0-4]?.dat; do
		[ -f "$f" ] || continue
		printf '%s %s\n' "$(cksum < "$f" | tr ' ' ':')" "${f##*/}"
	done | sort -k2
}
a=$(sums)
echo "first: $(wc -l <<< "$a") files"
# rows of the largest by another way, just streaming
for f in "$DIR"/table*.csv; do
	awk -F, 'NR > 1 { n++; s += $6 } END { print FILENAME, n, s / n }' "$f" | sed 's,.*/,,'
done
b=$(sums)
if [ "$a" = "$b" ]; then
	echo "archive is fine"
else
	echo "archive has changed!"
	exit 1
fi
