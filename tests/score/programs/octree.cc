// SPDX-License-Identifier: GPL-2.0-or-later
// An N-body tree code: bodies are inserted into an octree that lives in one
// std::vector of cells (indices instead of pointers). It doubles as it fills.
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <new>
#include <random>
#include <thread>
#include <vector>

struct Cell {
	std::array<std::int32_t, 8> child{};
	float x = 0, y = 0, z = 0, half = 1, mass = 0, cx = 0, cy = 0, cz = 0;
};

class Octree {
	std::vector<Cell> cells;

	std::int32_t fresh(const Cell &parent, int octant)
	{
		Cell c;

		c.half = parent.half / 2;
		c.x = parent.x + (octant & 1 ? c.half : -c.half);
		c.y = parent.y + (octant & 2 ? c.half : -c.half);
		c.z = parent.z + (octant & 4 ? c.half : -c.half);
		cells.push_back(c);
		return static_cast<std::int32_t>(cells.size() - 1);
	}

public:
	Octree() : cells(1) { }
	std::size_t size() const { return cells.size(); }
	__attribute__((noinline)) void insert(float x, float y, float z, int depth)
	{
		std::int32_t at = 0;

		for (int d = 0; d < depth; d++) {
			Cell &c = cells[at];
			int octant = (x > c.x) | (y > c.y) << 1 | (z > c.z) << 2;

			c.mass += 1;
			c.cx += x, c.cy += y, c.cz += z;
			std::int32_t next = c.child[octant];
			if (!next) {
				next = fresh(Cell(c), octant);
				cells[at].child[octant] = next;
			}
			at = next;
		}
		cells[at].mass += 1;
	}
	double potential() const
	{
		double sum = 0;

		for (const Cell &c : cells)
			if (c.mass > 0)
				sum -= c.mass / (1 + c.cx * c.cx);
		return sum;
	}
};

int main()
{
	const char *mb = std::getenv("SIZE_MB"), *pace = std::getenv("PACE");
	const std::size_t planned = (mb ? std::atol(mb) : 110) * 1048576 / sizeof(Cell);
	const auto rest = std::chrono::milliseconds(pace ? std::atoi(pace) : 40);
	std::mt19937 random(3);
	std::normal_distribution<float> gauss(0, 0.3f);

	try {
		Octree tree;

		for (long bodies = 0; tree.size() < planned; bodies++) {
			tree.insert(gauss(random), gauss(random), gauss(random), 10);
			if (bodies % 2000 == 0)
				std::this_thread::sleep_for(rest);
		}
		std::cout << tree.size() << " cells" << std::endl;
		for (int step = 0; step < 20; step++) {
			std::cout << tree.potential() << '\n';
			std::this_thread::sleep_for(rest);
		}
	} catch (const std::bad_alloc &e) {
		std::cerr << "octree: " << e.what() << ", giving up" << std::endl;
		return 1;
	}
}
