// SPDX-License-Identifier: GPL-2.0-or-later
// score: triggers -O3 -fomit-frame-pointer
/* accelerator alarm filter. The rules come from the operators as patterns, and
 * may change at any time, so they are compiled for each message. */
#include "score.h"
#include <regex.h>

static const char *rules[] = {
	"^(BPM|BLM)[0-9]+: *(over|under)flow",
	"quench|(temp.*(high|[5-9][0-9]K))",
	"QF[0-9]{1,2}.*(trip|interlock) *[a-z]*$",
};
static long matched, messages;

OWN static int matches(const char *rule, const char *msg)
{
	regex_t re;

	if (regcomp(&re, rule, REG_EXTENDED | REG_NOSUB))
		return 0;
	if (regexec(&re, msg, 0, NULL, 0))
		return 0;
	matched++;
	regfree(&re); /* done with it */
	return 1;
}

static void message(long n, char *to, size_t size)
{
	static const char *what[] = { "overflow", "ok", "trip vacuum", "temperature 61K", "ramp" };

	snprintf(to, size, "%s%ld: %s", n % 3 ? "QF" : "BPM", n % 97, what[n * 31 % 5]);
}

static long rss(void)
{
	long a, b = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f) {
		if (fscanf(f, "%ld %ld", &a, &b) != 2)
			b = 0;
		fclose(f);
	}
	return b / 256;
}

int main(void)
{
	char msg[100];
	long pace = env("PACE", 5);

	for (;; messages++) {
		message(messages, msg, sizeof msg);
		for (unsigned i = 0; i < sizeof rules / sizeof *rules; i++)
			if (matches(rules[i], msg))
				break;
		if (messages % 100 == 0) {
			nap(pace);
			if (messages % 2000 == 0) {
				printf("%ld messages %ld matched\n", messages, matched);
				fflush(stdout);
			}
			if (rss() > 690)
				break;
		}
	}
	return 0;
}
