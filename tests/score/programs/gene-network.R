# SPDX-License-Identifier: GPL-2.0-or-later
# Co-expression network: correlations of genes, adjacency, topological overlap,
# dissimilarity; each a matrix of genes by genes that the report uses again.
genes <- as.integer(Sys.getenv("GENES", "1500"))
set.seed(5)
expr <- matrix(rnorm(genes * 24), nrow = 24)
expr[, 1:50] <- expr[, 1:50] + rnorm(24)

correlation <- cor(expr)
cat("correlation: mean", mean(abs(correlation)), "\n")
Sys.sleep(0.4)

adjacency <- abs(correlation)^6
degree <- rowSums(adjacency) - 1
cat("adjacency: hubs", sum(degree > quantile(degree, 0.99)), "\n")
Sys.sleep(0.4)

overlap <- matrix(0, genes, genes)
for (from in seq(1, genes, by = 100)) {
  rows <- from:min(from + 99, genes)
  shared <- adjacency[rows, ] * degree
  overlap[rows, ] <- (shared + adjacency[rows, ]) / (1 + outer(degree[rows], degree, pmin))
  Sys.sleep(0.05)
}
dissimilarity <- 1 - overlap / max(overlap)
cat("overlap done\n")

modules <- integer(genes)
for (g in seq_len(genes))
  modules[g] <- which.min(dissimilarity[g, -g] - 0.01 * correlation[g, -g])
cat("genes:", genes, "partners:", length(unique(modules)), "\n")
