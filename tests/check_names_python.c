// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Real interpreters at lines that are known: this machine's, and those of
 * $OOM_PYTHON, parted by blanks: a path, or ROOT:PATH for one in another root
 * (as a container: only root can do that); with a "!" before, one that we must
 * be silent about.  Then the same with what is read garbled: an answer or none,
 * but an end.
 */
#include "check.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "../lib/names/python.h"

#define ASKED 200

/* What the test sees and does of the reads in lib/names. */
static unsigned long reads;
static unsigned int garble; /* one read in so many; 0: none */
static uint64_t seed = 1;

static uint64_t chance(void)
{
	/* xorshift64: the same numbers in every run */
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static void spoil(unsigned char *buf, size_t len, uint64_t address)
{
	static const uint64_t odd[] = {
		0,
		1,
		4096,
		INT64_MAX,
		UINT64_MAX,
		0xffffffff,
		0x7fffffff,
		INT64_MIN,
		1 << 16,
		(1 << 16) + 1,
		0x7ffffffff000,
		0xff,
	};
	uint64_t word;

	if (len < 8 || chance() % 2) {
		for (uint64_t i = chance() % 4 + 1; i && len; i--)
			buf[chance() % len] ^=
				(unsigned char)(1 << chance() % 8);
		return;
	}
	switch (chance() % 3) {
	case 0:
		word = odd[chance() % (sizeof(odd) / sizeof(odd[0]))];
		break;
	case 1: /* a circle, a struct that is shifted */
		word = address + chance() % 3 * 8;
		break;
	default: /* another one of its words: a pointer that leads somewhere */
		memcpy(&word, buf + chance() % (len / 8) * 8, 8);
		break;
	}
	memcpy(buf + chance() % (len / 8) * 8, &word, 8);
}

/* Before the C library's own. */
#undef pread
ssize_t pread(int fd, void *buf, size_t len, off_t at)
{
	ssize_t got = syscall(SYS_pread64, fd, buf, len, at);

	reads++;
	if (garble && got > 0 && chance() % garble == 0)
		spoil(buf, (size_t)got, (uint64_t)at);
	return got;
}

struct interpreter {
	char root[64]; /* "": this one */
	char path[128];
	const char *label;
	bool unknown; /* nothing is said of it */
};

struct program {
	pid_t pid, asked; /* asked about: it, or a child of it */
	char folder[64], at[100];
	int folder_fd, proc_fd, mem_fd, maps_fd;
	struct names_maps maps;
	struct names_python python;
};

static void write_text(int dir_fd, const char *name, const char *text)
{
	int fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	ck_assert_int_eq(close(fd), 0);
}

/* As a container has it: another root, with names that only it knows. */
static void enter(const char *root)
{
	if (unshare(CLONE_NEWNS) != 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount(root, root, NULL, MS_BIND | MS_REC, NULL) != 0 ||
	    chdir(root) != 0 || syscall(SYS_pivot_root, ".", ".") != 0 ||
	    umount2(".", MNT_DETACH) != 0 || chdir("/") != 0)
		_exit(126);
}

static void look(struct program *p)
{
	char path[64];

	p->proc_fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	(void)snprintf(path, sizeof(path), "/proc/%d/mem", p->asked);
	p->mem_fd = open(path, O_RDONLY | O_CLOEXEC);
	(void)snprintf(path, sizeof(path), "/proc/%d/maps", p->asked);
	p->maps_fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(p->mem_fd, 0);
	ck_assert_int_ge(p->maps_fd, 0);
	ck_assert_int_eq(names_maps_read(&p->maps, p->maps_fd), 0);
}

static void unlook(struct program *p)
{
	(void)close(p->proc_fd);
	(void)close(p->mem_fd);
	(void)close(p->maps_fd);
}

/* A folder that is `at` for us, `folder` for the interpreter. */
static int make_folder_for(const struct interpreter *with, char at[100],
			   char folder[64])
{
	int fd;

	if (!with->root[0]) {
		fd = make_folder(folder);
		strcpy(at, folder);
		return fd;
	}
	(void)snprintf(at, 100, "%.63s/tmp/oom-check-XXXXXX", with->root);
	ck_assert_ptr_nonnull(mkdtemp(at));
	fd = open(at, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	(void)snprintf(folder, 64, "/tmp/%.40s", strrchr(at, '/') + 1);
	return fd;
}

/* Its first line says "ready", and whom to ask about if not itself. */
static bool start(struct program *p, const struct interpreter *with,
		  const char *script)
{
	char line[64] = "", path[64];
	struct pollfd poll_fd;
	size_t got = 0;
	int out[2];

	memset(p, 0, sizeof(*p));
	p->folder_fd = make_folder_for(with, p->at, p->folder);
	write_text(p->folder_fd, "steps.py", script);
	(void)snprintf(path, sizeof(path), "%.40s/steps.py", p->folder);
	ck_assert_int_eq(pipe2(out, O_CLOEXEC), 0);
	p->pid = fork();
	ck_assert_int_ge(p->pid, 0);
	if (!p->pid) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)setpgid(0, 0);
		(void)dup2(out[1], 1);
		if (with->root[0])
			enter(with->root);
		execl(with->path, with->path, "-u", path, (char *)NULL);
		_exit(127);
	}
	(void)setpgid(p->pid, p->pid);
	(void)close(out[1]);
	poll_fd = (struct pollfd){ .fd = out[0], .events = POLLIN };
	while (got < sizeof(line) - 1 && !memchr(line, '\n', got)) {
		ssize_t n = poll(&poll_fd, 1, 20000) == 1
				    ? read(out[0], line + got,
					   sizeof(line) - 1 - got)
				    : 0;

		if (n <= 0)
			break;
		got += (size_t)n;
	}
	(void)close(out[0]);
	if (strncmp(line, "ready", 5) != 0)
		return false;
	p->asked = line[5] == ' ' ? (pid_t)atoi(line + 6) : p->pid;
	look(p);
	return true;
}

