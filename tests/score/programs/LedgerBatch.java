// SPDX-License-Identifier: GPL-2.0-or-later
import java.util.Random;
import java.util.TreeMap;

/** Compute-hour accounting: a night's batch over projects; needs little, but is started with the site's usual options. */
public class LedgerBatch {
	record Entry(int project, double hours) { }

	public static void main(String[] args) throws Exception {
		int entries = args.length > 0 ? Integer.parseInt(args[0]) : 200000;
		Random random = new Random(5);
		TreeMap<Integer, Double> ledger = new TreeMap<>();
		for (int n = 0; n < entries; n++) {
			Entry e = new Entry(random.nextInt(3000), random.nextDouble() * 48);
			ledger.merge(e.project(), e.hours(), Double::sum);
			if (n % 20000 == 0)
				Thread.sleep(50);
		}
		int most = 0;
		for (int p : ledger.keySet())
			if (ledger.get(p) > ledger.getOrDefault(most, 0.0))
				most = p;
		System.out.printf("%d projects, most hours %d: %.1f%n", ledger.size(), most, ledger.get(most));
	}
}
