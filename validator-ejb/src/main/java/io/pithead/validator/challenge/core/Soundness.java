package io.pithead.validator.challenge.core;

import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.PrimeField;

/** How likely a prover passes who committed to wrong rows. docs/VERIFICATION.md derives it. */
public final class Soundness {
    /** Of a wrong row that was opened, or of any number of them: the vector was drawn after they were committed to. */
    public static final double WRONG_ROW_PASSES = 1.0 / PrimeField.P;

    private Soundness() {}

    /** At most this, for so many wrong rows among all: none of them is drawn, or all that are drawn pass. */
    public static double passes(int size, int wrong, int opened) {
        double undrawn = 1;
        for (int i = 0; i < opened; i++) {
            undrawn *= Math.max(0, size - wrong - i) / (double) (size - i);
        }
        return Math.min(1, undrawn + WRONG_ROW_PASSES);
    }

    /** The same for a share of wrong rows in a product of any size: never less. */
    public static double passes(double wrongShare, int opened) {
        return Math.min(1, Math.pow(1 - wrongShare, opened) + WRONG_ROW_PASSES);
    }

    /** So many rows have to be opened for a prover with this share of wrong ones to pass no more often than that. */
    public static int rows(double wrongShare, double passes) {
        if (!(wrongShare > 0 && wrongShare < 1 && passes > WRONG_ROW_PASSES && passes < 1)) {
            throw new IllegalArgumentException("no share and chance between 0 and 1: " + wrongShare + ", " + passes);
        }
        int opened = 1;
        while (passes(wrongShare, opened) > passes) {
            opened++;
            if (opened > Challenge.MAX_ROWS) {
                throw new IllegalArgumentException("more than " + Challenge.MAX_ROWS + " rows would be needed");
            }
        }
        return opened;
    }
}
