package io.pithead.protocol.challenge;

import io.pithead.protocol.signing.Digests;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;

/**
 * What follows from a question: a vector of the field and distinct rows, each all but uniformly random to whoever did not know the
 * question. The commitment goes in as well, so that the same question after another commitment would ask for something else.
 */
public final class Asked {
    private Asked() {}

    /** The vector that the opened rows are multiplied with. */
    public static long[] vector(Challenge challenge, Question question) {
        SeededStream stream = stream(challenge, "vector", question);
        long[] vector = new long[challenge.size()];
        for (int i = 0; i < vector.length; i++) {
            long number = stream.nextLong() & PrimeField.P;
            while (number == PrimeField.P) {
                number = stream.nextLong() & PrimeField.P;
            }
            vector[i] = number;
        }
        return vector;
    }

    /** The rows or pages to open, in this order: from the lowest index up. */
    public static int[] rows(Challenge challenge, Question question) {
        SeededStream stream = stream(challenge, "rows", question);
        int leaves = challenge.leaves();
        int wanted = challenge.rows();
        // numbers above the last whole multiple would favour small rows
        long fair = Long.MAX_VALUE - Long.MAX_VALUE % leaves;
        var rows = new LinkedHashSet<Integer>();
        while (rows.size() < wanted) {
            long number = stream.nextLong() & Long.MAX_VALUE;
            if (number < fair) {
                rows.add((int) (number % leaves));
            }
        }
        int[] asked = rows.stream().mapToInt(Integer::intValue).toArray();
        Arrays.sort(asked);
        return asked;
    }

    private static SeededStream stream(Challenge challenge, String purpose, Question question) {
        MessageDigest sha256 = Digests.sha256();
        sha256.update(challenge.line(purpose));
        sha256.update(HexFormat.of().parseHex(question.commitment()));
        return new SeededStream().restart(sha256.digest(HexFormat.of().parseHex(question.question())));
    }
}
