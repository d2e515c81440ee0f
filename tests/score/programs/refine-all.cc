// SPDX-License-Identifier: GPL-2.0-or-later
// score: refine-all -O3 -fomit-frame-pointer
// Adaptive mesh: usual steps refine a few cells, then the estimator asks for all, two levels down.
#include "score.h"
#include <cmath>
#include <vector>

struct Cell {
	double u, err;
	float x, y, h;
	int level;
};

OWN static std::vector<Cell> refine_to(const std::vector<Cell> &mesh, int levels)
{
	size_t per = (size_t)1 << 2 * levels, side = (size_t)1 << levels;
	std::vector<Cell> fine(mesh.size() * per);
	size_t k = 0;
	for (const Cell &c : mesh)
		for (size_t j = 0; j < per; j++) {
			Cell &f = fine[k++];
			f = c;
			f.h = c.h / (float)side;
			f.x += f.h * (float)(j % side);
			f.y += f.h * (float)(j / side);
			f.level = c.level + levels;
		}
	return fine;
}

OWN static double relax(std::vector<Cell> &mesh)
{
	double worst = 0;
	for (size_t i = 1; i + 1 < mesh.size(); i++) {
		Cell &c = mesh[i];
		c.u = 0.5 * c.u + 0.25 * (mesh[i - 1].u + mesh[i + 1].u) + 1e-3 * std::sin(40 * c.x) * std::cos(30 * c.y);
		c.err = std::fabs(c.u - mesh[i - 1].u) * c.h;
		worst = c.err > worst ? c.err : worst;
	}
	return worst;
}

int main(int argc, char **argv)
{
	size_t n = (size_t)(argc > 1 ? atol(argv[1]) : 600);
	std::vector<Cell> mesh(n * n);
	for (size_t i = 0; i < mesh.size(); i++) {
		mesh[i].h = 1.0f / (float)n;
		mesh[i].x = (float)(i % n) / (float)n;
		mesh[i].y = (float)(i / n) / (float)n;
	}
	double worst = 0;
	for (int step = 0; step < 60; step++) {
		worst = relax(mesh);
		nap(env("PACE", 20));
	}
	if (worst > 1e-12)
		mesh = refine_to(mesh, 2);
	for (int step = 0; step < 5; step++)
		worst = relax(mesh);
	printf("%zu cells, worst error %.3e\n", mesh.size(), worst);
	return 0;
}
