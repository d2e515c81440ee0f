// SPDX-License-Identifier: GPL-2.0-or-later
import java.io.BufferedReader;
import java.io.FileReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Profile of logins by host: all the log's lines by host, and the words of each. */
public class HostProfile {
	record Login(String time, String session, String user) { }

	public static void main(String[] args) throws Exception {
		int pace = args.length > 1 ? Integer.parseInt(args[1]) : 5;
		Map<String, List<Login>> byHost = new HashMap<>();
		int n = 0;
		try (BufferedReader in = new BufferedReader(new FileReader(args[0]))) {
			String line;
			while ((line = in.readLine()) != null) {
				String[] w = line.split(" ");
				byHost.computeIfAbsent(w[2], h -> new ArrayList<>()).add(new Login(w[1], w[5], w[w.length - 1]));
				if (++n % 5000 == 0)
					Thread.sleep(pace);
			}
		}
		String busiest = "";
		int most = 0;
		for (Map.Entry<String, List<Login>> e : byHost.entrySet())
			if (e.getValue().size() > most) {
				most = e.getValue().size();
				busiest = e.getKey();
			}
		System.out.printf("%d logins on %d hosts, busiest %s with %d%n", n, byHost.size(), busiest, most);
	}
}
