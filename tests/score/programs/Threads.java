// SPDX-License-Identifier: GPL-2.0-or-later
/** Many threads; each has a deep stack and a buffer for its connection. */
import java.util.concurrent.CountDownLatch;

public class Threads {
	static int deep(int n) {
		long a = n, b = n + 1, c = n + 2;
		return n == 0 ? 0 : (int) (a + b - c) + deep(n - 1) + 1;
	}

	public static void main(String[] args) throws Exception {
		int threads = Integer.parseInt(args[0]);
		int pace = Integer.parseInt(System.getenv().getOrDefault("PACE", "30"));
		CountDownLatch end = new CountDownLatch(1);

		for (int i = 0; i < threads; i++) {
			Thread t = new Thread(null, () -> {
				byte[] buffer = new byte[512 * 1024];
				deep(4000);
				try {
					end.await();
				} catch (InterruptedException e) {
					buffer[0] = 1;
				}
			}, "worker-" + i, 2 << 20);
			t.setDaemon(true);
			t.start();
			Thread.sleep(pace);
		}
		System.out.println("threads " + threads);
	}
}
