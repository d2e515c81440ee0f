// SPDX-License-Identifier: GPL-2.0-or-later
// A whole file as one std::string, then its lines.
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>
#include "score.h"

OWN static std::string read_file(const char *path)
{
	std::ifstream in(path);
	std::ostringstream text;

	text << in.rdbuf();
	return text.str();
}

OWN static std::vector<std::string> split(const std::string &text, long pace)
{
	std::vector<std::string> lines;
	std::istringstream in(text);
	std::string line;

	while (std::getline(in, line)) {
		lines.push_back(line);
		if (lines.size() % 20000 == 0)
			nap(pace);
	}
	return lines;
}

int main(int argc, char **argv)
{
	std::string text = read_file(argc > 1 ? argv[1] : "/dev/null");

	printf("%zu bytes\n", text.size());
	printf("%zu lines\n", split(text, env("PACE", 0)).size());
	return 0;
}
