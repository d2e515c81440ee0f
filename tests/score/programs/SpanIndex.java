// SPDX-License-Identifier: GPL-2.0-or-later
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Spans of annotations of a corpus, by label and by start: for overlap queries. */
public class SpanIndex {
	record Span(int document, int start, int end, String label) { }

	private final Map<String, TreeMap<Long, List<Span>>> byLabel = new HashMap<>();

	void add(Span s) {
		byLabel.computeIfAbsent(s.label(), k -> new TreeMap<>())
			.computeIfAbsent(((long) s.document() << 20) + s.start(), k -> new ArrayList<>(4))
			.add(s);
	}

	long overlaps(String label) {
		long n = 0;
		Span last = null;
		for (List<Span> here : byLabel.getOrDefault(label, new TreeMap<>()).values())
			for (Span s : here) {
				if (last != null && last.document() == s.document() && last.end() > s.start())
					n++;
				last = s;
			}
		return n;
	}

	public static void main(String[] args) throws InterruptedException {
		int documents = args.length > 0 ? Integer.parseInt(args[0]) : 9000;
		Random random = new Random(8);
		SpanIndex index = new SpanIndex();
		long spans = 0;
		for (int d = 0; d < documents; d++) {
			for (int k = 0; k < 100; k++) {
				int start = random.nextInt(100000);
				index.add(new Span(d, start, start + 5 + random.nextInt(400), "label-" + random.nextInt(40)));
				spans++;
			}
			if (d % 500 == 0)
				Thread.sleep(100);
		}
		long n = 0;
		for (int l = 0; l < 40; l++)
			n += index.overlaps("label-" + l);
		System.out.println(spans + " spans, " + n + " overlaps");
	}
}
