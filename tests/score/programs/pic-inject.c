// SPDX-License-Identifier: GPL-2.0-or-later
// score: pic-inject -O1 -g -fno-omit-frame-pointer
/* Electrons in a channel, pushed by a field; a beam comes in on the left,
 * those that leave on the right are marked as gone (and their place is kept). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct particle { double x, y, vx, vy, w; int alive, species; };

static struct particle *p;
static size_t np, room;
static unsigned long long seed = 88172645463325252ULL;

static double uniform(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (double)(seed >> 11) / 9007199254740992.0;
}

__attribute__((noinline)) static void inject(size_t n)
{
	if (np + n > room) {
		room += 4 * n;
		p = realloc(p, room * sizeof *p);
		if (!p)
			exit(1);
	}
	for (size_t i = 0; i < n; i++) {
		struct particle *q = &p[np++];
		q->x = 0;
		q->y = uniform();
		q->vx = 0.05 + 0.1 * uniform();
		q->vy = 0.01 * (uniform() - 0.5);
		q->w = 1;
		q->alive = 1;
		q->species = 0;
	}
}

__attribute__((noinline)) static size_t push(double dt, double *field, int cells)
{
	size_t alive = 0, from = np > 40000 ? np - 40000 : 0;

	for (size_t i = from; i < np; i++) {
		struct particle *q = &p[i];
		if (!q->alive)
			continue;
		int c = (int)(q->x * cells);
		q->vx += dt * field[c < 0 ? 0 : c >= cells ? cells - 1 : c];
		q->x += dt * q->vx;
		q->y += dt * q->vy;
		if (q->x > 1)
			q->alive = 0;
		else
			alive++;
	}
	return alive;
}

int main(void)
{
	double field[256], charge = 0;
	const char *s = getenv("PACE");
	struct timespec t = { 0, (s ? atol(s) : 10) * 1000000L };

	for (int c = 0; c < 256; c++)
		field[c] = 0.01 * sin(c * 0.1);
	inject(20000);
	for (long step = 0; step < 2000000; step++) {
		charge += 1e-6 * (double)push(0.5, field, 256);
		if (step > 120)		/* the beam is switched on */
			inject(8000);
		if (room * sizeof *p > 690UL << 20) {
			printf("stopped: too many particles (%zu)\n", np);
			break;
		}
		nanosleep(&t, NULL);
	}
	printf("charge seen: %g\n", charge);
	return 0;
}
