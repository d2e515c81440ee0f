// SPDX-License-Identifier: GPL-2.0-or-later
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Gaps between primes, segment by segment; the primes of all segments are boxed for the collectors. */
public class GapSieve {
	static List<Integer> segment(int from, int to) {
		boolean[] not = new boolean[to - from];
		for (int p = 2; (long) p * p < to; p++)
			for (int q = Math.max(p * p, (from + p - 1) / p * p); q < to; q += p)
				not[q - from] = true;
		List<Integer> primes = new ArrayList<>();
		for (int i = Math.max(from, 2); i < to; i++)
			if (!not[i - from])
				primes.add(i);
		return primes;
	}

	public static void main(String[] args) {
		int end = (args.length > 0 ? Integer.parseInt(args[0]) : 100) * 1_000_000;
		int width = 500_000;
		List<List<Integer>> parts = new ArrayList<>();
		for (int from = 0; from < end; from += width)
			parts.add(segment(from, Math.min(end, from + width)));
		List<Integer> primes = parts.stream().flatMap(List::stream).collect(Collectors.toList());
		int widest = IntStream.range(1, primes.size())
			.map(i -> primes.get(i) - primes.get(i - 1)).max().orElse(0);
		System.out.println(primes.size() + " primes below " + end + ", widest gap " + widest);
	}
}
