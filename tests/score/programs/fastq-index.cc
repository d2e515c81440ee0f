// SPDX-License-Identifier: GPL-2.0-or-later
// score: fastq-index -O2 -g
// Index the reads of several lanes by name, for pairing mates afterwards.
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

struct Read {
	std::string bases, quality;
	int lane = 0;
};

class Lane {
public:
	explicit Lane(const std::string &path) : pipe(popen(("zcat '" + path + "'").c_str(), "r")) {}
	~Lane() { if (pipe) pclose(pipe); }
	bool line(std::string &s)
	{
		char buf[4096];
		if (!pipe || !fgets(buf, sizeof buf, pipe))
			return false;
		s = buf;
		if (!s.empty() && s.back() == '\n')
			s.pop_back();
		return true;
	}
private:
	FILE *pipe;
};

static std::map<std::string, Read> reads;

__attribute__((noinline)) static long load_lane(const std::string &path, int number)
{
	Lane lane(path);
	std::string name, plus;
	long n = 0;

	while (lane.line(name)) {
		Read r;
		r.lane = number;
		if (!lane.line(r.bases) || !lane.line(plus) || !lane.line(r.quality))
			break;
		reads.emplace(name.substr(1) + ":" + std::to_string(number), std::move(r));
		n++;
	}
	return n;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		std::cout << argv[i] << ": " << load_lane(argv[i], i) << " reads" << std::endl;
	long gc = 0, all = 0;
	for (auto &[name, r] : reads)
		for (char c : r.bases) {
			gc += c == 'G' || c == 'C';
			all++;
		}
	std::cout << "GC " << (all ? double(gc) / double(all) : 0) << std::endl;
	return all ? 0 : 1;
}
