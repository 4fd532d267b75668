package io.pithead.coordinator.verify.core;

import io.pithead.protocol.job.WorkRequest;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.NumberDocument;
import io.pithead.protocol.signing.Digests;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** When two outputs of a workload are the same answer. */
public sealed interface Comparator {
    /** More than these bytes are not compared by figure. */
    int MAX_BYTES = 16 << 20;

    /**
     * The outputs by class, whatever order they come in. A class is named by the SHA-256 of one of its outputs, the one to
     * which the others are near; an output that cannot be read is alone in its class.
     */
    Map<UUID, String> classes(Map<UUID, byte[]> outputs);

    /**
     * The one of a workload; jobs name no version of it. Whoever adds a workload whose output differs from machine to machine says here by
     * how much it may.
     */
    static Comparator of(String workload) {
        if (WorkRequest.isExact(workload)) {
            return new Exact();
        }
        return switch (workload) {
            // single precision over a hundred products; one that guesses instead is near once in fifty
            case "torch_bench" -> new Tolerance(0, 1e-3, Format.TORCH_BENCH);
            default -> throw new IllegalStateException("nothing says how outputs of " + workload + " are compared");
        };
    }

    /** The same bytes. */
    record Exact() implements Comparator {
        @Override
        public Map<UUID, String> classes(Map<UUID, byte[]> outputs) {
            var classes = new HashMap<UUID, String>();
            outputs.forEach((id, output) -> classes.put(id, Digests.sha256Hex(output)));
            return Map.copyOf(classes);
        }
    }

    /** How an output holds its numbers. */
    enum Format {
        /** Any document; what is no number must be the same. */
        JSON,
        /** Floats of 32 bits, little-endian. */
        F32,
        /** Floats of 64 bits, little-endian. */
        F64,
        /** The miner's {@code torch_bench}: its checksum is a number, the time that it took is nobody's business, all else is as it was asked for. */
        TORCH_BENCH
    }

    /**
     * Two numbers are near when they differ by at most {@code absolute}, or by {@code relative} of the larger one. NaN is near NaN
     * and nothing else, an infinity near itself, and minus zero is zero. Nearness is no equality: a may be near b and b near c
     * without a being near c. So a class has a middle, the output that most others are near to.
     */
    record Tolerance(double absolute, double relative, Format format) implements Comparator {
        public static final double MAX_RELATIVE = 0.1;

        private static final int TORCH_BENCH_BYTES = 1_024;
        private static final Pattern TORCH_BENCH =
                Pattern.compile("throughput_ops=(?<count>[0-9]{1,9}), seconds=[0-9]{1,12}\\.[0-9]{4}\n"
                        + "checksum=(?<checksum>[0-9]\\.[0-9]{6}e[+-][0-9]{2,3})"
                        + "(?<asked> size=[0-9]{1,9} dtype=float(32|64) seed=[0-9]{1,10})\n");

        public Tolerance {
            if (!(absolute >= 0 && Double.isFinite(absolute)) || !(relative >= 0 && relative <= MAX_RELATIVE)) {
                throw new IllegalArgumentException("a tolerance is a finite amount and a share up to " + MAX_RELATIVE);
            }
        }

        @Override
        public Map<UUID, String> classes(Map<UUID, byte[]> outputs) {
            var digests = new HashMap<UUID, String>();
            SortedMap<String, Optional<Figures>> read = new TreeMap<>();
            outputs.forEach((id, output) -> {
                String digest = Digests.sha256Hex(output);
                digests.put(id, digest);
                read.computeIfAbsent(digest, any -> read(output));
            });
            Map<String, String> middles =
                    middles(read, digests.values().stream().toList());
            var classes = new HashMap<UUID, String>();
            digests.forEach((id, digest) -> classes.put(id, middles.getOrDefault(digest, digest)));
            return Map.copyOf(classes);
        }

        /** Again and again the output with the most near it, until all have a middle; of several the first by digest. */
        private Map<String, String> middles(SortedMap<String, Optional<Figures>> read, List<String> outputs) {
            var middles = new HashMap<String, String>();
            List<String> left = new ArrayList<>(read.keySet());
            while (!left.isEmpty()) {
                List<String> largest = List.of();
                String middle = left.getFirst();
                long most = 0;
                for (String candidate : left) {
                    List<String> near = left.stream()
                            .filter(other -> near(candidate, other, read))
                            .toList();
                    long count = outputs.stream().filter(near::contains).count();
                    if (count > most) {
                        most = count;
                        largest = near;
                        middle = candidate;
                    }
                }
                for (String member : largest) {
                    middles.put(member, middle);
                }
                left.removeAll(largest);
            }
            return middles;
        }

        private boolean near(String a, String b, Map<String, Optional<Figures>> read) {
            return a.equals(b)
                    || read.getOrDefault(a, Optional.empty())
                            .flatMap(left ->
                                    read.getOrDefault(b, Optional.empty()).map(right -> near(left, right)))
                            .orElse(false);
        }

        private boolean near(Figures a, Figures b) {
            if (!a.shape.equals(b.shape) || a.numbers.length != b.numbers.length) {
                return false;
            }
            for (int i = 0; i < a.numbers.length; i++) {
                if (!near(a.numbers[i], b.numbers[i])) {
                    return false;
                }
            }
            return true;
        }

        boolean near(double a, double b) {
            if (a == b || (Double.isNaN(a) && Double.isNaN(b))) {
                return true;
            }
            double difference = Math.abs(a - b);
            // an infinite difference is within a share of infinity
            return Double.isFinite(difference)
                    && (difference <= absolute || difference <= relative * Math.max(Math.abs(a), Math.abs(b)));
        }

        private Optional<Figures> read(byte[] output) {
            if (output.length > MAX_BYTES) {
                return Optional.empty();
            }
            return switch (format) {
                case JSON -> json(output);
                case F32 -> binary(output, Float.BYTES);
                case F64 -> binary(output, Double.BYTES);
                case TORCH_BENCH -> torchBench(output);
            };
        }

        private static Optional<Figures> json(byte[] output) {
            try {
                NumberDocument document = NumberDocument.read(output);
                return Optional.of(new Figures(document.shape(), document.numbers()));
            } catch (InvalidPayloadException e) {
                return Optional.empty();
            }
        }

        private static Optional<Figures> torchBench(byte[] output) {
            if (output.length > TORCH_BENCH_BYTES) {
                return Optional.empty();
            }
            Matcher lines = TORCH_BENCH.matcher(new String(output, StandardCharsets.ISO_8859_1));
            return lines.matches()
                    ? Optional.of(new Figures(
                            lines.group("count") + lines.group("asked"),
                            new double[] {Double.parseDouble(lines.group("checksum"))}))
                    : Optional.empty();
        }

        private static Optional<Figures> binary(byte[] output, int width) {
            if (output.length % width != 0) {
                return Optional.empty();
            }
            ByteBuffer bytes = ByteBuffer.wrap(output).order(ByteOrder.LITTLE_ENDIAN);
            double[] numbers = new double[output.length / width];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = width == Float.BYTES ? bytes.getFloat() : bytes.getDouble();
            }
            return Optional.of(new Figures("", numbers));
        }

        private static final class Figures {
            private final String shape;
            private final double[] numbers;

            private Figures(String shape, double[] numbers) {
                this.shape = shape;
                this.numbers = numbers;
            }
        }
    }
}
