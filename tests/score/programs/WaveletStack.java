// SPDX-License-Identifier: GPL-2.0-or-later
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Seismograms: every trace's wavelet transform is kept for the stack. */
public class WaveletStack {
    static final int SAMPLES = 8192;
    static final int LEVELS = 8;

    static float[] trace(int n) {
        Random random = new Random(n);
        float[] x = new float[SAMPLES];
        for (int i = 0; i < SAMPLES; i++)
            x[i] = (float) (Math.sin(0.01 * i + n) + 0.3 * random.nextGaussian());
        return x;
    }

    static float[][] transform(float[] x) {
        float[][] detail = new float[LEVELS][];
        for (int level = 0; level < LEVELS; level++) {
            detail[level] = new float[x.length];
            float[] smooth = new float[x.length];
            int gap = 1 << level;
            for (int i = 0; i < x.length; i++) {
                int j = (i + gap) % x.length;
                smooth[i] = 0.5f * (x[i] + x[j]);
                detail[level][i] = x[i] - smooth[i];
            }
            x = smooth;
        }
        return detail;
    }

    public static void main(String[] args) throws InterruptedException {
        int traces = args.length > 0 ? Integer.parseInt(args[0]) : 600;
        List<float[][]> stack = new ArrayList<>();
        for (int n = 0; n < traces; n++) {
            stack.add(transform(trace(n)));
            if (n % 50 == 0)
                Thread.sleep(20);
        }
        double energy = 0;
        for (int level = 0; level < LEVELS; level++)
            for (int i = 0; i < SAMPLES; i++) {
                double sum = 0;
                for (float[][] detail : stack)
                    sum += detail[level][i];
                energy += sum * sum;
            }
        System.out.printf("traces %d energy %.5e%n", stack.size(), energy);
    }
}