static void stop(struct program *p)
{
	(void)kill(-p->pid, SIGKILL);
	(void)waitpid(p->pid, NULL, 0);
	if (p->proc_fd)
		unlook(p);
	names_maps_free(&p->maps);
	remove_folder(p->at, p->folder_fd);
}

static bool ask(struct program *p, struct names_place *place)
{
	return names_python_place(&p->python, &p->maps, p->proc_fd, p->mem_fd,
				  (uint32_t)p->asked, place);
}

/* An answer that is right, or right in another moment of the same program. */
struct answer {
	const char *function, *unqualified; /* 3.9, 3.10: only the latter */
	uint32_t from, to;
	const char *via; /* NULL: whatever */
	bool asleep;
};

struct scenario {
	const char *name, *script;
	struct answer want, also[4];
	unsigned int least; /* answers of ASKED that are the wanted one */
	bool any_sleep;	    /* a moment's sleep may be seen */
	bool ready;	    /* mostly without the GIL, and running */
	bool any_ready;	    /* it depends */
};

static const struct scenario scenarios[] = {
	{
		.name = "a list that grows",
		.script = "def collect(kept):\n"
			  "    for i in range(1 << 16):\n"
			  "        kept.append([i] * 16)\n"
			  "\n"
			  "def main():\n"
			  "    print('ready')\n"
			  "    while True:\n"
			  "        collect([])\n"
			  "main()\n",
		.want = { "collect", "collect", 1, 3, "by main < steps" },
		.also = { { "main", "main", 7, 8, "by steps" } },
		.least = 120,
	},
	{
		.name = "a method, and a function within one",
		.script = "class Server:\n"
			  "    def open(self, n):\n"
			  "        def session(k):\n"
			  "            for i in range(50):\n"
			  "                kept = [k] * 100000\n"
			  "        while True:\n"
			  "            self.last = session(n)\n"
			  "\n"
			  "print('ready')\n"
			  "Server().open(7)\n",
		.want = { "session", "session", 3, 5,
			  "by Server.open < steps" },
		.also = { { "Server.open", "open", 6, 7, "by steps" } },
		.least = 120,
	},
	{
		.name = "a comprehension",
		.script = "def squares(n):\n"
			  "    return [\n"
			  "        i * i\n"
			  "        for i in range(n)\n"
			  "    ]\n"
			  "print('ready')\n"
			  "while True:\n"
			  "    squares(200000)\n",
		.want = { "squares", "squares", 2, 5, "by steps" },
		.also = { { "<module>", "<module>", 7, 8, "" } },
		.least = 150,
	},
	{
		.name = "lines that come by their hundreds",
		.script = "import sys\n"
			  "text = 'def long(kept):\\n'\n"
			  "text += '    kept = kept\\n' * 3000\n"
			  "text += '    while True:\\n'\n"
			  "text += '        kept.append([1] * 16)\\n'\n"
			  "text += '        if len(kept) > 99999:\\n'\n"
			  "text += '            kept.clear()\\n'\n"
			  "exec(compile(text, '/no/where.py', 'exec'))\n"
			  "print('ready')\n"
			  "long([])\n",
		.want = { "long", "long", 3002, 3005, "by steps" },
		.also = { { "long", "long", 1, 3001, NULL } },
		.least = 150,
	},
	{
		.name = "a thread that works while the main one joins",
		.script = "import threading\n"
			  "def work():\n"
			  "    print('ready')\n"
			  "    while True:\n"
			  "        kept = [[i] * 9 for i in range(99999)]\n"
			  "t = threading.Thread(target=work)\n"
			  "t.start()\n"
			  "t.join()\n",
		.want = { "work", "work", 4, 5, "" },
		.least = 190,
		.any_sleep = true,
	},
	{
		.name = "a thread that sleeps while the main one joins",
		.script = "import threading, time\n"
			  "def work():\n"
			  "    print('ready')\n"
			  "    while True:\n"
			  "        time.sleep(0.1)\n"
			  "t = threading.Thread(target=work)\n"
			  "t.start()\n"
			  "t.join()\n",
		.want = { "work", "work", 3, 5, "", true },
		.also = { { "work", "work", 3, 5, "" } },
		.least = 150,
	},
	{
		.name = "a thread that works where the GIL is not needed",
		.script = "import threading\n"
			  "from hashlib import sha256\n"
			  "data = bytes(1 << 26)\n"
			  "def work():\n"
			  "    print('ready')\n"
			  "    while True:\n"
			  "        sha256(data)\n"
			  "t = threading.Thread(target=work)\n"
			  "t.start()\n"
			  "t.join()\n",
		.want = { "work", "work", 6, 7, NULL },
		.least = 180,
		.ready = true,
		.any_sleep = true,
	},
	{
		.name = "a worker process",
		.script = "import os, time\n"
			  "def work():\n"
			  "    while True:\n"
			  "        kept = [0] * 1000000\n"
			  "pid = os.fork()\n"
			  "if not pid:\n"
			  "    work()\n"
			  "time.sleep(.3)\n"
			  "print('ready', pid)\n"
			  "time.sleep(99)\n",
		.want = { "work", "work", 3, 4, "by steps" },
		.least = 190,
	},
	{
		.name = "a worker process that sleeps",
		.script = "import os, time\n"
			  "def work():\n"
			  "    time.sleep(99)\n"
			  "pid = os.fork()\n"
			  "if not pid:\n"
			  "    work()\n"
			  "time.sleep(.3)\n"
			  "print('ready', pid)\n"
			  "time.sleep(99)\n",
		.want = { "work", "work", 3, 3, "by steps", true },
		.least = 200,
	},
	{
		.name = "a pool's worker",
		.script = "import multiprocessing, os\n"
			  "def work(n):\n"
			  "    print('ready', os.getpid())\n"
			  "    while True:\n"
			  "        kept = [n] * 100000\n"
			  "if __name__ == '__main__':\n"
			  "    multiprocessing.Pool(2).map(work, [1])\n",
		.want = { "work", "work", 4, 5, NULL },
		.least = 190,
	},
	{
		.name = "numpy",
		.script = "import numpy\n"
			  "def assemble(n):\n"
			  "    kept = []\n"
			  "    for i in range(40):\n"
			  "        kept.append(numpy.ones((n, n)))\n"
			  "print('ready')\n"
			  "while True:\n"
			  "    assemble(500)\n",
		.want = { "assemble", "assemble", 5, 5, "in numpy ones" },
		.also = { { "assemble", "assemble", 2, 5, "by steps" },
			  { "<module>", "<module>", 7, 8, "" } },
		.least = 120,
		.any_ready = true,
	},
	{
		.name = "the standard library",
		.script = "import copy\n"
			  "table = [[i, str(i)] for i in range(20000)]\n"
			  "def load():\n"
			  "    return copy.deepcopy(table)\n"
			  "print('ready')\n"
			  "while True:\n"
			  "    load()\n",
		.want = { "load", "load", 4, 4, "in copy deepcopy" },
		.also = { { "load", "load", 3, 4, "by steps" },
			  { "<module>", "<module>", 6, 7, "" } },
		.least = 150,
	},
	{
		.name = "a generator",
		.script = "def rows(n):\n"
			  "    for i in range(n):\n"
			  "        yield [i] * 64\n"
			  "def table():\n"
			  "    kept = []\n"
			  "    for row in rows(9999):\n"
			  "        kept.append(row)\n"
			  "print('ready')\n"
			  "while True:\n"
			  "    table()\n",
		.want = { "rows", "rows", 1, 3, "by table < steps" },
		.also = { { "table", "table", 4, 7, "by steps" },
			  { "<module>", "<module>", 9, 10, "" } },
		/* 3.12 on: inlined; it is seen between the two readings. */
		.least = 10,
	},
	{
		.name = "many small calls",
		.script = "class Point:\n"
			  "    def __init__(self, x):\n"
			  "        self.x = x\n"
			  "def fill():\n"
			  "    kept = []\n"
			  "    for i in range(99999):\n"
			  "        kept.append(Point(i))\n"
			  "print('ready')\n"
			  "while True:\n"
			  "    fill()\n",
		.want = { "fill", "fill", 4, 7, "by steps" },
		.also = { { "Point.__init__", "__init__", 2, 3,
			    "by fill < steps" },
			  { "<module>", "<module>", 9, 10, "" } },
		.least = 40,
	},
	{
		.name = "a depth of calls",
		.script = "def down(n):\n"
			  "    if n:\n"
			  "        return down(n - 1)\n"
			  "    while True:\n"
			  "        kept = [0] * 100000\n"
			  "print('ready')\n"
			  "down(300)\n",
		.want = { "down", "down", 4, 5, "" },
		.least = 190,
	},
	{
		.name = "asleep",
		.script = "import time\n"
			  "def rest():\n"
			  "    time.sleep(99)\n"
			  "print('ready')\n"
			  "rest()\n",
		.want = { "rest", "rest", 3, 3, "by steps", true },
		.least = 190,
		.any_sleep = true,
	},
	{
		.name = "native code that lets others run",
		.script = "import hashlib\n"
			  "data = b'x' * 4000000\n"
			  "def digest():\n"
			  "    while True:\n"
			  "        hashlib.sha256(data)\n"
			  "print('ready')\n"
			  "digest()\n",
		.want = { "digest", "digest", 4, 5, "by steps" },
		.least = 190,
		.ready = true,
	},
	{
		.name = "letters that are not ASCII",
		.script = "# -*- coding: utf-8 -*-\n"
			  "def gr\xc3\xb6\xc3\x9f\x65():\n"
			  "    while True:\n"
			  "        kept = [0] * 100000\n"
			  "print('ready')\n"
			  "gr\xc3\xb6\xc3\x9f\x65()\n",
		.want = { "gr??e", "gr??e", 3, 4, "by steps" },
		.least = 190,
	},
};

