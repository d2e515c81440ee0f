// SPDX-License-Identifier: GPL-2.0-or-later
import java.io.*;
import java.util.*;

/** Allele sharing: reads station table as if it were genotypes (same format, do not ask). */
public class Genotypes {
	static class Call {
		final String locus; final double a, b; Call prev;
		Call(String l, double a, double b, Call p) { locus = l; this.a = a; this.b = b; prev = p; }
	}

	static Map<String, Call> last = new TreeMap<>();
	static Map<String, Integer> count = new HashMap<>();

	static void row(String line) {
		String[] f = line.split(",");
		if (f.length < 8 || f[0].equals("id")) return;
		String locus = f[3] + "@" + f[4];           // a new string for each row
		Call c = new Call(locus, Double.parseDouble(f[5]), Double.parseDouble(f[6]), last.get(f[3]));
		last.put(f[3], c);
		count.merge(f[3], 1, Integer::sum);
	}

	public static void main(String[] a) throws IOException {
		long n = 0, max = a.length > 1 ? Long.parseLong(a[1]) : Long.MAX_VALUE;
		try (BufferedReader r = new BufferedReader(new FileReader(a[0]))) {
			for (String l; (l = r.readLine()) != null && n < max; n++) {
				row(l);
				if (n % 50000 == 0) System.out.println(n + " calls, " + last.size() + " individuals");
			}
		}
		double best = -1; String who = "";
		for (Map.Entry<String, Call> e : last.entrySet()) {
			double s = 0; int k = 0;
			for (Call c = e.getValue(); c != null; c = c.prev) { s += c.a * c.b; k++; }
			if (s / k > best) { best = s / k; who = e.getKey(); }
		}
		System.out.println("most heterozygous " + who + " " + best);
	}
}
