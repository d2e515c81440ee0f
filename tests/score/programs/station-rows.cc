// SPDX-License-Identifier: GPL-2.0-or-later
// score: station-rows -O1 -g -fno-omit-frame-pointer
// Reads observations to rows by station, then the five warmest days of each.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

struct Row {
	long id;
	double lat, lon;
	std::string station, time;
	double temp, rain;
	std::string flag;
};

using Rows = std::map<std::string, std::vector<Row>>;

__attribute__((noinline)) static Row parse(const std::string &line)
{
	Row r;
	std::istringstream in(line);
	std::string field;
	std::getline(in, field, ',');
	r.id = std::stol(field);
	std::getline(in, field, ',');
	r.lat = std::stod(field);
	std::getline(in, field, ',');
	r.lon = std::stod(field);
	std::getline(in, r.station, ',');
	std::getline(in, r.time, ',');
	std::getline(in, field, ',');
	r.temp = std::stod(field);
	std::getline(in, field, ',');
	r.rain = std::stod(field);
	std::getline(in, r.flag);
	return r;
}

__attribute__((noinline)) static long load(const char *name, Rows &rows)
{
	std::ifstream f(name);
	std::string line;
	long n = 0;
	std::getline(f, line);
	while (std::getline(f, line)) {
		Row r = parse(line);
		rows[r.station].push_back(std::move(r));
		n++;
	}
	return n;
}

int main(int argc, char **argv)
{
	Rows rows;
	long n = 0;
	for (int i = 1; i < argc; i++)
		n += load(argv[i], rows);
	double sum = 0;
	for (auto &[name, list] : rows) {
		size_t five = std::min<size_t>(5, list.size());
		std::partial_sort(list.begin(), list.begin() + five, list.end(),
			[](const Row &a, const Row &b) { return a.temp > b.temp; });
		for (size_t k = 0; k < five; k++)
			sum += list[k].temp;
	}
	printf("%ld rows, %zu stations, warmest mean %.2f\n", n, rows.size(), sum / (5.0 * rows.size()));
}
