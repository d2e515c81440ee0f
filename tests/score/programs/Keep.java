// SPDX-License-Identifier: GPL-2.0-or-later
/** Keeps what it is given: half a MiB at a time, up to SIZE_MB. */
import java.util.ArrayList;
import java.util.List;

public class Keep {
	public static void main(String[] args) throws Exception {
		int size = Integer.parseInt(System.getenv().getOrDefault("SIZE_MB", "300"));
		int pace = Integer.parseInt(System.getenv().getOrDefault("PACE", "20"));
		List<long[]> kept = new ArrayList<>();

		for (int i = 0; i < size * 2; i++) {
			long[] part = new long[65536];
			java.util.Arrays.fill(part, i);
			kept.add(part);
			Thread.sleep(pace);
		}
		System.out.println("kept " + kept.size());
	}
}
