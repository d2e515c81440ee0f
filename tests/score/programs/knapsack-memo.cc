// SPDX-License-Identifier: GPL-2.0-or-later
// score: knapsack-memo -O2
// Cutting-stock: recursive knapsack with a memo of (item, room) states; the
// number of states is bounded by items x capacity.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <unordered_map>
#include <vector>
#include <unistd.h>

struct State { int64_t value; int32_t take; int32_t visits; double dual; };

static std::unordered_map<uint64_t, State> memo;
static std::vector<int> weight, value;
static long steps;
static long pace;

__attribute__((noinline)) int64_t best(int item, int room)
{
	if (item < 0)
		return 0;
	uint64_t key = (uint64_t)item << 32 | (uint32_t)room;
	auto it = memo.find(key);
	if (it != memo.end()) {
		it->second.visits++;
		return it->second.value;
	}
	int64_t without = best(item - 1, room), with = -1;
	if (weight[item] <= room)
		with = value[item] + best(item - 1, room - weight[item]);
	State s{with > without ? with : without, with > without, 1, 1.0 / (item + 1)};
	memo.emplace(key, s);
	if (++steps % 20000 == 0)
		usleep((useconds_t)pace * 1000);
	return s.value;
}

int main()
{
	const char *s = getenv("SIZE_MB"), *p = getenv("PACE");
	int capacity = (s ? atoi(s) : 100) * 100;
	pace = p ? atol(p) : 20;
	srand(12);
	for (int i = 0; i < 160; i++) {
		weight.push_back(20 + rand() % 900);
		value.push_back(weight.back() + rand() % 60);
	}
	int64_t v = 0;
	for (int round = 1; round <= 3; round++)	/* later rounds find most in the memo */
		v += best(159, capacity - round);
	std::printf("value %lld, %zu states\n", (long long)v, memo.size());
	return 0;
}
