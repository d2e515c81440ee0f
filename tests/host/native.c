// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * native: one job at this machine's own speed, without a Slurm: the fake host
 * runs a script as the only step of a job, below a limit of the machine's own
 * kernel, and the plugin explains it as it would in slurm-JOBID.out.
 *
 *	native PLUGIN SCRIPT LIMIT_MIB OUT [RECORD_DIR [N_TASKS]]
 *
 * The script is sh's, its output and the block go to the file OUT.  With
 * OOM_NATIVE_VERBOSE in the environment a step that was not killed tells its
 * peak.
 */
#include "host.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	char folder[] = "/tmp/oom-native.XXXXXX", record[256];
	struct step s = { .step_id = STEP_BATCH,
			  .n_tasks = 1,
			  .args = { getenv("OOM_NATIVE_VERBOSE")
					    ? "default=verbose"
					    : "default=on" } };

	if (argc < 5) {
		(void)fprintf(stderr, "usage: native PLUGIN SCRIPT LIMIT_MIB "
				      "OUT [RECORD_DIR [N_TASKS]]\n");
		return 2;
	}
	plugin_path = argv[1];
	victim_fd = open("/bin/sh", O_RDONLY | O_CLOEXEC);
	world_fd = memfd_create("world", MFD_CLOEXEC);
	if (victim_fd < 0 || world_fd < 0 ||
	    ftruncate(world_fd, sizeof(*world)) || !mkdtemp(folder) ||
	    chmod(folder, 0777) || chdir(folder)) {
		perror("native");
		return 2;
	}
	world = mmap(NULL, sizeof(*world), PROT_READ | PROT_WRITE, MAP_SHARED,
		     world_fd, 0);
	if (world == MAP_FAILED)
		return 2;
	tree_owner = getpid();
	(void)umask(022);
	(void)setenv("SLURMD_NODENAME", "node0", 1);
	world->job_id = 40000000 + (uint32_t)getpid();
	set_job_env("SLURM_MEM_PER_NODE", argv[3]);
	(void)snprintf(host_output, sizeof(host_output), "%s/host", folder);
	s.doing = argv[2];
	s.limit_mib = tree_version() ? (unsigned int)atoi(argv[3]) : 0;
	s.out_fd = open(argv[4],
			O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC,
			0666);
	(void)!fchown(s.out_fd, TEST_UID, TEST_GID);
	s.err_fd = s.out_fd;
	if (argc > 5 && argv[5][0]) {
		(void)snprintf(record, sizeof(record), "record=%s", argv[5]);
		s.args[1] = record;
	}
	if (argc > 6) {
		s.n_tasks = (unsigned int)atoi(argv[6]);
		s.step_id = 0;
	}
	step_run(&s);
	epilog_run();
	tree_sweep(tree_owner);
	(void)fprintf(stderr, "%s%s", world->trouble, world->log);
	return world->trouble[0] != '\0';
}
