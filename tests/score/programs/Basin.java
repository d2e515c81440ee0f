// SPDX-License-Identifier: GPL-2.0-or-later
import java.util.*;

/** Catchment tree. Heap is set small by -Xmx; ends with OutOfMemoryError (exit 1), the job has room. */
public class Basin {
	final double area;
	final float[] rain = new float[365];
	final List<Basin> upstream = new ArrayList<>();
	static int made = 0;

	Basin(double area, Random r) {
		this.area = area;
		for (int i = 0; i < rain.length; i++) rain[i] = r.nextFloat();
		made++;
		if (made % 4000 == 0) System.out.println(made + " basins");
	}

	static Basin grow(double area, double min, Random r) {
		Basin b = new Basin(area, r);
		while (area > min && b.upstream.size() < 3) {
			double part = area * (0.25 + 0.3 * r.nextDouble());
			b.upstream.add(grow(part, min, r));
			area -= part;
		}
		return b;
	}

	double runoff(int day) {
		double q = area * rain[day];
		for (Basin u : upstream) q += 0.9 * u.runoff(day - 1 < 0 ? 0 : day - 1);
		return q;
	}

	public static void main(String[] a) {
		double min = a.length > 0 ? Double.parseDouble(a[0]) : 0.02;
		Basin outlet = grow(1000, min, new Random(3));
		System.out.println(made + " basins in all");
		for (int d = 0; d < 365; d += 30) System.out.printf("day %d: %.1f%n", d, outlet.runoff(d));
	}
}
