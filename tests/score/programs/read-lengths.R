# SPDX-License-Identifier: GPL-2.0-or-later
# Composition of the reads by cycle.   usage: Rscript read-lengths.R READS.fastq.gz
path <- commandArgs(TRUE)[1]
con <- gzfile(path, "rt")
lines <- readLines(con)
close(con)
n <- length(lines) / 4
cat(n, "reads\n")
seqs <- lines[seq(2, by = 4, length.out = n)]
qual <- lines[seq(4, by = 4, length.out = n)]
ids <- sub("/1$", "", lines[seq(1, by = 4, length.out = n)])
Sys.sleep(0.3)

bases <- strsplit(seqs, "", fixed = TRUE)         # every read as single letters
gc <- vapply(bases, function(b) mean(b == "G" | b == "C"), 0)
width <- lengths(bases)
cycles <- max(width)
content <- sapply(seq_len(min(cycles, 20)), function(i) {
  letter <- vapply(bases, `[`, "", i)
  table(factor(letter, levels = c("A", "C", "G", "T")))
})
cat(sprintf("gc %.4f sd %.4f, duplicates %d, A in cycle 1: %d\n",
            mean(gc), sd(gc), sum(duplicated(seqs)), content["A", 1]))
