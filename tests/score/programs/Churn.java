// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * Garbage only: nothing is kept. But nothing is collected either before the young
 * generation is full once, and with its options that is larger than the limit.
 */
public class Churn {
	public static void main(String[] args) throws Exception {
		int steps = Integer.parseInt(System.getenv().getOrDefault("SIZE_MB", "800"));
		int pace = Integer.parseInt(System.getenv().getOrDefault("PACE", "5"));
		long sum = 0;

		for (int i = 0; i < steps; i++) {
			byte[] image = new byte[1 << 20];
			java.util.Arrays.fill(image, (byte) i);
			sum += image[i % image.length];
			Thread.sleep(pace);
		}
		System.out.println("sum " + sum);
	}
}