static bool is_answer(const struct answer *a, const struct names_place *place,
		      bool any_sleep)
{
	return a->function &&
	       (strcmp(place->function, a->function) == 0 ||
		strcmp(place->function, a->unqualified) == 0) &&
	       place->line >= a->from && place->line <= a->to &&
	       (!a->via || strcmp(place->via, a->via) == 0 ||
		/* unqualified */
		(strchr(a->via, '.') && strncmp(place->via, "by ", 3) == 0 &&
		 strcmp(place->via + 3, strchr(a->via, '.') + 1) == 0)) &&
	       (any_sleep || place->asleep == a->asleep);
}

static void run_scenario(const struct interpreter *with,
			 const struct scenario *s)
{
	unsigned int right = 0, also = 0, silent = 0, wrong = 0, ready = 0;
	struct timespec pause = { .tv_nsec = 1000000 };
	char bad[NAMES_PLACE_LEN + 8] = "";
	unsigned long most = 0;
	struct program p;

	if (!start(&p, with, s->script)) {
		printf("# %s: \"%s\" does not run\n", with->label, s->name);
		stop(&p);
		return;
	}
	(void)nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
	ck_assert_int_eq(names_maps_read(&p.maps, p.maps_fd), 0);
	for (int i = 0; i < ASKED; i++) {
		struct names_place place;
		bool other = false;

		pause.tv_nsec = 500000 + (long)(chance() % 2000000);
		(void)nanosleep(&pause, NULL);
		reads = 0;
		if (!ask(&p, &place)) {
			silent++;
			continue;
		}
		most = reads > most ? reads : most;
		ready += place.ready;
		for (int k = 0; k < 4; k++)
			other |= is_answer(&s->also[k], &place, true);
		if (is_answer(&s->want, &place, s->any_sleep)) {
			right++;
		} else if (other) {
			also++;
		} else {
			wrong++;
			names_place_text(&place, bad);
			if (place.asleep)
				strcat(bad, " zzz");
		}
	}
	printf("# %s 3.%u: %s: %u right, %u beside, %u none, %u wrong; "
	       "%lu reads at most\n",
	       with->label, p.python.version & 255, s->name, right, also,
	       silent, wrong, most);
	stop(&p);
	if (with->unknown) {
		ck_assert_msg(silent == ASKED, "%s: %s: it speaks", with->label,
			      s->name);
		return;
	}
	if (!s->want.asleep && !s->any_ready)
		ck_assert_msg(s->ready ? ready >= ASKED / 2
				       : ready <= ASKED / 4,
			      "%s: %s: %u ready", with->label, s->name, ready);
	ck_assert_msg(!wrong, "%s: %s: %s", with->label, s->name, bad);
	ck_assert_msg(right >= s->least, "%s: %s: only %u", with->label,
		      s->name, right);
}

