// SPDX-License-Identifier: GPL-2.0-or-later
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Counts k-mers of simulated contigs with a few threads: KmerThreads THREADS CONTIGS */
public class KmerThreads {
    static final ConcurrentHashMap<Long, LongAdder> COUNTS = new ConcurrentHashMap<>();
    static final int K = 21;

    static void contig(int seed) {
        Random random = new Random(seed);
        long mask = (1L << (2 * K)) - 1;
        long kmer = 0;
        for (int i = 0; i < 40000; i++) {
            kmer = (kmer << 2 | random.nextInt(4)) & mask;
            if (i >= K - 1)
                COUNTS.computeIfAbsent(kmer, k -> new LongAdder()).increment();
        }
    }

    public static void main(String[] args) throws Exception {
        int threads = args.length > 0 ? Integer.parseInt(args[0]) : 2;
        int contigs = args.length > 1 ? Integer.parseInt(args[1]) : 40;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        for (int n = 0; n < contigs; n++) {
            int seed = n % (contigs * 9 / 10 + 1);
            pool.submit(() -> contig(seed));
        }
        pool.shutdown();
        if (!pool.awaitTermination(5, TimeUnit.MINUTES))
            System.exit(1);
        long repeated = COUNTS.values().stream().filter(a -> a.sum() > 1).count();
        System.out.println("distinct " + COUNTS.size() + " repeated " + repeated);
    }
}
