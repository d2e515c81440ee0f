// SPDX-License-Identifier: GPL-2.0-or-later
// score: scheduler-sim -O2 -g
// Discrete events: a cluster's queue. Jobs hold their allocation, allocations
// hold their job; each simulated day has its own backfill table.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <queue>
#include <random>
#include <string>
#include <thread>
#include <vector>

struct Allocation;

struct Job {
	int id, nodes;
	double start, length;
	std::string user;
	std::shared_ptr<Allocation> held;
};

struct Allocation {
	std::shared_ptr<Job> job;
	std::vector<int> nodes;
	double usage[24] = {};
};

struct Later {
	bool operator()(const std::shared_ptr<Job> &a, const std::shared_ptr<Job> &b) const
	{
		return a->start + a->length > b->start + b->length;
	}
};

static std::mt19937 rng(7);

__attribute__((noinline)) static std::shared_ptr<Job> submit(int id, double now)
{
	auto j = std::make_shared<Job>();
	j->id = id;
	j->nodes = 1 + int(rng() % 64);
	j->start = now;
	j->length = 1 + double(rng() % 1000) / 100;
	j->user = "user" + std::to_string(id % 977) + "@cluster.example.org";
	j->held = std::make_shared<Allocation>();
	j->held->job = j;
	for (int n = 0; n < j->nodes; n++)
		j->held->nodes.push_back(int(rng() % 4096));
	return j;
}

__attribute__((noinline)) static double backfill(int slots, double day)
{
	std::vector<double> table(size_t(slots) * 1024);
	double best = 0;
	for (size_t i = 0; i < table.size(); i++) {
		table[i] = double((i * 2654435761u) % 1000) + day;
		if (table[i] > best)
			best = table[i];
	}
	return best;
}

int main(int argc, char **argv)
{
	int days = argc > 1 ? atoi(argv[1]) : 100000;
	const char *pace = getenv("PACE");
	std::priority_queue<std::shared_ptr<Job>, std::vector<std::shared_ptr<Job>>, Later> running;
	double busy = 0, best = 0;
	int id = 0;

	for (int day = 0; day < days; day++) {
		for (int k = 0; k < 1500; k++) {
			auto j = submit(id++, day * 24 + k * 0.016);
			busy += j->nodes * j->length;
			running.push(j);
			while (running.size() > 400)
				running.pop();
		}
		best += backfill(600 + 300 * (day % 7), day);
		std::this_thread::sleep_for(std::chrono::milliseconds(pace ? atoi(pace) : 40));
		if (id > 900000) {
			printf("stopped at day %d\n", day);
			break;
		}
	}
	printf("%d jobs, %.0f node hours, %.0f\n", id, busy, best);
}
