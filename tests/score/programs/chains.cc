// SPDX-License-Identifier: GPL-2.0-or-later
// Parallel tempering: a forked process for each temperature, which walks with a
// copy of the lattice that the parent has prepared. Energies come through pipes.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

class Lattice {
	std::size_t side;
	std::vector<int> spin;

public:
	explicit Lattice(std::size_t mb) : side(std::sqrt(mb * 1048576.0 / sizeof(int))), spin(side * side, 1) { }
	void sweep(double temperature, std::size_t rows, std::size_t first, std::mt19937 &rng)
	{
		std::uniform_real_distribution<double> uniform;

		for (std::size_t r = first; r < first + rows && r + 1 < side; r++)
			for (std::size_t c = 1; c + 1 < side; c++) {
				int &s = spin[r * side + c];
				int around = spin[r * side + c - 1] + spin[r * side + c + 1] + spin[(r + 1) * side + c];
				double cost = 2.0 * s * around;

				if (cost <= 0 || (c % 16 == 0 && uniform(rng) < std::exp(-cost / temperature)))
					s = -s;
			}
	}
	std::size_t rows() const { return side; }
	double energy() const
	{
		double e = 0;

		for (std::size_t i = 1; i < spin.size(); i++)
			e -= spin[i] * spin[i - 1];
		return e / spin.size();
	}
};

__attribute__((noinline)) static double walk(const Lattice &start, double temperature, int pace)
{
	Lattice mine(start);
	std::mt19937 rng(static_cast<unsigned>(temperature * 1000));

	for (int sweep = 0; sweep < 2; sweep++)
		for (std::size_t r = 1; r < mine.rows(); r += 100) {
			mine.sweep(temperature, 100, r, rng);
			usleep(pace * 1000);
		}
	return mine.energy();
}

int main(int argc, char **argv)
{
	const char *mb = std::getenv("SIZE_MB"), *pace = std::getenv("PACE");
	int chains = argc > 1 ? std::atoi(argv[1]) : 5;
	Lattice start(mb ? std::atol(mb) : 25);
	std::vector<int> from;

	for (int k = 0; k < chains; k++) {
		int ends[2];

		if (pipe(ends) != 0)
			return 1;
		if (fork() == 0) {
			double e = walk(start, 1 + 0.4 * k, pace ? std::atoi(pace) : 60);

			_exit(write(ends[1], &e, sizeof e) == sizeof e ? 0 : 1);
		}
		close(ends[1]);
		from.push_back(ends[0]);
	}
	for (int k = 0; k < chains; k++) {
		double e = 0;

		if (read(from[k], &e, sizeof e) != sizeof e)
			std::printf("chain %d is lost\n", k);
		else
			std::printf("chain %d %.4f\n", k, e);
	}
	while (wait(nullptr) > 0)
		;
}
