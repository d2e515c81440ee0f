#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Passes on each alert of a monitoring stream once.  Runs until the stream ends;
# the stream is made here: alerts with an id, some come twice.
use strict;
use warnings;

my $pace = ($ENV{PACE} // 10) / 1000;
my $most = 640 * 1024;
my (%seen, @recent);
my ($passed, $twice) = (0, 0);
srand 3;

sub next_alert {
    return $recent[ rand @recent ] if @recent && rand() < 0.2;
    my $id = sprintf "%08x-%04x-%06x", rand 2**32, rand 2**16, rand 2**24;
    push @recent, { id => $id, host => 'n' . int rand 900, level => int rand 5 };
    shift @recent if @recent > 200;
    return $recent[-1];
}

sub resident {
    open my $f, '<', '/proc/self/status' or return 0;
    while (<$f>) {
        return $1 if /^VmRSS:\s+(\d+)/;
    }
    return 0;
}

my $n = 0;
while (1) {
    my $alert = next_alert();
    if ($seen{ $alert->{id} }) {
        $twice++;
    }
    else {
        $seen{ $alert->{id} } = [ time, $alert->{host}, "level $alert->{level}" ];
        $passed++;
    }
    next if ++$n % 2000;
    select undef, undef, undef, $pace;
    last if resident() > $most;
}
print "passed $passed, suppressed $twice\n";
