// SPDX-License-Identifier: GPL-2.0-or-later
// Growth of a tumour clone by clone; all ancestors are kept for the phylogeny at the end.
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

public class CellLineage {
    static final class Cell {
        final Cell mother;
        final int born;
        final int[] mutations;
        double fitness;

        Cell(Cell mother, int born, int[] mutations, double fitness) {
            this.mother = mother;
            this.born = born;
            this.mutations = mutations;
            this.fitness = fitness;
        }
    }

    public static void main(String[] args) throws Exception {
        int generations = args.length > 0 ? Integer.parseInt(args[0]) : 220;
        Random rng = new Random(4);
        List<Cell> everyone = new ArrayList<>();
        List<Cell> alive = new ArrayList<>();
        alive.add(new Cell(null, 0, new int[40], 1.0));
        for (int g = 1; g <= generations; g++) {
            List<Cell> next = new ArrayList<>();
            for (Cell c : alive) {
                for (int k = 0; k < 2 && next.size() < 2500; k++) {
                    int[] m = c.mutations.clone();
                    m[rng.nextInt(m.length)]++;
                    Cell kid = new Cell(c, g, m, c.fitness * (1 + 0.01 * rng.nextGaussian()));
                    everyone.add(kid);
                    next.add(kid);
                }
            }
            next.sort((a, b) -> Double.compare(b.fitness, a.fitness));
            alive = new ArrayList<>(next.subList(0, next.size() > 2000 ? 1800 : next.size()));
            Thread.sleep(15);
        }
        int depth = 0;
        for (Cell c = alive.get(0); c != null; c = c.mother) {
            depth++;
        }
        System.out.printf("%d cells, %d alive, depth %d, best fitness %.4f%n", everyone.size(), alive.size(),
                          depth, alive.get(0).fitness);
    }
}
