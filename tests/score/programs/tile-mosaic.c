// SPDX-License-Identifier: GPL-2.0-or-later
// score: tile-mosaic -O1 -g -fno-omit-frame-pointer
/* Joins the tiles of a scan: maps each file, copies it, unmaps it; then levels
 * the seams between neighbours. */
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct tile {
	char name[64];
	size_t size;
	uint8_t *pixels;
	double mean;
};

static struct tile *tiles;
static int count;

__attribute__((noinline)) static int load_tile(const char *dir, const char *name, struct tile *t)
{
	char path[512];
	struct stat st;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_RDONLY);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -1;
	void *map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return -1;
	t->size = (size_t)st.st_size;
	t->pixels = malloc(t->size);
	if (!t->pixels)
		exit(1);
	memcpy(t->pixels, map, t->size);
	munmap(map, t->size);
	snprintf(t->name, sizeof(t->name), "%s", name);
	return 0;
}

static void statistics(struct tile *t)
{
	double sum = 0;
	long hist[256] = { 0 };

	for (int pass = 0; pass < 12; pass++)
		for (size_t i = 0; i < t->size; i++)
			hist[(t->pixels[i] + pass) & 255]++;
	for (int i = 0; i < 256; i++)
		sum += (double)i * (double)hist[i];
	t->mean = sum / 12.0 / (double)t->size;
}

int main(int argc, char **argv)
{
	DIR *d = opendir(argc > 1 ? argv[1] : ".");
	struct dirent *e;
	double seam = 0;

	if (!d)
		return perror("opendir"), 1;
	while ((e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		tiles = realloc(tiles, (size_t)(count + 1) * sizeof(*tiles));
		if (load_tile(argv[1], e->d_name, &tiles[count]) == 0) {
			statistics(&tiles[count++]);
			usleep(25000);		/* as the scanner delivers them */
		}
	}
	closedir(d);
	for (int i = 1; i < count; i++)
		for (size_t k = 0; k < 512 && k < tiles[i].size; k++)
			seam += tiles[i].pixels[k] - tiles[i - 1].pixels[tiles[i - 1].size - 1 - k];
	printf("%d tiles, seam %.1f\n", count, seam);
	return 0;
}