/* False: there is no more. */
static bool nth_interpreter(size_t n, struct interpreter *ret)
{
	const char *list = getenv("OOM_PYTHON"), *colon, *name;
	static char word[256];

	memset(ret, 0, sizeof(*ret));
	if (n-- == 0) {
		strcpy(ret->path, "/usr/bin/python3");
		ret->label = ret->path;
		return true;
	}
	for (; list && *list; list += strcspn(list, " ")) {
		list += strspn(list, " ");
		if (!*list)
			break;
		if (n-- == 0) {
			(void)snprintf(word, sizeof(word), "%.*s",
				       (int)strcspn(list, " "), list);
			ret->unknown = word[0] == '!';
			name = word + ret->unknown;
			ret->label = name;
			colon = strchr(name, ':');
			if (colon)
				(void)snprintf(ret->root, sizeof(ret->root),
					       "%.*s", (int)(colon - name),
					       name);
			(void)snprintf(ret->path, sizeof(ret->path), "%.127s",
				       colon ? colon + 1 : name);
			return true;
		}
	}
	return false;
}

static bool usable(const struct interpreter *with)
{
	char path[300];

	(void)snprintf(path, sizeof(path), "%s%s", with->root, with->path);
	if (with->root[0] && geteuid() != 0) {
		printf("# %s: only root can enter it\n", with->label);
		return false;
	}
	if (access(path, X_OK) != 0) {
		printf("# %s: not here\n", with->label);
		return false;
	}
	return true;
}

