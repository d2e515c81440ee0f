// SPDX-License-Identifier: GPL-2.0-or-later
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.HashMap;
import java.util.Map;

/** How often each user and host comes in a log; small tables, the heap is as large as it was asked for. */
public class LogWords {
    private static int[] histogram(Map<String, Integer> count) {
        int[] h = new int[32];
        for (int c : count.values()) h[31 - Integer.numberOfLeadingZeros(c)]++;
        return h;
    }

    public static void main(String[] args) throws Exception {
        Map<String, Integer> host = new HashMap<>(), user = new HashMap<>();
        int lines = 0;
        try (BufferedReader in = Files.newBufferedReader(Paths.get(args[0]))) {
            String line;
            while ((line = in.readLine()) != null) {
                String[] f = line.split(" ");
                host.merge(f[2], 1, Integer::sum);
                user.merge(f[f.length - 1], 1, Integer::sum);
                if (++lines % 50000 == 0) System.out.println(lines + " lines");
            }
        }
        int[] h = histogram(user);
        System.out.println(host.size() + " hosts, " + user.size() + " users, of them once " + h[0]);
    }
}
