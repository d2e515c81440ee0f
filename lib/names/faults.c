// SPDX-License-Identifier: GPL-2.0-or-later
#include "faults.h"

#include <linux/perf_event.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/* perf_event_open(2): PERF_SAMPLE_TID | PERF_SAMPLE_ADDR */
struct record {
	struct perf_event_header header;
	uint32_t pid, tid;
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
	faults->map = NULL;
	names_faults_close(faults);
	return -1;
}

void names_faults_close(struct names_faults *faults)
{
	if (faults->map)
		(void)munmap(faults->map, 2 * page_size());
	if (faults->fd >= 0)
		(void)close(faults->fd);
	*faults = (struct names_faults){ .fd = -1 };
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
	ret->address = record.address;
	return true;
}

static uint64_t take_count(struct names_faults *faults)
{
	const uint64_t before = faults->count;
	uint64_t now;

	if (read(faults->fd, &now, sizeof(now)) == (ssize_t)sizeof(now))
		faults->count = now;
	return faults->count - before;
}

int names_faults_await(struct names_faults *faults, uint64_t after, int stop_fd,
		       int ms, struct names_fault *ret, uint64_t *ret_seen)
{
	struct pollfd fds[] = { { .fd = stop_fd, .events = POLLIN },
				{ .fd = faults->fd, .events = POLLIN } };

	*ret_seen = 0;
	/* The period first: it is taken over when the event is switched on. */
	if (!faults->map || ioctl(faults->fd, PERF_EVENT_IOC_PERIOD, &after) ||
	    ioctl(faults->fd, PERF_EVENT_IOC_REFRESH, 1))
		return -1;
	(void)poll(fds, 2, ms);
	(void)ioctl(faults->fd, PERF_EVENT_IOC_DISABLE, 0);
	*ret_seen = take_count(faults);
	if (fds[1].revents & (POLLIN | POLLHUP) && *ret_seen >= after)
		return newest(faults, ret) ? 1 : -1;
	return fds[0].revents || fds[1].revents & (POLLERR | POLLNVAL) ? -1 : 0;
}
