#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Who was logged in where: all of the log as records, then questions to them.
use strict;
use warnings;

my $file = shift or die "usage: $0 LOG\n";
open my $in, '<', $file or die "$file: $!\n";
my @records;
while (my $line = <$in>) {
    chomp $line;
    my ($date, $time, $host, $daemon, $text) = split ' ', $line, 5;
    my ($pid) = $daemon =~ /\[(\d+)\]/;
    my ($session, $user) = $text =~ /session (\d+) opened for user (\w+)/ or next;
    push @records, {
        when    => "$date $time",
        host    => $host,
        pid     => $pid,
        session => $session,
        user    => $user,
    };
}
close $in;

my (%hosts_of, %load);
for my $r (@records) {
    $hosts_of{ $r->{user} }{ $r->{host} }++ if $r->{session} % 40 == 0;
    $load{ substr $r->{when}, 0, 16 }++;
}
my ($busiest) = sort { $load{$b} <=> $load{$a} || $a cmp $b } keys %load;
my @mobile = grep { keys %{ $hosts_of{$_} } > 1 } keys %hosts_of;
printf "%d sessions, busiest minute %s, users at several hosts %d\n",
    scalar @records, $busiest, scalar @mobile;
