// SPDX-License-Identifier: GPL-2.0-or-later
// score: cloud-slurp -O2 -g
// Nearest pairs in a cloud of points, read whole from text.
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

struct Point {
	std::string text;               // as it was, to report it
	std::vector<double> at;
};

__attribute__((noinline)) static std::vector<Point> read_points(const char *path)
{
	std::vector<Point> points;
	std::ifstream in(path);
	std::string line;

	while (std::getline(in, line)) {
		std::istringstream fields(line);
		Point p;
		double x;

		while (fields >> x)
			p.at.push_back(x);
		p.text = line;
		points.push_back(std::move(p));
	}
	return points;
}

static double distance(const Point &a, const Point &b)
{
	double s = 0;

	for (std::size_t i = 0; i < a.at.size() && i < b.at.size(); i++)
		s += (a.at[i] - b.at[i]) * (a.at[i] - b.at[i]);
	return std::sqrt(s);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		std::cerr << "usage: cloud-slurp FILE\n";
		return 2;
	}
	auto points = read_points(argv[1]);
	double nearest = 1e9, sum = 0;
	const Point *of_pair = nullptr;
	std::size_t stride = points.size() / 700 + 1;

	for (std::size_t i = 0; i < points.size(); i += stride)
		for (std::size_t j = i + stride; j < points.size(); j += stride) {
			double d = distance(points[i], points[j]);

			sum += d;
			if (d > 0 && d < nearest) {
				nearest = d;
				of_pair = &points[i];
			}
		}
	if (of_pair)
		std::printf("nearest: %s\n", of_pair->text.c_str());
	std::printf("%zu points, nearest %.4f, sum %.1f\n", points.size(), nearest, sum);
	return 0;
}
