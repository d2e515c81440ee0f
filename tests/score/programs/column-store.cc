// SPDX-License-Identifier: GPL-2.0-or-later
// score: column-store -O1 -g -fno-omit-frame-pointer
// A table by columns: every column a vector of its own, then a correlation over all rows.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

struct Columns {
	std::vector<int> id;
	std::vector<double> lat, lon, temp, rain;
	std::vector<std::string> station;

	__attribute__((noinline)) void load(const char *path)
	{
		std::ifstream in(path);
		std::string line;
		std::getline(in, line);
		while (std::getline(in, line)) {
			char *at = &line[0];
			id.push_back((int)std::strtol(at, &at, 10));
			lat.push_back(std::strtod(at + 1, &at));
			lon.push_back(std::strtod(at + 1, &at));
			size_t from = (size_t)(at + 1 - line.data()), to = line.find(',', from);
			station.emplace_back(line, from, to - from);
			at = &line[line.find(',', to + 1)];
			temp.push_back(std::strtod(at + 1, &at));
			rain.push_back(std::strtod(at + 1, &at));
		}
	}
};

static double corr(const std::vector<double> &a, const std::vector<double> &b)
{
	double sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0, n = (double)a.size();
	for (size_t i = 0; i < a.size(); i++) {
		sa += a[i], sb += b[i];
		saa += a[i] * a[i], sbb += b[i] * b[i], sab += a[i] * b[i];
	}
	return (n * sab - sa * sb) / std::sqrt((n * saa - sa * sa) * (n * sbb - sb * sb));
}

int main(int argc, char **argv)
{
	Columns c;
	c.load(argc > 1 ? argv[1] : "table96.csv");
	if (c.id.empty())
		return 1;
	std::cout << c.id.size() << " rows, temp/rain correlation " << corr(c.temp, c.rain)
		  << ", lat/temp " << corr(c.lat, c.temp) << ", first " << c.station[0] << "\n";
	return 0;
}
