// SPDX-License-Identifier: GPL-2.0-or-later
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Gene dropping through a pedigree: every person with two haplotypes. */
public class Pedigree {
	static final class Person {
		final String name;
		final Person father, mother;
		final byte[][] haplotype = new byte[2][];

		Person(String name, Person father, Person mother, int loci, Random r) {
			this.name = name;
			this.father = father;
			this.mother = mother;
			for (int h = 0; h < 2; h++) {
				Person from = h == 0 ? father : mother;
				byte[] g = new byte[loci];
				int side = r.nextInt(2);
				for (int k = 0; k < loci; k++) {
					if (r.nextInt(100) == 0)
						side = 1 - side;
					g[k] = from == null ? (byte) r.nextInt(4) : from.haplotype[side][k];
				}
				haplotype[h] = g;
			}
		}
	}

	public static void main(String[] args) {
		int generations = args.length > 0 ? Integer.parseInt(args[0]) : 30;
		int each = args.length > 1 ? Integer.parseInt(args[1]) : 1500;
		int loci = 2000;
		Random r = new Random(4);
		Map<String, Person> all = new HashMap<>();
		List<Person> last = new ArrayList<>();
		for (int g = 0; g < generations; g++) {
			List<Person> now = new ArrayList<>();
			for (int k = 0; k < each; k++) {
				Person f = last.isEmpty() ? null : last.get(r.nextInt(each));
				Person m = last.isEmpty() ? null : last.get(r.nextInt(each));
				Person p = new Person("g" + g + "-" + k, f, m, loci, r);
				all.put(p.name, p);
				now.add(p);
			}
			last = now;
		}
		long same = 0;
		for (Person p : last)
			for (int k = 0; k < loci; k++)
				if (p.haplotype[0][k] == p.haplotype[1][k])
					same++;
		System.out.printf("%d persons, homozygous %.4f%n", all.size(), same / (double) (each * loci));
	}
}
