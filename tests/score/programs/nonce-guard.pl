#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Replay guard of a licence server: remembers each nonce for 60 ticks, at least
# that is meant: the sweep's comparison is the wrong way round, so nothing is
# ever old enough.
use strict;
use warnings;
use Time::HiRes qw(usleep);

my $pace = ($ENV{PACE} // 20) * 1000;
my $rate = ($ENV{SIZE_MB} // 2) * 1000;
my (%seen, $accepted, $refused);
srand(17);

sub resident {
	open my $f, '<', '/proc/self/statm' or die;
	return (split ' ', <$f>)[1] / 256;
}

sub request {
	my ($tick) = @_;
	my $nonce = sprintf '%08x%08x', rand(2**32), rand(2**32);
	return 0 if $seen{$nonce};
	$seen{$nonce} = { tick => $tick, host => 'node' . int rand 400 };
	return 1;
}

sub sweep {
	my ($tick) = @_;
	while (my ($nonce, $entry) = each %seen) {
		delete $seen{$nonce} if $entry->{tick} > $tick + 60;
	}
}

my $tick = 0;
while (resident() < 700) {
	$tick++;
	request($tick) ? $accepted++ : $refused++ for 1 .. $rate;
	sweep($tick) if $tick % 200 == 0;
	usleep($pace);
}
print "ticks $tick, accepted $accepted, refused ", $refused // 0, "\n";
