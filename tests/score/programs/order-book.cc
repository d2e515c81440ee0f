// SPDX-License-Identifier: GPL-2.0-or-later
// score: order-book -O2 -g
// A market of agents: each round draws big temporary depth charts (which are
// freed) and adds orders; cancelled orders stay in the book's index forever.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <thread>
#include <unordered_map>
#include <vector>

struct Order {
	long id;
	int agent;
	double price;
	bool cancelled;
	std::vector<float> path;
};

class Book {
	std::unordered_map<long, std::shared_ptr<Order>> index;
	std::vector<std::shared_ptr<Order>> open;
	long next = 0;

public:
	__attribute__((noinline)) void place(int agent, double price)
	{
		auto o = std::make_shared<Order>(Order{next++, agent, price, false, {}});
		o->path.assign(40, float(price));
		index[o->id] = o;
		open.push_back(o);
	}
	__attribute__((noinline)) void sweep(double mid)
	{
		size_t n = 0;
		for (auto &o : open) {
			if (o->price < mid * 0.99 || o->price > mid * 1.01)
				o->cancelled = true;	// gone from the open ones, not from the index
			else
				open[n++] = o;
		}
		if (n > 2000)
			n = 2000;
		open.resize(n);
	}
	__attribute__((noinline)) double depth(double mid) const
	{
		std::vector<double> chart(1200000, 0.0);
		for (auto &o : open)
			chart[size_t(o->price / mid * 1000) % chart.size()] += 1;
		double sum = 0;
		for (size_t i = 0; i < chart.size(); i++)
			sum += chart[i] * double(i & 3);
		return sum;
	}
	size_t orders() const { return index.size(); }
};

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 800, pace = argc > 2 ? atoi(argv[2]) : 15;
	std::mt19937 rng(4);
	std::normal_distribution<double> spread(0, 1.2);
	Book book;
	double mid = 100, sum = 0;

	for (int r = 0; r < rounds; r++) {
		for (int a = 0; a < 2500; a++)
			book.place(a, mid + spread(rng));
		book.sweep(mid);
		if (r % 4 == 0)
			sum += book.depth(mid);
		mid *= 1 + spread(rng) / 1000;
		std::this_thread::sleep_for(std::chrono::milliseconds(pace));
		if (book.orders() > 1900000)
			break;
	}
	printf("price %.2f, depth %.0f\n", mid, sum);
}
