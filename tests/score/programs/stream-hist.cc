// SPDX-License-Identifier: GPL-2.0-or-later
// score: stream-hist -O3 -fomit-frame-pointer
// Histograms of two columns of a large table, read twice (the range first),
// a line at a time.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

struct Range { double low = 1e300, high = -1e300; };

static bool columns(const std::string &line, double &temp, double &rain)
{
	size_t at = 0;
	for (int k = 0; k < 5; k++) {
		at = line.find(',', at);
		if (at == std::string::npos)
			return false;
		at++;
	}
	char *end;
	temp = strtod(line.c_str() + at, &end);
	if (*end != ',')
		return false;
	rain = strtod(end + 1, nullptr);
	return true;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		std::cerr << "usage: stream-hist TABLE [TABLE...]\n";
		return 2;
	}
	Range t, r;
	std::string line;
	double temp, rain;
	long rows = 0;

	for (int a = 1; a < argc; a++) {
		std::ifstream in(argv[a]);
		while (std::getline(in, line))
			if (columns(line, temp, rain)) {
				t.low = std::min(t.low, temp);
				t.high = std::max(t.high, temp);
				r.low = std::min(r.low, rain);
				r.high = std::max(r.high, rain);
				rows++;
			}
	}
	std::vector<long> joint(1000 * 1000);	// 8 MB, for all rows
	for (int a = 1; a < argc; a++) {
		std::ifstream in(argv[a]);
		while (std::getline(in, line))
			if (columns(line, temp, rain)) {
				int i = int(999 * (temp - t.low) / (t.high - t.low));
				int j = int(999 * (rain - r.low) / (r.high - r.low));
				joint[size_t(i) * 1000 + size_t(j)]++;
			}
	}
	double entropy = 0;
	for (long n : joint)
		if (n)
			entropy -= double(n) / double(rows) * std::log2(double(n) / double(rows));
	std::cout << rows << " rows, joint entropy " << entropy << " bits\n";
}
