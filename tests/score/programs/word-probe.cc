// SPDX-License-Identifier: GPL-2.0-or-later
// score: word-probe -O2 -g
// Counts of random walks' states in an open-addressing table which lies in a mapped scratch file.
#include "score.h"
#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <string>
#include <sys/mman.h>

struct Cell {
	uint64_t key;
	uint32_t count, last;
};

struct Table {
	Cell *cell = nullptr;
	size_t mask = 0, used = 0;
	std::string name;

	Table(const char *folder, size_t cells) : mask(cells - 1), name(std::string(folder) + "/states.tab")
	{
		int fd = open(name.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600);
		if (fd < 0 || ftruncate(fd, (off_t)(cells * sizeof(Cell)))) {
			perror(name.c_str());
			exit(1);
		}
		cell = (Cell *)mmap(nullptr, cells * sizeof(Cell), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		close(fd);
	}
	~Table() { munmap(cell, (mask + 1) * sizeof(Cell)); unlink(name.c_str()); }

	OWN void visit(uint64_t key, uint32_t step)
	{
		size_t at = (size_t)(key * 0x9e3779b97f4a7c15ull >> 20) & mask;
		while (cell[at].key && cell[at].key != key)
			at = (at + 1) & mask;
		if (!cell[at].key)
			used++;
		cell[at].key = key;
		cell[at].count++;
		cell[at].last = step;
	}
};

int main(int argc, char **argv)
{
	Table t(argc > 1 ? argv[1] : ".", (size_t)1 << 23);
	uint64_t s = 88172645463325252ull;
	long walks = env("WALKS", 200), pace = env("PACE", 30);
	for (long w = 0; w < walks; w++) {
		uint64_t state = 1000003 * (uint64_t)(w % 80) + 1;
		for (uint32_t step = 0; step < 400; step++) {
			s ^= s << 13, s ^= s >> 7, s ^= s << 17;
			state += 1 + s % 5;
			t.visit(state, step);
		}
		nap(pace);
	}
	uint32_t most = 0;
	for (size_t i = 0; i <= t.mask; i += 4096 / sizeof(Cell))
		if (t.cell[i].count > most)
			most = t.cell[i].count;
	printf("%zu states seen, most %u\n", t.used, most);
	return 0;
}
