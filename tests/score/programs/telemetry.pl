#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Ground station: for each packet, was its (channel, sequence) requested for repetition?
# Requests are few. Runs for as long as the pass lasts (or until we've too much memory: 700 MB)
use strict; use warnings; use Time::HiRes qw(sleep time);
my $pace = ($ENV{PACE} // 0) / 1000;
my %again;                     # channel -> seq -> {reason}
my ($seq, $asked, $hit) = (0, 0, 0);
srand 3;
for (1 .. 50) { $again{ "ch" . int rand 16 }{ int rand 1e6 }{reason} = "crc"; }

sub rss {
	open my $f, '<', '/proc/self/statm' or return 0;
	return (split ' ', <$f>)[1] / 256;
}

sub wanted {
	my ($ch, $s) = @_;
	# is there a reason, and is it not just a duplicate
	return 1 if exists $again{$ch}{$s}{reason} && $again{$ch}{$s}{reason} ne 'dup';
	return 0;
}

my @window;                    # the last 200 packets, for display
my $t = time;
while (1) {
	my $ch = "ch" . $seq % 16;
	my $p = { ch => $ch, seq => $seq, data => pack("N*", map { $_ * $seq & 0xffff } 1 .. 16) };
	push @window, $p;
	shift @window if @window > 200;
	my $sum = unpack "%32N*", $p->{data};
	$hit += wanted($ch, $seq);
	$seq++;
	if ($seq % 4000 == 0) {
		printf STDERR "%d packets, %d repeated, window %d\n", $seq, $hit, scalar @window if $seq % 40000 == 0;
		sleep $pace if $pace;
		last if rss() > 690;
	}
}
print "pass over: $seq packets, $hit\n";
