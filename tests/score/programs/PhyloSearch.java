// SPDX-License-Identifier: GPL-2.0-or-later
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Searches trees of taxa by random exchange; the trees of the best likelihood so far are kept. */
public class PhyloSearch {
    static final class Node {
        Node left, right;
        int taxon = -1;
        final double[] partial = new double[8];
    }

    private final Random random = new Random(5);
    private final List<Node> kept = new ArrayList<>();

    Node grow(int lo, int hi) {
        Node n = new Node();
        if (hi - lo == 1) {
            n.taxon = lo;
            for (int i = 0; i < 8; i++) n.partial[i] = random.nextDouble();
            return n;
        }
        int cut = lo + 1 + random.nextInt(hi - lo - 1);
        n.left = grow(lo, cut);
        n.right = grow(cut, hi);
        for (int i = 0; i < 8; i++)
            n.partial[i] = Math.sqrt(n.left.partial[i] * n.right.partial[(i + 1) & 7]);
        return n;
    }

    double likelihood(Node n) {
        double s = 0;
        for (double p : n.partial) s += Math.log(p + 1e-9);
        return n.left == null ? s : s + 0.1 * (likelihood(n.left) + likelihood(n.right));
    }

    public static void main(String[] args) throws Exception {
        int trees = args.length > 0 ? Integer.parseInt(args[0]) : 2200;
        PhyloSearch search = new PhyloSearch();
        double best = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < trees; k++) {
            Node tree = search.grow(0, 400);
            double l = search.likelihood(tree);
            best = Math.max(best, l);
            search.kept.add(tree);
            if (k % 200 == 0) System.out.printf("%d trees, best %.3f%n", k, best);
            Thread.sleep(1);
        }
        System.out.printf("consensus of %d trees, best %.3f%n", search.kept.size(), best);
    }
}
