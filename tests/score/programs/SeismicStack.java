// SPDX-License-Identifier: GPL-2.0-or-later
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Traces of a seismic survey in direct buffers ("off the heap, so no garbage collection"). */
public class SeismicStack {
	private static final int SAMPLES = 256 * 1024;
	private final List<FloatBuffer> traces = new ArrayList<>();

	private void shoot(int shot) {
		Random random = new Random(shot);
		FloatBuffer trace = ByteBuffer.allocateDirect(SAMPLES * 4).order(ByteOrder.nativeOrder()).asFloatBuffer();
		float noise = 0;
		for (int i = 0; i < SAMPLES; i++) {
			noise = 0.9f * noise + random.nextFloat() - 0.5f;
			trace.put(i, noise + (float) Math.sin(i * 0.001 * (1 + shot % 5)));
		}
		traces.add(trace);
	}

	private double stack(int gather) {
		double sum = 0;
		for (int i = 0; i < SAMPLES; i += 16) {
			float s = 0;
			for (int t = gather; t < traces.size(); t += 8)
				s += traces.get(t).get(i);
			sum += s * s;
		}
		return Math.sqrt(sum / SAMPLES);
	}

	public static void main(String[] args) throws InterruptedException {
		int shots = args.length > 0 ? Integer.parseInt(args[0]) : 160;
		SeismicStack survey = new SeismicStack();
		for (int s = 0; s < shots; s++) {
			survey.shoot(s);
			Thread.sleep(10);
			if (s % 40 == 39)
				System.err.println((s + 1) + " shots");
		}
		double best = 0;
		for (int g = 0; g < 8; g++)
			best = Math.max(best, survey.stack(g));
		System.out.printf("%d traces stacked, largest amplitude %.3f%n", shots, best);
	}
}