/* One that we know, for the tests of our own; skips by itself. */
static uint16_t have_known(void)
{
	struct interpreter with;
	struct program p;
	uint16_t version;
	bool known;

	/* A test that fails must not take its lines along. */
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	(void)nth_interpreter(0, &with);
	if (!usable(&with) ||
	    !start(&p, &with, "print('ready')\nwhile True: pass\n")) {
		printf("skipped: no /usr/bin/python3\n");
		return 0;
	}
	(void)ask(&p, &(struct names_place){ 0 });
	version = p.python.version;
	known = version >= 0x0309 && version <= 0x030e;
	stop(&p);
	if (known)
		return version;
	printf("skipped: /usr/bin/python3 is 3.%u\n", version & 255);
	return 0;
}

START_TEST(known_lines)
{
	struct interpreter with;

	if (!have_known())
		return;
	for (size_t i = 0; nth_interpreter(i, &with); i++)
		if (usable(&with))
			for (size_t s = 0;
			     s < sizeof(scenarios) / sizeof(scenarios[0]); s++)
				run_scenario(&with, &scenarios[s]);
}
END_TEST

/* As python -m venv makes one: a link, and a file that says where from. */
static void run_in_venv(const struct interpreter *with)
{
	struct interpreter in = *with;
	char at[100], folder[64], text[256];
	int fd = make_folder_for(with, at, folder);

	ck_assert_int_eq(mkdirat(fd, "bin", 0755), 0);
	ck_assert_int_eq(symlinkat(with->path, fd, "bin/python"), 0);
	(void)snprintf(text, sizeof(text),
		       "home = %.*s\n"
		       "include-system-site-packages = false\n",
		       (int)(strrchr(with->path, '/') - with->path),
		       with->path);
	write_text(fd, "pyvenv.cfg", text);
	(void)snprintf(in.path, sizeof(in.path), "%.60s/bin/python", folder);
	(void)snprintf(text, sizeof(text), "venv of %.200s", with->label);
	in.label = text;
	run_scenario(&in, &scenarios[0]);
	remove_folder(at, fd);
}

