// SPDX-License-Identifier: GPL-2.0-or-later
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Hill shading of a raster; tiles are cached, up to half of what the heap may have. */
public class Raster {
	private static final int SIDE = 256;
	private final int most = (int) (Runtime.getRuntime().maxMemory() / 2 / (SIDE * SIDE * 4));
	private final Map<Long, float[]> cache = new LinkedHashMap<>(64, 0.75f, true) {
		@Override
		protected boolean removeEldestEntry(Map.Entry<Long, float[]> eldest) {
			return size() > most;
		}
	};

	private float[] tile(long x, long y) {
		return cache.computeIfAbsent(y << 20 | x, key -> {
			Random random = new Random(key);
			float[] heights = new float[SIDE * SIDE];
			for (int i = 0; i < heights.length; i++) {
				heights[i] = (i > 0 ? heights[i - 1] * 0.99f : 0) + random.nextFloat();
			}
			return heights;
		});
	}

	private double shade(long x, long y) {
		float[] here = tile(x, y);
		float[] east = tile(x + 1, y);
		double sum = 0;
		for (int row = 0; row < SIDE; row++) {
			sum += Math.atan(here[row * SIDE + SIDE - 1] - east[row * SIDE]);
		}
		return sum;
	}

	public static void main(String[] args) throws InterruptedException {
		long pace = Long.parseLong(System.getenv().getOrDefault("PACE", "8"));
		int tiles = Integer.parseInt(args[0]);
		Raster raster = new Raster();
		double total = 0;
		System.out.println("cache of " + raster.most + " tiles");
		for (int y = 0; y < tiles; y++) {
			for (int x = 0; x < tiles; x++) {
				total += raster.shade(x, y);
				Thread.sleep(pace);
			}
		}
		System.out.printf("%.3f%n", total);
	}
}
