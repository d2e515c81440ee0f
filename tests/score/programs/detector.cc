// SPDX-License-Identifier: GPL-2.0-or-later
// A detector simulation. Tracks that left the detector are moved to a list of
// finished ones "for the display", which a batch job does not have.
// score: detector -O2 -g -fno-omit-frame-pointer
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

struct Hit {
	float x, y, z, energy;
};

struct Track {
	int pdg;
	double energy;
	std::vector<Hit> hits;
	std::shared_ptr<Track> mother;
};

class Event {
	std::vector<std::shared_ptr<Track>> active, finished;
	long processed = 0;

public:
	void shoot(int primaries)
	{
		for (int i = 0; i < primaries; i++) {
			auto t = std::make_shared<Track>();
			t->pdg = 11;
			t->energy = 50 + i;
			active.push_back(std::move(t));
		}
	}
	void propagate()
	{
		while (!active.empty()) {
			auto t = active.back();
			active.pop_back();
			for (int step = 0; step < 12; step++)
				t->hits.push_back({ float(step), 0, 0, float(t->energy) / 12 });
			if (t->energy > 20)
				for (int k = 0; k < 2; k++) {
					auto child = std::make_shared<Track>();
					child->pdg = 22;
					child->energy = t->energy * 0.4;
					child->mother = t;
					active.push_back(child);
				}
			processed++;
			finished.push_back(std::move(t));
		}
	}
	long count() const { return processed; }
};

int main()
{
	const char *p = std::getenv("PACE"), *e = std::getenv("EACH");
	const auto pace = std::chrono::milliseconds(p ? std::atoi(p) : 30);
	const int each = e ? std::atoi(e) : 60;
	Event event;

	for (long n = 0; n < 100000; n++) {
		event.shoot(each);
		event.propagate();
		if (n % 100 == 0)
			std::cout << "event " << n << ", " << event.count() << " tracks" << std::endl;
		std::this_thread::sleep_for(pace);
	}
}
