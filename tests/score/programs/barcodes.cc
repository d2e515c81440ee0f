// SPDX-License-Identifier: GPL-2.0-or-later
// score: barcodes -O2
// droplet barcodes: dedup of molecules. The first pass estimates how many there will be
// (HyperLogLog, badly), the second counts them. reserve() as rehashing cost us 20%
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <unordered_map>
#include <vector>

static uint64_t rnd(uint64_t &s) { s ^= s << 13; s ^= s >> 7; s ^= s << 17; return s; }
static uint64_t mix(uint64_t x) { x *= 0x9E3779B97F4A7C15ull; return x ^ x >> 32; }

static double estimate(long reads, int wells)
{
	std::vector<int> reg(1024);
	uint64_t s = 88172645463325252ull;
	for (long i = 0; i < reads; i++) {
		uint64_t h = mix(rnd(s) % (uint64_t)wells);
		int r = (int)(h & 1023), z = __builtin_ctzll(h >> 10 | 1ull << 50) + 1;
		if (z > reg[r]) reg[r] = z;
	}
	double sum = 0;
	for (int r : reg) sum += std::pow(2.0, -r);
	return 0.72 * 1024 * 1024 / sum;
}

// nobody knows how many molecules a droplet has. "many"
__attribute__((noinline)) static size_t count(long reads, int wells, double est, double per_droplet)
{
	std::unordered_map<uint64_t, uint16_t> seen;
	seen.reserve((size_t)(est * per_droplet));
	uint64_t s = 88172645463325252ull;
	for (long i = 0; i < reads; i++) {
		uint64_t bc = rnd(s) % (uint64_t)wells;
		if (i % 16 == 0) seen[bc << 12 | (rnd(s) & 4095)]++;
	}
	printf("load %.5f\n", seen.load_factor());
	return seen.size();
}

int main(int argc, char **argv)
{
	long reads = argc > 1 ? atol(argv[1]) : 9000000;
	int wells = argc > 2 ? atoi(argv[2]) : 20000;
	double per = argc > 3 ? atof(argv[3]) : 1000;
	double est = 0;
	for (int lane = 1; lane <= 8; lane++) {
		est = estimate(reads, wells);
		printf("lane %d: about %.0f droplets\n", lane, est);
		fflush(stdout);
	}
	if (est > 3.0 * wells) est = 3.0 * wells;
	if (est < 0.3 * wells) est = 0.3 * wells;
	printf("%zu molecules\n", count(reads, wells, est, per));
	return 0;
}
