// SPDX-License-Identifier: GPL-2.0-or-later
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** Assembly READS.GZ MOST: the graph of the k-mers of the first reads. */
public class Assembly {
	private static final int K = 31;
	private final Map<String, int[]> graph = new HashMap<>();

	private void add(String read) {
		for (int at = 0; at + K < read.length(); at++) {
			int[] edges = graph.computeIfAbsent(read.substring(at, at + K), k -> new int[4]);
			edges["ACGT".indexOf(read.charAt(at + K)) & 3]++;
		}
	}

	private long unitigs() {
		return graph.values().stream().filter(e -> (e[0] > 0 ? 1 : 0) + (e[1] > 0 ? 1 : 0) + (e[2] > 0 ? 1 : 0)
			+ (e[3] > 0 ? 1 : 0) == 1).count();
	}

	public static void main(String[] args) throws IOException, InterruptedException {
		long pace = Long.parseLong(System.getenv().getOrDefault("PACE", "40"));
		Assembly assembly = new Assembly();
		long most = 4 * Long.parseLong(args[1]);
		long lines = 0;

		try (BufferedReader in = new BufferedReader(new InputStreamReader(
				new GZIPInputStream(new FileInputStream(args[0])), StandardCharsets.US_ASCII))) {
			for (String line = in.readLine(); line != null && lines < most; line = in.readLine()) {
				if (lines++ % 4 == 1) {
					assembly.add(line);
				}
				if (lines % 1600 == 0) {
					Thread.sleep(pace);
				}
			}
		}
		System.out.println(assembly.graph.size() + " k-mers, " + assembly.unitigs() + " simple");
	}
}
