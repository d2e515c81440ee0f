// SPDX-License-Identifier: GPL-2.0-or-later
// score: flood-fill -O1 -g -fno-omit-frame-pointer
/* Labels the regions of an image by recursion, which large regions overflow. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define W 2400
#define H 2400

static unsigned char image[H][W];
static int label[H][W];

__attribute__((noinline)) static long fill(int y, int x, int mark)
{
	char trail[96];

	if (y < 0 || x < 0 || y >= H || x >= W || label[y][x] || !image[y][x])
		return 0;
	label[y][x] = mark;
	memset(trail, mark, sizeof(trail));
	long n = 1 + fill(y, x + 1, mark) + fill(y, x - 1, mark) + fill(y + 1, x, mark) + fill(y - 1, x, mark);
	return n + (trail[mark & 63] == 127);
}

int main(void)
{
	int regions = 0;
	long largest = 0;

	srand(6);
	for (int y = 0; y < H; y++)
		for (int x = 0; x < W; x++)
			image[y][x] = y < H / 2 ? rand() % 100 < 40 : rand() % 100 < 90;
	for (int y = 0; y < H; y++)
		for (int x = 0; x < W; x++)
			if (image[y][x] && !label[y][x]) {
				long n = fill(y, x, ++regions);
				if (n > largest)
					largest = n;
			}
	printf("%d regions, largest %ld\n", regions, largest);
	return 0;
}
