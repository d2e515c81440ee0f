// SPDX-License-Identifier: GPL-2.0-or-later
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** An agent-based market; garbage is made at each tick, and an order book that grows. */
public class Market {
	record Order(long tick, int agent, double price, double[] features) { }

	public static void main(String[] args) throws Exception {
		long ticks = Long.parseLong(System.getenv().getOrDefault("TICKS", "1000"));
		long pace = Long.parseLong(System.getenv().getOrDefault("PACE", "15"));
		Deque<List<Order>> book = new ArrayDeque<>();
		double price = 100;

		for (long tick = 0; tick < ticks; tick++) {
			List<Order> orders = new ArrayList<>();
			for (int agent = 0; agent < 1500; agent++) {
				double[] features = new double[20];
				for (int k = 0; k < features.length; k++) {
					features[k] = Math.sin(tick * agent + k);
				}
				price += features[7] * 1e-3;
				orders.add(new Order(tick, agent, price, features));
			}
			book.addLast(orders);
			if (book.size() > 800) {
				book.removeFirst();
			}
			Thread.sleep(pace);
		}
		System.out.printf("%d ticks in the book, price %.2f%n", book.size(), price);
	}
}
