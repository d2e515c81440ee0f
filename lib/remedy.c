// SPDX-License-Identifier: GPL-2.0-or-later
#include "values.h"

/* What would have fitted below the limit as it is. */
static void set_fits(struct oom_values *v, const struct oom_diagnosis *d)
{
	uint64_t limit = oom_value_or(d->limit_bytes, 0), fit;

	if (d->group.count) {
		/* One less than were there: they did not fit as they were. */
		fit = d->group.largest_bytes ? limit / d->group.largest_bytes
					     : 0;
		if (fit >= d->group.count)
			fit = d->group.count - 1;
		if (fit)
			oom_set_number(v, V_WORKERS_FIT, fit);
	}
	/* Two thirds for the heap; what a JVM needs beside it is the rest. */
	if (limit >= (UINT64_C(64) << 20) && !d->java_beside_bytes.known) {
		struct oom_buf buf =
			oom_set(v, d->java_source == OOM_JAVA_COMMAND
					   ? V_JAVA_HEAP_FIT_IN_ARGV
					   : V_JAVA_HEAP_FIT);

		oom_buf_printf(&buf, "%llum",
			       (unsigned long long)(limit / 3 * 2 >> 20));
	}
}

/*
 * The heap by what Slurm tells the job.  The JVM's own way, -XX:
 * MaxRAMPercentage, takes the node's memory (measured with JDK 17 below Slurm
 * 22.05, v1 and v2): it looks at the limit of its own cgroup, which is task_0
 * and has none.  Changed in JDK 24 for v2 (JDK-8322420).
 */
static void set_java(struct oom_values *v, const struct oom_findings *f,
		     const struct oom_diagnosis *d, const struct oom_request *r)
{
	if (d->java_beside_bytes.known || r->step)
		return;
	if (r->option == OOM_MEM && oom_exceeds(f->mem_per_node_mib, 0))
		oom_set_text(v, V_JAVA_FOLLOW,
			     "-Xmx$((SLURM_MEM_PER_NODE * 2 / 3))m");
	else if (r->option == OOM_MEM_PER_CPU)
		oom_set_text(v, V_JAVA_FOLLOW,
			     "-Xmx$((SLURM_MEM_PER_CPU * SLURM_CPUS_ON_NODE "
			     "* 2 / 3))m");
}

static void set_request(struct oom_values *v, const struct oom_findings *f,
			const struct oom_diagnosis *d,
			const struct oom_request *r)
{
	char text[OOM_OPTION_LEN], have[OOM_BYTES_LEN], limit[OOM_BYTES_LEN];
	struct oom_buf buf;

	switch (r->reason) {
	case OOM_REQUEST_NODE_FULL:
		buf = oom_set(v, V_NO_MORE);
		oom_buf_printf(&buf,
			       "More than %s does not fit on this node, which "
			       "has %s: use a larger node, more nodes, or less "
			       "memory.",
			       oom_format_bytes(d->limit_bytes.value, limit),
			       oom_format_bytes(f->node_total_bytes.value,
						have));
		return;
	case OOM_REQUEST_NO_LIMIT:
		oom_set_text(
			v, V_NO_MORE,
			"Ask for more than last time; how much is not known, "
			"since the limit that was reached is not.");
		return;
	case OOM_REQUEST_GUESS:
		oom_set_text(
			v, V_GUESS,
			r->capped ? " (a guess: what this node can give)"
			: d->limit_bytes.value >= (UINT64_C(100) << 20)
				? r->node_bytes.value >=
						  d->limit_bytes.value / 2 * 5
					  ? " (a guess: several times the "
					    "limit)"
					  : " (a guess: about twice the limit)"
				: " (a guess)");
		break;
	case OOM_REQUEST_JAVA_HEAP:
		oom_set_text(v, V_GUESS,
			     " (its heap and what a JVM needs beside it, "
			     "estimated)");
		break;
	case OOM_REQUEST_ASKED:
		oom_set_text(v, V_GUESS,
			     d->cause == OOM_CAUSE_SUDDEN_ALLOCATION
				     ? " (a guess: room for twice what was "
				       "asked for)"
				     : " (what was in use or asked for, and "
				       "some more)");
		break;
	case OOM_REQUEST_FILE:
		oom_set_text(v, V_GUESS,
			     " (estimated from the part of the file "
			     "that was done)");
		break;
	case OOM_REQUEST_COPIES:
		oom_set_text(v, V_GUESS,
			     " (if each worker gets a copy of its own "
			     "of what they share now)");
		break;
	case OOM_REQUEST_LEVELS:
		oom_set_text(v, V_GUESS,
			     " (estimated from its slowing growth)");
		break;
	default:
		return;
	}
	buf = oom_set(v, V_PASTE);
	oom_buf_printf(&buf, "%s%s=%s",
		       r->step	     ? "srun "
		       : f->in_batch ? "#SBATCH "
				     : "",
		       oom_option_names[r->option],
		       oom_format_option(r->option_bytes, text));
	if (!r->step && !f->in_batch)
		oom_buf_puts(&buf, "   (an option of sbatch, salloc and srun)");
	if (r->step)
		oom_buf_printf(&buf, " ...%s",
			       r->step_fits
				       ? ""
				       : "   (and as much for the job: sbatch "
					 "--mem)");
}

void oom_set_remedy(struct oom_values *v, const struct oom_findings *f,
		    const struct oom_diagnosis *d, const struct oom_request *r)
{
	set_fits(v, d);
	set_java(v, f, d, r);
	set_request(v, f, d, r);
}
