// SPDX-License-Identifier: GPL-2.0-or-later
// score: fasta-gz -O2 -g -Wl,--no-as-needed -lz
// All reads of a run, by name, with their qualities as numbers: for the mate
// pairs, which come in any order over the lanes.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>
#include <zlib.h>

struct Read {
	std::string bases;
	std::vector<int> quality;
};

using Reads = std::unordered_map<std::string, Read>;

static bool line(gzFile f, char *buffer, int size)
{
	if (!gzgets(f, buffer, size))
		return false;
	buffer[strcspn(buffer, "\n")] = 0;
	return true;
}

__attribute__((noinline)) static void load(Reads &reads, const char *path, int lane, int pace)
{
	gzFile f = gzopen(path, "rb");
	char name[512], bases[512], plus[512], qual[512];
	long n = 0;

	if (!f) {
		perror(path);
		exit(1);
	}
	while (line(f, name, 512) && line(f, bases, 512) && line(f, plus, 512) && line(f, qual, 512)) {
		Read r;
		r.bases = bases;
		r.quality.reserve(strlen(qual));
		for (const char *q = qual; *q; q++)
			r.quality.push_back(*q - 33);
		reads.emplace(std::to_string(lane) + ":" + (name + 1), std::move(r));
		if (pace && ++n % 1000 == 0)
			std::this_thread::sleep_for(std::chrono::milliseconds(pace));
	}
	gzclose(f);
}

int main(int argc, char **argv)
{
	const char *pace = getenv("PACE");
	Reads reads;
	long gc = 0, good = 0, total = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: fasta-gz FILE...\n");
		return 2;
	}
	for (int a = 1; a < argc; a++)
		load(reads, argv[a], a, pace ? atoi(pace) : 0);
	for (auto &[name, r] : reads) {
		for (char c : r.bases)
			gc += c == 'G' || c == 'C';
		for (int q : r.quality)
			good += q >= 30;
		total += long(r.bases.size());
	}
	printf("%zu reads, GC %.3f, Q30 %.3f\n", reads.size(), double(gc) / double(total), double(good) / double(total));
}
