// SPDX-License-Identifier: GPL-2.0-or-later
// score: photons -O3 -fomit-frame-pointer
// Photon transport in forked workers; each keeps the hits of its share and
// sends the parent only the spectrum.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

struct Hit {
	float x, y, z, e;
	int volume, order;
};

__attribute__((noinline)) static std::vector<Hit> trace_share(int seed, long photons)
{
	std::mt19937 rng(seed);
	std::exponential_distribution<float> path(1.0f);
	std::uniform_real_distribution<float> u(-1, 1);
	std::vector<Hit> hits;

	for (long p = 0; p < photons; p++) {
		float x = 0, y = 0, z = 0, e = 6;
		for (int order = 0; e > 0.1f && std::fabs(z) < 8; order++) {
			float s = path(rng), c = u(rng), w = std::sqrt(1 - c * c);
			x += s * w;
			y -= s * w * u(rng);
			z += s * c;
			e *= 0.55f + 0.4f * std::fabs(c);
			float loss = 1;
			for (int turn = 0; turn < 12; turn++) {		// Klein-Nishina by rejection
				float k = 1 / (1 + e * (1 - u(rng)));
				if (u(rng) < k * (k + 1 / k - 1 + c * c) / 2)
					loss = 0.5f * (loss + k);
			}
			e *= 0.97f + 0.03f * std::fmin(loss, 1.0f);
			hits.push_back({ x, y, z, e, int(z * 4), order });
		}
	}
	return hits;
}

int main(int argc, char **argv)
{
	int workers = argc > 1 ? atoi(argv[1]) : 5, bad = 0, fd[2];
	long photons = argc > 2 ? atol(argv[2]) : 70000;
	double total = 0, part[16];

	if (pipe(fd))
		return 1;
	for (int w = 0; w < workers; w++)
		if (fork() == 0) {
			std::vector<Hit> hits = trace_share(w + 1, photons);
			double bins[16] = {};
			for (int turn = 0; turn < 20; turn++)
				for (auto &h : hits)
					bins[int(h.e * 2.6f) & 15] += h.e;
			if (write(fd[1], bins, sizeof bins) != sizeof bins)
				_exit(1);
			_exit(0);
		}
	close(fd[1]);
	while (read(fd[0], part, sizeof part) == sizeof part)
		for (double b : part)
			total += b;
	for (int w = 0, status; w < workers; w++) {
		wait(&status);
		bad |= status;
	}
	printf("deposited %.4g\n", total);
	return bad ? 1 : 0;
}
