// SPDX-License-Identifier: GPL-2.0-or-later
// score: xs-lookup -O2 -g
// Monte Carlo transport: cross sections are broadened when first met at a nuclide and
// temperature, and kept in a table.  There are NUCLIDES x TEMPS of them, and no more.
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <unordered_map>

constexpr int NUCLIDES = 300;

struct Section {
	std::array<float, 512> sigma;
};

class Library {
	std::unordered_map<uint32_t, std::unique_ptr<Section>> table;
	long hits = 0;
public:
	__attribute__((noinline)) const Section &broaden(uint32_t nuclide, uint32_t temp)
	{
		auto &slot = table[nuclide << 16 | temp];
		if (slot) {
			hits++;
			return *slot;
		}
		slot = std::make_unique<Section>();
		float width = 0.02f * std::sqrt(300.0f + temp);
		for (int g = 0; g < 512; g++) {
			float e = std::exp(-0.03f * g), r = 0;
			for (int k = 0; k < 20; k++) {
				float d = (e - 0.03f * k - nuclide * 1e-4f) / width;
				r += 1 / (1 + d * d);
			}
			slot->sigma[g] = 1 / std::sqrt(e) + r;
		}
		return *slot;
	}
	size_t size() const { return table.size(); }
	long reused() const { return hits; }
};

int main(int argc, char **argv)
{
	uint32_t temps = argc > 1 ? atoi(argv[1]) : 200;
	long histories = argc > 2 ? atol(argv[2]) : 60000;
	Library lib;
	uint64_t s = 88172645463325252ull;
	double tally = 0;

	for (long h = 0; h < histories; h++) {
		double weight = 1;
		while (weight > 0.05) {
			s ^= s << 13;
			s ^= s >> 7;
			s ^= s << 17;
			const Section &x = lib.broaden(s % NUCLIDES, (s >> 20) % temps);
			double t = 0;
			for (int g = 0; g < 512; g += 2)
				t += x.sigma[g];
			tally += weight * t / 256;
			weight *= 0.5 + 0.4 * ((s >> 40) % 1000) / 1000.0;
		}
	}
	printf("%zu sections, %ld reused, tally %.4e\n", lib.size(), lib.reused(), tally / histories);
}