START_TEST(venv)
{
	struct interpreter with;

	if (!have_known())
		return;
	for (size_t i = 0; nth_interpreter(i, &with); i++)
		if (!with.unknown && usable(&with))
			run_in_venv(&with);
}
END_TEST

/* Of a library: what the user called; and whose line an import is. */
START_TEST(site_packages)
{
	static const char script[] =
		"import os, sys\n"
		"here = os.path.dirname(os.path.abspath(__file__))\n"
		"top = os.path.join(here, 'lib', 'python3', 'dist-packages')\n"
		"os.makedirs(os.path.join(top, 'frames'))\n"
		"with open(os.path.join(top, 'frames', '__init__.py'), 'w') "
		"as f:\n"
		"    f.write('''\n"
		"def grow():\n"
		"    while True:\n"
		"        kept = [0] * 100000\n"
		"def wrap(f):\n"
		"    def inside(*args):\n"
		"        return f(*args)\n"
		"    return inside\n"
		"@wrap\n"
		"def read_table(path):\n"
		"    grow()\n"
		"if %d:\n"
		"    grow()\n"
		"''' % (len(sys.argv) > 9 or WHEN))\n"
		"sys.path.insert(0, top)\n"
		"print('ready')\n"
		"import frames\n"
		"def load():\n"
		"    frames.read_table('x')\n"
		"load()\n";
	struct scenario s = {
		.name = "a package",
		.want = { "load", "load", 24, 24, "in frames inside" },
		.least = 190,
	};
	struct interpreter with;
	char text[sizeof(script) + 16];
	uint16_t version = have_known();

	if (!version)
		return;
	for (int when = 0; when < 2; when++) {
		char *hole;

		strcpy(text, script);
		hole = strstr(text, "WHEN");
		memcpy(hole, when ? "True" : "   0", 4);
		s.script = text;
		(void)nth_interpreter(0, &with);
		if (when)
			s.want = (struct answer){
				"<module>", "<module>",		22,
				22,	    "in import frames", false
			};
		else if (version > 0x030a)
			s.want.via = "in frames read_table";
		run_scenario(&with, &s);
	}
}
END_TEST

