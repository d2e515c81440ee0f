#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Sessions by id: which are opened twice? Every record of the log stays in the
# hash until the report at the end.
use strict;
use warnings;
use Time::HiRes qw(usleep);

my $pace = ($ENV{PACE} || 0) * 1000;
my %session;
while (my $line = <>) {
    chomp $line;
    my ($date, $time, $host, $prog, $text) = split ' ', $line, 5;
    next unless $text =~ /^session (\d+) opened for user (\w+)/;
    push @{ $session{$1} }, { when => "$date $time", host => $host, user => $2, raw => $line };
    usleep($pace) if $pace && $. % 4000 == 0;
}
my @twice = grep { @{ $session{$_} } > 1 } sort { $a <=> $b } keys %session;
printf "%d sessions, %d of them twice\n", scalar keys %session, scalar @twice;
