#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Simulation frames staged in a folder, packed, for the movie maker; a frame's row is made at a time.
use strict;
use warnings;
use Time::HiRes qw(sleep);

my ($folder, $frames) = @ARGV;
$frames //= 48;
my $pace = ($ENV{PACE} // 60) / 1000;
my ($w, $h) = (512, 512);
mkdir $folder unless -d $folder;
for my $f (0 .. $frames - 1) {
    open my $out, '>:raw', sprintf('%s/frame-%04d.bin', $folder, $f) or die "$folder: $!\n";
    my $row = pack('d*', map { sin($_ * 0.01 + $f * 0.2) } 0 .. $w - 1);
    for my $y (0 .. $h - 1) {
        print {$out} substr($row, 8 * ($y % 64)), substr($row, 0, 8 * ($y % 64)) or die "write: $!\n";
    }
    close $out or die "close: $!\n";
    sleep $pace;
}
my ($sum, $bytes) = (0, 0);
for my $name (sort glob "$folder/frame-*.bin") {
    open my $in, '<:raw', $name or die "$name: $!\n";
    while (read $in, my $row, 8 * $w) {
        $sum += unpack 'd', $row;
        $bytes += length $row;
    }
    close $in;
    unlink $name;
}
printf "%d frames, %d bytes, checksum %.6f\n", $frames, $bytes, $sum;