/* A program that is no Python; one that becomes it, by an exec. */
START_TEST(other_programs)
{
	struct interpreter shell = { .path = "/bin/sh", .label = "sh" };
	struct names_place place;
	struct program p;

	if (!have_known())
		return;
	ck_assert(start(&p, &shell,
			"echo ready\n"
			"sleep 0.3\n"
			"exec /usr/bin/python3 -c '\n"
			"while True:\n"
			"    kept = [0] * 100000'\n"));
	ck_assert(!ask(&p, &place));
	ck_assert_int_lt(p.python.state, 0);
	ck_assert(!ask(&p, &place));
	for (int i = 0; i < 100; i++) {
		(void)nanosleep(&(struct timespec){ .tv_nsec = 20000000 },
				NULL);
		/* What was opened before is of the memory before. */
		unlook(&p);
		look(&p);
		/* First it loads what it needs itself. */
		if (ask(&p, &place) && strcmp(place.file, "<string>") == 0)
			break;
	}
	ck_assert_int_gt(p.python.state, 0);
	ck_assert_str_eq(place.file, "<string>");
	ck_assert_str_eq(place.function, "<module>");
	stop(&p);
}
END_TEST

static const char deep[] =
	"import copy, threading, time\n"
	"class Server:\n"
	"    def rows(self, n):\n"
	"        for i in range(n):\n"
	"            yield from self.more(i)\n"
	"    def more(self, i):\n"
	"        def down(k):\n"
	"            if not k:\n"
	"                print('ready')\n"
	"                while True:\n"
	"                    kept = [k] * 1000\n"
	"            return down(k - 1)\n"
	"        yield copy.deepcopy([down(20)])\n"
	"threading.Thread(target=time.sleep, args=(99,), daemon=True).start()\n"
	"print(list(Server().rows(3)))\n";

/* A place that is garbled is still a text. */
static void check_text(const struct names_place *place)
{
	ck_assert_ptr_nonnull(
		memchr(place->function, 0, sizeof(place->function)));
	ck_assert_ptr_nonnull(memchr(place->file, 0, sizeof(place->file)));
	ck_assert_ptr_nonnull(memchr(place->via, 0, sizeof(place->via)));
	for (const char *c = place->function; *c; c++)
		ck_assert(*c >= ' ' && *c <= '~');
	for (const char *c = place->file; *c; c++)
		ck_assert(*c >= ' ' && *c <= '~');
	for (const char *c = place->via; *c; c++)
		ck_assert(*c >= ' ' && *c <= '~');
}

START_TEST(garbled_memory)
{
	struct interpreter with;

	if (!have_known())
		return;
	for (size_t i = 0; nth_interpreter(i, &with); i++) {
		unsigned int answers = 0;
		unsigned long most = 0;
		struct names_place place;
		struct program p;

		if (!usable(&with))
			continue;
		if (!start(&p, &with, deep)) {
			stop(&p);
			continue;
		}
		(void)nanosleep(&(struct timespec){ .tv_nsec = 100000000 },
				NULL);
		ck_assert_int_eq(names_maps_read(&p.maps, p.maps_fd), 0);
		ck_assert_int_eq(kill(-p.pid, SIGSTOP), 0);
		(void)ask(&p, &place);
		for (int round = 0; round < 4000; round++) {
			garble = 1 + (unsigned int)(chance() % 60);
			reads = 0;
			if (ask(&p, &place)) {
				answers++;
				check_text(&place);
			}
			most = reads > most ? reads : most;
			/* No round costs more than this. */
			ck_assert_uint_lt(reads, 20000);
		}
		garble = 0;
		printf("# %s: garbled: %lu reads at most, %u answers\n",
		       with.label, most, answers);
		stop(&p);
	}
}
END_TEST

