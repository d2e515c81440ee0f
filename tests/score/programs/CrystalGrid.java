// SPDX-License-Identifier: GPL-2.0-or-later
import java.util.ArrayList;
import java.util.List;

/** Electron density of a crystal: a grid per symmetry operation, kept for the sum. */
public class CrystalGrid {
	static final int N = 64;

	static float[][][] density(int op) {
		float[][][] g = new float[N][N][N];
		for (int i = 0; i < N; i++)
			for (int j = 0; j < N; j++)
				for (int k = 0; k < N; k++)
					g[i][j][k] = (float) Math.cos(0.1 * (i * op + j - k));
		return g;
	}

	public static void main(String[] args) throws Exception {
		int ops = args.length > 0 ? Integer.parseInt(args[0]) : 180;
		int pace = args.length > 1 ? Integer.parseInt(args[1]) : 20;
		List<float[][][]> grids = new ArrayList<>();
		for (int op = 1; op <= ops; op++) {
			grids.add(density(op));
			Thread.sleep(pace);
		}
		double sum = 0;
		for (float[][][] g : grids)
			sum += g[3][5][7] * g[N - 1][0][2];
		System.out.printf("%d operations, density %.4f%n", ops, sum);
	}
}
