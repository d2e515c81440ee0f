// SPDX-License-Identifier: GPL-2.0-or-later
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Index of a log by user: SessionIndex LOG */
public class SessionIndex {
    record Session(String time, String host, int number) { }

    static Map<String, List<Session>> index(String file) throws IOException {
        try (Stream<String> lines = Files.lines(Paths.get(file))) {
            return lines.map(line -> line.split(" "))
                .filter(f -> f.length > 9 && f[3].startsWith("sshd"))
                .collect(Collectors.groupingBy(f -> f[f.length - 1], TreeMap::new,
                    Collectors.mapping(f -> new Session(f[0] + " " + f[1], f[2], Integer.parseInt(f[5])),
                        Collectors.toCollection(ArrayList::new))));
        }
    }

    public static void main(String[] args) throws IOException {
        Map<String, List<Session>> users = index(args[0]);
        String most = users.entrySet().stream()
            .max(Comparator.comparingInt(e -> e.getValue().size())).get().getKey();
        long hosts = users.values().stream().flatMap(List::stream).map(Session::host).distinct().count();
        System.out.println("users " + users.size() + " hosts " + hosts + " most sessions: " + most);
    }
}
