// SPDX-License-Identifier: GPL-2.0-or-later
import java.util.*;

/** Reservoir simulation, small grid. Runs with the options of the big one (-Xms...). */
public class Reservoir {
	static final int N = 90;
	double[][] p = new double[N][N], q = new double[N][N];
	final List<String> wells = new ArrayList<>();

	void well(int i, int j, double rate) { q[i][j] = rate; wells.add("W" + i + "-" + j); }

	double step() {
		double change = 0;
		double[][] n = new double[N][N];            // garbage at each step, fine
		for (int i = 1; i < N - 1; i++)
			for (int j = 1; j < N - 1; j++) {
				n[i][j] = 0.25 * (p[i - 1][j] + p[i + 1][j] + p[i][j - 1] + p[i][j + 1]) + q[i][j];
				change += Math.abs(n[i][j] - p[i][j]);
			}
		p = n;
		return change;
	}

	public static void main(String[] a) throws InterruptedException {
		int steps = a.length > 0 ? Integer.parseInt(a[0]) : 3000;
		Reservoir r = new Reservoir();
		r.well(20, 20, 1); r.well(70, 60, -0.8); r.well(40, 75, -0.2);
		for (int s = 1; s <= steps; s++) {
			double c = r.step();
			if (s % 500 == 0) System.out.printf("step %d change %.4f%n", s, c);
			if (s % 100 == 0) Thread.sleep(5);
		}
		System.out.println(r.wells + " done");
	}
}