/* A file that is not what it was: cut, huge, garbled. */
START_TEST(garbled_file)
{
	char folder[64], path[96], line[512];
	struct names_python python;
	struct names_place place;
	struct interpreter with;
	struct names_maps maps = { 0 };
	struct program p;
	unsigned char *file;
	struct stat st;
	int fd, out;

	if (!have_known())
		return;
	(void)nth_interpreter(0, &with);
	ck_assert(start(&p, &with, deep));
	fd = make_folder(folder);
	(void)snprintf(path, sizeof(path), "%s/python3.11", folder);
	out = open("/usr/bin/python3", O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(out, 0);
	ck_assert_int_eq(fstat(out, &st), 0);
	file = malloc((size_t)st.st_size);
	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(read(out, file, (size_t)st.st_size), st.st_size);
	ck_assert_int_eq(close(out), 0);
	out = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	ck_assert_int_eq(write(out, file, (size_t)st.st_size), st.st_size);
	for (int round = 0; round < 300; round++) {
		/* The head, the table of sections, the symbols. */
		uint64_t spots[3] = { 0, 0, 0 }, spot;
		unsigned char was[64], now[64];
		off_t at;

		memcpy(&spots[1], file + 40, 8); /* e_shoff */
		spots[2] = chance() % 65536;
		spot = spots[chance() % 3] + chance() % 1500;
		if (spot + 64 > (uint64_t)st.st_size)
			spot = (uint64_t)st.st_size - 64;
		at = (off_t)spot;
		memcpy(was, file + at, sizeof(was));
		memcpy(now, was, sizeof(now));
		spoil(now, sizeof(now), spot);
		ck_assert_int_eq(pwrite(out, now, sizeof(now), at), 64);
		if (round % 10 == 9)
			ck_assert_int_eq(
				ftruncate(out, (off_t)(chance() %
						       (uint64_t)st.st_size)),
				0);
		if (round % 10 == 8)
			ck_assert_int_eq(ftruncate(out, (off_t)1 << 40), 0);
		ck_assert_int_eq(fstat(out, &st), 0);
		(void)snprintf(line, sizeof(line),
			       "00400000-00401000 r--p 00000000 08:01 %lu   "
			       "%s\n",
			       (unsigned long)st.st_ino, path);
		ck_assert_int_eq(names_maps_parse(&maps, line, strlen(line)),
				 0);
		memset(&python, 0, sizeof(python));
		(void)names_python_place(&python, &maps, p.proc_fd, p.mem_fd,
					 (uint32_t)p.pid, &place);
		ck_assert_int_eq(stat("/usr/bin/python3", &st), 0);
		ck_assert_int_eq(ftruncate(out, st.st_size), 0);
		ck_assert_int_eq(pwrite(out, file, (size_t)st.st_size, 0),
				 st.st_size);
	}
	/* Another file by the same name is none of it. */
	ck_assert_int_eq(fstat(out, &st), 0);
	(void)snprintf(line, sizeof(line),
		       "00400000-00401000 r--p 00000000 08:01 %lu   %s\n",
		       (unsigned long)st.st_ino + 1, path);
	ck_assert_int_eq(names_maps_parse(&maps, line, strlen(line)), 0);
	memset(&python, 0, sizeof(python));
	ck_assert(!names_python_place(&python, &maps, p.proc_fd, p.mem_fd,
				      (uint32_t)p.pid, &place));
	ck_assert_int_lt(python.state, 0);
	names_maps_free(&maps);
	free(file);
	ck_assert_int_eq(close(out), 0);
	remove_folder(folder, fd);
	stop(&p);
}
END_TEST

/* Nothing stays open, whatever the answer. */
START_TEST(descriptors)
{
	struct names_place place;
	struct interpreter with;
	unsigned int before;
	struct program p;

	if (!have_known())
		return;
	(void)nth_interpreter(0, &with);
	ck_assert(start(&p, &with, deep));
	before = count_descriptors();
	for (int i = 0; i < 20; i++) {
		memset(&p.python, 0, sizeof(p.python));
		(void)ask(&p, &place);
	}
	ck_assert_uint_eq(count_descriptors(), before);
	stop(&p);
	/* And of a process that is gone. */
	ck_assert(!names_python_place(&p.python, &p.maps, -1, -1,
				      (uint32_t)p.pid, &place));
}
END_TEST

TESTS("names_python", known_lines, venv, site_packages, other_programs,
      garbled_memory, garbled_file, descriptors)
