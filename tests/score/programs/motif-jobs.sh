#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Motifs in every chromosome, JOBS at a time.   usage: motif-jobs.sh JOBS CHROMOSOMES
set -e
jobs=${1:-5}
count=${2:-5}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
export out

cat > "$out/motif.pl" <<'PERL'
use strict; use warnings;
my $chromosome = shift;
srand $chromosome;
my $length = 60_000 + 4_000 * $chromosome;
my $sequence = join '', map { substr 'ACGTTA', int rand 6, 1 } 1 .. $length;
my %at;
for my $p (0 .. $length - 12) {
    push @{ $at{ substr $sequence, $p, 11 } }, $p;
    select undef, undef, undef, 0.02 if $p % 4000 == 0;
}
my ($best) = sort { @{ $at{$b} } <=> @{ $at{$a} } || $a cmp $b } keys %at;
open my $f, '>', "$ENV{out}/chr$chromosome.txt" or die "$!\n";
printf {$f} "chr%d %s %d\n", $chromosome, $best, scalar @{ $at{$best} };
PERL

seq 1 "$count" | xargs -P "$jobs" -n 1 perl "$out/motif.pl"
cat "$out"/chr*.txt | sort -k3,3nr | head -3
echo "chromosomes done: $(ls "$out" | grep -c '^chr')"
