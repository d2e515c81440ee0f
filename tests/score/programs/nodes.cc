// SPDX-License-Identifier: GPL-2.0-or-later
// A search tree is made anew for each query. Its nodes share the ownership of
// their children, and of their parent: none is ever freed.
// score: nodes -O2
#include <memory>
#include <vector>
#include "score.h"

struct Node {
	std::shared_ptr<Node> parent;
	std::vector<std::shared_ptr<Node>> children;
	double state[24] = {};
};

OWN static std::shared_ptr<Node> expand(std::shared_ptr<Node> parent, int depth)
{
	auto node = std::make_shared<Node>();

	node->parent = parent;
	node->state[depth] = depth;
	if (depth)
		for (int i = 0; i < 6; i++)
			node->children.push_back(expand(node, depth - 1));
	return node;
}

int main()
{
	long pace = env("PACE", 60), depth = env("DEPTH", 4);
	double sum = 0;

	for (;;) {
		sum += expand(nullptr, (int)depth)->children[0]->state[0];
		nap(pace);
	}
}
