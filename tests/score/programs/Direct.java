// SPDX-License-Identifier: GPL-2.0-or-later
/** Buffers outside of the heap, as network and image libraries have them. */
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

public class Direct {
	public static void main(String[] args) throws Exception {
		int size = Integer.parseInt(System.getenv().getOrDefault("SIZE_MB", "300"));
		int pace = Integer.parseInt(System.getenv().getOrDefault("PACE", "20"));
		List<ByteBuffer> kept = new ArrayList<>();

		for (int i = 0; i < size; i++) {
			ByteBuffer b = ByteBuffer.allocateDirect(1 << 20);
			for (int at = 0; at < b.capacity(); at += 512)
				b.put(at, (byte) i);
			kept.add(b);
			Thread.sleep(pace);
		}
		System.out.println("buffers " + kept.size());
	}
}
