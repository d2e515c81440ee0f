#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The whole log in one string, then its lines in a hash by user.
use strict;
use warnings;
use Time::HiRes 'sleep';
open my $in, '<', $ARGV[0] or die "$ARGV[0]: $!";
my $text = do { local $/; <$in> };
print length($text), " bytes\n";
my (%by_user, $n);
for my $line (split /\n/, $text) {
	my ($user) = $line =~ /user (\w+)/;
	push @{ $by_user{ $user // '' } }, $line;
	sleep(($ENV{PACE} // 0) / 1000) if ++$n % 2000 == 0;
}
print scalar(keys %by_user), " users\n";
