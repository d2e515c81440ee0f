// SPDX-License-Identifier: GPL-2.0-or-later
// score: dose-planning -O2 -g
// Radiotherapy: the influence of each beamlet on each voxel, beam by beam, as
// compressed rows; afterwards the weights are optimised over all beams.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

struct Entry { int voxel; float dose; };

struct Beam {
	std::vector<std::vector<Entry>> beamlet;
	double angle;
};

__attribute__((noinline)) static void trace(Beam &b, int nbeamlets, int depth)
{
	b.beamlet.resize(nbeamlets);
	for (int k = 0; k < nbeamlets; k++) {
		double x = k % 20 - 10, y = k / 20 - 10;
		auto &row = b.beamlet[k];
		row.reserve(depth * 5);
		for (int d = 0; d < depth; d++) {
			double z = d * 0.4;
			for (int s = -2; s <= 2; s++) {
				int i = int(64 + x * cos(b.angle) + z * sin(b.angle) + s) & 127;
				int j = int(64 - x * sin(b.angle) + z * cos(b.angle)) & 127;
				int l = int(32 + y) & 63;
				row.push_back({(l * 128 + j) * 128 + i, float(exp(-0.01 * z - s * s * 0.5))});
			}
		}
	}
}

int main(int argc, char **argv)
{
	int nbeams = argc > 1 ? atoi(argv[1]) : 18;
	int depth = argc > 2 ? atoi(argv[2]) : 300;
	const char *pace = getenv("PACE");
	std::vector<Beam> plan(nbeams);
	std::vector<float> dose(128 * 128 * 64);

	for (int b = 0; b < nbeams; b++) {
		plan[b].angle = 2 * M_PI * b / nbeams;
		trace(plan[b], 400, depth);
		std::this_thread::sleep_for(std::chrono::milliseconds(pace ? atoi(pace) : 80));
	}
	std::vector<double> weight(nbeams * 400, 1.0);
	double objective = 0;
	for (int it = 0; it < 6; it++) {
		std::fill(dose.begin(), dose.end(), 0.f);
		for (int b = 0; b < nbeams; b++)
			for (int k = 0; k < 400; k++)
				for (auto &e : plan[b].beamlet[k])
					dose[e.voxel] += float(weight[b * 400 + k]) * e.dose;
		objective = 0;
		for (int b = 0; b < nbeams; b++)
			for (int k = 0; k < 400; k++) {
				double g = 0;
				for (auto &e : plan[b].beamlet[k])
					g += (dose[e.voxel] - 60) * e.dose;
				weight[b * 400 + k] = std::max(0.0, weight[b * 400 + k] - 1e-6 * g);
			}
		for (float d : dose)
			objective += (d - 60) * (d - 60);
	}
	printf("%d beams, objective %.4g\n", nbeams, objective);
}
