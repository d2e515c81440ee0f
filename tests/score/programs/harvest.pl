#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Harvests metadata records: each is parsed into a tree whose nodes know their
# parents (and the parents their children), one title is taken out, next.
use strict;
use warnings;

package Node {
	sub new { my ($class, %of) = @_; return bless { %of, children => [] }, $class }

	sub append {
		my ($self, $child) = @_;
		$child->{parent} = $self;
		push @{$self->{children}}, $child;
		return $child;
	}

	sub find {
		my ($self, $name) = @_;
		return $self if $self->{name} eq $name;
		for my $child (@{$self->{children}}) {
			my $found = $child->find($name);
			return $found if $found;
		}
		return;
	}
}

sub record {
	my ($number) = @_;
	my $root = Node->new(name => 'record', text => $number);
	for my $k (1 .. ($ENV{EACH} // 60)) {
		my $part = $root->append(Node->new(name => "part$k", text => "section $k of record $number"));
		$part->append(Node->new(name => $_, text => "$_ $number.$k")) for qw(creator subject date);
	}
	$root->append(Node->new(name => 'title', text => "Record no. $number"));
	return $root;
}

my $pace = ($ENV{PACE} // 40) / 1000;
my $longest = '';
$| = 1;
for my $number (1 .. 100000) {
	my $title = record($number)->find('title')->{text};
	$longest = $title if length $title > length $longest;
	print "$number records\n" if $number % 100 == 0;
	select undef, undef, undef, $pace;
}
print "$longest\n";
