// SPDX-License-Identifier: GPL-2.0-or-later
/** A table, all lines in a list. */
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.List;

public class ReadAll {
	public static void main(String[] args) throws Exception {
		Thread.sleep(Integer.parseInt(System.getenv().getOrDefault("PACE", "0")));
		List<String> lines = Files.readAllLines(Paths.get(args[0]));
		System.out.println("lines " + lines.size());
	}
}
