// SPDX-License-Identifier: GPL-2.0-or-later
// A workflow broker: tasks arrive, are dispatched by priority, and reported.
// The report takes the pointer out of the table; nobody deletes the task.
// score: broker -O2 -g -fomit-frame-pointer
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <queue>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>

namespace broker {

struct Task {
	long id;
	int priority;
	std::string command;
	std::unordered_map<std::string, std::string> environment;
	virtual ~Task() = default;
	virtual int run() { return static_cast<int>(command.size()); }
};

struct ArrayTask : Task {
	int indices[128];
	int run() override
	{
		int sum = 0;

		for (int &i : indices)
			sum += i = static_cast<int>(id % 97);
		return sum;
	}
};

struct Later {
	bool operator()(const Task *a, const Task *b) const { return a->priority < b->priority; }
};

class Broker {
	std::priority_queue<Task *, std::vector<Task *>, Later> waiting;
	std::unordered_map<long, Task *> running;
	long last = 0, checksum = 0;

public:
	__attribute__((noinline)) void submit()
	{
		Task *t = ++last % 3 ? new Task : new ArrayTask;

		t->id = last;
		t->priority = static_cast<int>(last * 7919 % 100);
		t->command = "simulate --case " + std::to_string(last) + std::string(700, ' ');
		for (int v = 0; v < 12; v++)
			t->environment["SIM_VARIABLE_" + std::to_string(v)] = "/scratch/project/run/" + std::to_string(last);
		waiting.push(t);
	}
	void dispatch()
	{
		while (!waiting.empty()) {
			Task *t = waiting.top();

			waiting.pop();
			running[t->id] = t;
			checksum += t->run();
			running.erase(t->id);
		}
	}
	void report() const { std::printf("%ld tasks, %ld\n", last, checksum); }
};

} // namespace broker

int main()
{
	const char *pace = std::getenv("PACE"), *each = std::getenv("EACH");
	broker::Broker b;

	for (long tick = 0; tick < 50000; tick++) {
		for (int k = each ? std::atoi(each) : 90; k > 0; k--)
			b.submit();
		b.dispatch();
		if (tick % 50 == 0)
			b.report();
		std::fflush(stdout);
		std::this_thread::sleep_for(std::chrono::milliseconds(pace ? std::atoi(pace) : 40));
	}
}
