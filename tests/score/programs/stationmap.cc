// SPDX-License-Identifier: GPL-2.0-or-later
// Index of all observations by station and by time, in maps; queries afterwards.
// score: stationmap -O2
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <unistd.h>
#include <unordered_map>
#include <vector>

struct Observation {
	std::string time, flag;
	double lat, lon, temp, rain;
};

using Index = std::unordered_map<std::string, std::multimap<std::string, Observation>>;

__attribute__((noinline)) static Index load(const char *path, useconds_t us)
{
	Index index;
	std::ifstream in(path);
	std::string line;
	long n = 0;

	std::getline(in, line);
	while (std::getline(in, line)) {
		std::istringstream fields(line);
		std::string id, lat, lon, station, temp, rain;
		Observation o;

		std::getline(fields, id, ',');
		std::getline(fields, lat, ',');
		std::getline(fields, lon, ',');
		std::getline(fields, station, ',');
		std::getline(fields, o.time, ',');
		std::getline(fields, temp, ',');
		std::getline(fields, rain, ',');
		std::getline(fields, o.flag, ',');
		o.lat = std::atof(lat.c_str());
		o.lon = std::atof(lon.c_str());
		o.temp = std::atof(temp.c_str());
		o.rain = std::atof(rain.c_str());
		index[station].emplace(o.time, std::move(o));
		if (++n % 5000 == 0)
			usleep(us);
	}
	return index;
}

int main(int argc, char **argv)
{
	const char *pace = std::getenv("PACE");

	if (argc < 2)
		return 2;
	Index index = load(argv[1], (pace ? std::atoi(pace) : 40) * 1000);
	std::cout << index.size() << " stations\n";
	for (const auto &[station, series] : index)
		if (series.begin()->second.temp > 25)
			std::cout << station << ' ' << series.size() << '\n';
}
