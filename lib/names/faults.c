// SPDX-License-Identifier: GPL-2.0-or-later
#include "faults.h"

#include <linux/perf_event.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/* perf_event_open(2): PERF_SAMPLE_TID, PERF_SAMPLE_TIME, PERF_SAMPLE_ADDR */
struct record {
	struct perf_event_header header;
	uint32_t pid, tid;
	uint64_t time_ns;
	uint64_t address;
};

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

int names_faults_open(struct names_faults *faults, int fd)
{
	*faults = (struct names_faults){ .fd = fd };
	if (fd < 0)
		return -1;
	/* Not to be written to: then the kernel never waits for a reader. */
	faults->map = mmap(NULL, 2 * page_size(), PROT_READ, MAP_SHARED, fd, 0);
	if (faults->map != MAP_FAILED)
		return 0;
	*faults = (struct names_faults){ .map = NULL };
	(void)close(fd);
	return -1;
}

void names_faults_close(struct names_faults *faults)
{
	if (!faults->map)
		return;
	(void)munmap(faults->map, 2 * page_size());
	(void)close(faults->fd);
	*faults = (struct names_faults){ .map = NULL };
}

/* The newest one: the last bytes before the head. */
static bool newest(const struct names_faults *faults, struct names_fault *ret)
{
	const struct perf_event_mmap_page *map = faults->map;
	const unsigned char *data = faults->map;
	const size_t size = page_size();
	uint64_t head = __atomic_load_n(&map->data_head, __ATOMIC_ACQUIRE);
	unsigned char raw[sizeof(struct record)];
	struct record record;

	if (head < sizeof(record))
		return false;
	for (size_t i = 0; i < sizeof(raw); i++)
		raw[i] = data[size + ((head - sizeof(raw) + i) & (size - 1))];
	memcpy(&record, raw, sizeof(record));
	if (record.header.type != PERF_RECORD_SAMPLE ||
	    record.header.size != sizeof(record))
		return false;
	ret->tid = record.tid;
	ret->time_ns = record.time_ns;
	ret->address = record.address;
	return true;
}

static uint64_t count(const struct names_faults *faults)
{
	uint64_t now;

	return read(faults->fd, &now, sizeof(now)) == (ssize_t)sizeof(now)
		       ? now
		       : faults->count;
}

int names_faults_arm(struct names_faults *faults, uint64_t after)
{
	if (!faults->map)
		return -1;
	faults->count = count(faults);
	/* The period first: it is taken over when the event is switched on. */
	return ioctl(faults->fd, PERF_EVENT_IOC_PERIOD, &after) ||
			       ioctl(faults->fd, PERF_EVENT_IOC_REFRESH, 1)
		       ? -1
		       : 0;
}

uint64_t names_faults_take(struct names_faults *faults, uint64_t after,
			   struct names_fault *ret)
{
	uint64_t seen;

	if (!faults->map)
		return 0;
	(void)ioctl(faults->fd, PERF_EVENT_IOC_DISABLE, 0);
	seen = count(faults) - faults->count;
	return seen < after || newest(faults, ret) ? seen : UINT64_MAX;
}
