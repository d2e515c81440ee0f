// SPDX-License-Identifier: GPL-2.0-or-later
// score: scene-graph -O1 -g -fno-omit-frame-pointer
// Renders a film's frames: the scene is built for each, rendered, let go.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <unistd.h>
#include <vector>

struct Node {
	std::shared_ptr<Node> parent;           // both ways: never goes to zero
	std::vector<std::shared_ptr<Node>> children;
	std::vector<float> vertices;
	float turn = 0;
};

__attribute__((noinline)) static void grow(const std::shared_ptr<Node> &node, int depth, int frame)
{
	node->vertices.resize(240);
	for (std::size_t i = 0; i < node->vertices.size(); i++)
		node->vertices[i] = std::sin(0.1f * float(i) + float(frame));
	if (depth == 0)
		return;
	for (int n = 0; n < 3; n++) {
		auto child = std::make_shared<Node>();

		child->parent = node;
		child->turn = node->turn + 0.3f * float(n);
		node->children.push_back(child);
		grow(child, depth - 1, frame);
	}
}

static double render(const Node &node)
{
	double light = 0;

	for (float v : node.vertices)
		light += std::abs(v * std::cos(node.turn));
	for (auto &child : node.children)
		light += render(*child);
	return light;
}

int main(int argc, char **argv)
{
	int frames = argc > 1 ? std::atoi(argv[1]) : 4500;
	double sum = 0;

	for (int frame = 0; frame < frames; frame++) {
		auto root = std::make_shared<Node>();

		grow(root, 4, frame);
		sum += render(*root);
		usleep(1500);
	}
	std::printf("%d frames, light %.3f\n", frames, sum / frames);
	return 0;
}
