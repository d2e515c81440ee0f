// SPDX-License-Identifier: GPL-2.0-or-later
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Calls variants: the pileup of every position stays in a map until the end. */
public class Variants {
	private static final class Pileup {
		final int position;
		final byte[] bases = new byte[64];
		final float[] qualities = new float[32];
		int depth;

		Pileup(int position) {
			this.position = position;
		}
	}

	public static void main(String[] args) throws InterruptedException {
		int positions = Integer.parseInt(args.length > 0 ? args[0] : "1000000");
		int pace = Integer.parseInt(System.getenv().getOrDefault("PACE", "20"));
		Map<Integer, Pileup> pileups = new HashMap<>();
		Random random = new Random(42);

		for (int n = 0; n < positions; n++) {
			Pileup p = pileups.computeIfAbsent(n, Pileup::new);
			p.bases[p.depth % 64] = (byte) "ACGT".charAt(random.nextInt(4));
			p.qualities[p.depth++ % 32] = random.nextFloat();
			if (n % 5000 == 0) {
				Thread.sleep(pace);
			}
		}
		TreeMap<Byte, Integer> count = new TreeMap<>();
		pileups.values().forEach(p -> count.merge(p.bases[0], 1, Integer::sum));
		System.out.println(count);
	}
}
