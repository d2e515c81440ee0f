#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Event spool of a detector: a file for each trigger, the builder takes them
# up at the end of the run.
use strict;
use warnings;
use File::Path qw(make_path remove_tree);
use Time::HiRes qw(usleep);

my $spool = "$ENV{S}/spool";
my $limit = ($ENV{SIZE_MB} // 120) * 1024;	# KiB
my $pace  = ($ENV{PACE} // 10) * 1000;
my ($kib, $events) = (0, 0);
srand(9);

while ($kib < $limit) {
	my $dir = sprintf '%s/%03d', $spool, $events / 100;
	make_path($dir) unless -d $dir;
	my $size = 8 + int rand 60;
	open my $f, '>', sprintf('%s/ev%06d', $dir, $events) or die "spool: $!";
	print $f pack('N*', $events, $size), pack('n', int rand 4096) x ($size * 512);
	close $f or die "spool: $!";
	$kib += $size;
	usleep($pace) if ++$events % 20 == 0;
}
my ($sum, $built) = (0, 0);
for my $file (glob "$spool/*/ev*") {
	open my $f, '<', $file or die;
	read $f, my $head, 8;
	my ($number, $size) = unpack 'N2', $head;
	$sum += $size;
	$built++;
}
remove_tree($spool);
print "built $built of $events events, $sum KiB\n";
exit($built == $events ? 0 : 1);
