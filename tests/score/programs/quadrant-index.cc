// SPDX-License-Identifier: GPL-2.0-or-later
// score: quadrant-index -O1 -g -fno-omit-frame-pointer
// Stations' rows by quadrant of the globe, the row itself is kept for output.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>
#include <unistd.h>

struct Row { double lat, lon; std::string text; };
typedef std::map<int, std::vector<Row>> Index;

static void index_file(const char *name, Index &index, long pace)
{
	std::ifstream in(name);
	std::string line;
	long n = 0;

	std::getline(in, line);
	while (std::getline(in, line)) {
		Row r;
		size_t comma = line.find(',');
		char *end;
		r.lat = std::strtod(line.c_str() + comma + 1, &end);
		r.lon = std::strtod(end + 1, &end);
		r.text = line;
		int quadrant = (int)((r.lat + 90) / 5) * 100 + (int)((r.lon + 180) / 5);
		index[quadrant].push_back(std::move(r));
		if (++n % 4000 == 0)
			usleep((useconds_t)pace * 1000);
	}
}

int main(int argc, char **argv)
{
	const char *p = std::getenv("PACE");
	Index index;

	for (int i = 1; i < argc; i++)
		index_file(argv[i], index, p ? std::atol(p) : 10);
	size_t rows = 0, most = 0;
	int where = 0;
	for (auto &q : index) {
		rows += q.second.size();
		if (q.second.size() > most) {
			most = q.second.size();
			where = q.first;
		}
	}
	std::cout << rows << " rows in " << index.size() << " quadrants, fullest " << where
		<< " with " << most << "\n";
	return rows ? 0 : 1;
}
