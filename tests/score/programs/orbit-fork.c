// SPDX-License-Identifier: GPL-2.0-or-later
// score: orbit-fork -O2
/* N-body ensembles: a parent forks a child per ensemble; each child grows a tree
 * of its particles, walks it for the potential, and sends one number by a pipe. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct node {
	double x, y, mass;
	struct node *child[4];
	double half;
};

static unsigned long state;

static double draw(void)
{
	state = state * 6364136223846793005UL + 1442695040888963407UL;
	return (double)(state >> 11) / 9007199254740992.0;
}

__attribute__((noinline)) static struct node *leaf(double x, double y, double half)
{
	struct node *n = calloc(1, sizeof *n);

	if (!n)
		exit(1);
	n->x = x;
	n->y = y;
	n->mass = 1;
	n->half = half;
	return n;
}

static void insert(struct node *root, double x, double y)
{
	for (;;) {
		int k = (x > root->x) + 2 * (y > root->y);

		root->mass += 1;
		if (!root->child[k]) {
			root->child[k] = leaf(x, y, root->half / 2);
			return;
		}
		root = root->child[k];
	}
}

static double potential(const struct node *n, double x, double y)
{
	double d = (n->x - x) * (n->x - x) + (n->y - y) * (n->y - y) + 1e-6, sum = 0;

	if (n->half * n->half < d * 0.2)
		return n->mass / d;
	for (int k = 0; k < 4; k++)
		if (n->child[k])
			sum += potential(n->child[k], x, y);
	return sum + 1 / d;
}

__attribute__((noinline)) static double ensemble(int number, long particles)
{
	struct node *root = leaf(0.5, 0.5, 1);
	double sum = 0;

	state = 77UL + (unsigned long)number;
	for (long i = 1; i < particles; i++) {
		insert(root, draw(), draw());
		if (i % 5000 == 0)
			usleep(10000);
	}
	for (int i = 0; i < 500; i++)
		sum += potential(root, draw(), draw());
	return sum;
}

int main(int argc, char **argv)
{
	int children = argc > 1 ? atoi(argv[1]) : 4, fd[2], failed = 0, status;
	long particles = argc > 2 ? atol(argv[2]) : 300000;
	double all = 0, one;

	if (pipe(fd))
		return 1;
	for (int c = 0; c < children; c++)
		if (fork() == 0) {
			one = ensemble(c, particles);
			_exit(write(fd[1], &one, sizeof one) != sizeof one);
		}
	close(fd[1]);
	while (read(fd[0], &one, sizeof one) == sizeof one)
		all += one;
	while (wait(&status) > 0)
		failed += status != 0;
	printf("%d ensembles, potential %.4e\n", children - failed, all);
	return failed != 0;
}
