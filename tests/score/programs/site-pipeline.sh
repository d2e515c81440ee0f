#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Events from a generator, joined to sites by awk, ranked by sort: three programs side by side.
events=${1:-420000}
perl -e '
  my ($n) = @ARGV; my %state; srand(5); my $x = 17;
  for my $i (1 .. $n) {
    $x = ($x * 1103515245 + 12345) % 2147483648;
    my $site = $x % 150000;
    $state{$site} = sprintf("%.3f;%d", ($state{$site} || 0) * 0.9 + $x / 2147483648, $i);
    printf "site%06d %d %s\n", $site, $i, $state{$site};
  }' "$events" 2>/dev/null |
awk '{ n[$1]++; split($3, a, ";"); if (a[1] > top[$1]) top[$1] = a[1]; last[$1] = $3
       if (n[$1] > 0) print $1, $2, n[$1], top[$1] }
     END { k = 0; for (s in last) k++; print k, "sites" > "/dev/stderr" }' |
sort -S 40M -T /var/tmp -k4,4gr -k2,2n |
awk 'NR <= 3 { print "top:", $0 } END { print NR, "events ranked" }'
