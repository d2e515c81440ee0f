// SPDX-License-Identifier: GPL-2.0-or-later
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Observations by station, all kept as objects for the medians at the end. */
public class StationDigest {
	private static final class Observation {
		final int id;
		final String time;
		final double temp;
		final double rain;
		final String raw;

		Observation(String line) {
			String[] f = line.split(",");
			id = Integer.parseInt(f[0]);
			time = f[4];
			temp = Double.parseDouble(f[5]);
			rain = Double.parseDouble(f[6]);
			raw = line;
		}
	}

	private final Map<String, List<Observation>> stations = new HashMap<>();

	private void read(Path file) throws IOException {
		try (BufferedReader in = Files.newBufferedReader(file)) {
			in.readLine();
			for (String line; (line = in.readLine()) != null; ) {
				int from = 0;
				for (int k = 0; k < 3; k++)
					from = line.indexOf(',', from) + 1;
				String station = line.substring(from, line.indexOf(',', from));
				stations.computeIfAbsent(station, s -> new ArrayList<>()).add(new Observation(line));
			}
		}
	}

	private static double median(List<Observation> list) {
		double[] t = list.stream().mapToDouble(o -> o.temp).sorted().toArray();
		return t[t.length / 2];
	}

	public static void main(String[] args) throws IOException {
		StationDigest digest = new StationDigest();
		for (String name : args)
			digest.read(Path.of(name));
		double warmest = -99;
		String where = "";
		long n = 0;
		for (Map.Entry<String, List<Observation>> e : digest.stations.entrySet()) {
			double m = median(e.getValue());
			n += e.getValue().size();
			if (m > warmest) {
				warmest = m;
				where = e.getKey();
			}
		}
		System.out.printf("%d observations, warmest %s with %.2f%n", n, where, warmest);
	}
}
