package io.pithead.coordinator.verify.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.verify.core.Comparator.Exact;
import io.pithead.coordinator.verify.core.Comparator.Format;
import io.pithead.coordinator.verify.core.Comparator.Tolerance;
import io.pithead.protocol.signing.Digests;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ComparatorTest {
    private static final Tolerance JSON = new Tolerance(1e-6, 1e-3, Format.JSON);
    private static final Tolerance BINARY = new Tolerance(1e-6, 1e-3, Format.F64);

    @Test
    void the_same_bytes_are_one_class_named_by_their_digest() {
        Map<UUID, String> classes = new Exact().classes(outputs(text("a"), text("a"), text("b")));

        assertThat(classes.get(id(0)))
                .isEqualTo(classes.get(id(1)))
                .isEqualTo(Digests.sha256Hex(text("a")))
                .isNotEqualTo(classes.get(id(2)));
    }

    @Test
    void documents_agree_when_their_numbers_are_near_and_all_else_is_equal() {
        assertThat(agree("{\"loss\":[1.0,2.0],\"name\":\"x\"}", "{ \"name\":\"x\", \"loss\":[1.0005,2] }"))
                .isTrue();
        assertThat(agree("{\"loss\":[1.0,2.0]}", "{\"loss\":[1.0,2.01]}")).isFalse();
        assertThat(agree("{\"loss\":[1.0,2.0]}", "{\"loss\":[1.0]}")).isFalse();
        assertThat(agree("{\"loss\":1,\"name\":\"x\"}", "{\"loss\":1,\"name\":\"y\"}"))
                .isFalse();
        assertThat(agree("[1]", "{\"0\":1}")).isFalse();
        assertThat(agree("[\"1\"]", "[1]")).isFalse();
        assertThat(agree("[true]", "[false]")).isFalse();
        assertThat(agree("[null]", "[0]")).isFalse();
    }

    private static String bench(String seconds, String checksum, String asked) {
        return "throughput_ops=100, seconds=" + seconds + "\nchecksum=" + checksum + " " + asked + "\n";
    }

    @Test
    void a_benchmark_agrees_when_its_checksum_is_near_however_long_it_took() {
        String asked = "size=1024 dtype=float32 seed=7";
        String one = bench("0.1234", "6.519012e+02", asked);
        assertThat(benchesAgree(one, bench("9.8765", "6.519391e+02", asked))).isTrue();
        assertThat(benchesAgree(one, bench("0.1234", "6.530000e+02", asked))).isFalse();
        assertThat(benchesAgree(one, bench("0.1234", "6.519012e+02", "size=1024 dtype=float32 seed=8")))
                .isFalse();
        assertThat(benchesAgree(one, one.replace("=100", "=101"))).isFalse();
        assertThat(benchesAgree(one, one.replace("6.519012e+02", "NaN"))).isFalse();
        assertThat(benchesAgree(one, one + "\n")).isFalse();
        assertThat(benchesAgree("x" + one, "y" + one)).as("what cannot be read").isFalse();
    }

    private static boolean benchesAgree(String a, String b) {
        Map<UUID, String> classes = Comparator.of("torch_bench").classes(outputs(text(a), text(b)));
        return Objects.equals(classes.get(id(0)), classes.get(id(1)));
    }

    @Test
    void another_workload_is_compared_by_its_bytes() {
        assertThat(Comparator.of("sha256_chain")).isEqualTo(new Exact());
        assertThat(Comparator.of("Torch_Bench")).isEqualTo(new Exact());
    }

    @Test
    void a_text_cannot_pretend_to_be_another_shape() {
        assertThat(agree("{\"a\":\"#,\",\"b\":1}", "{\"a\":1,\"b\":\"#,\"}")).isFalse();
        assertThat(agree("[\"a,b\"]", "[\"a\",\"b\"]")).isFalse();
    }

    @Test
    void what_cannot_be_read_agrees_with_nothing_but_its_own_copy() {
        assertThat(agree("[1", "[1.0")).isFalse();
        assertThat(agree("[1e999]", "[1e998]")).isFalse();
        assertThat(agree("[NaN]", "[ NaN]")).isFalse();
        assertThat(agree("", " ")).isFalse();
        assertThat(agree("[1", "[1")).isTrue();
        assertThat(agree("[" + " ".repeat(1 << 20) + "1]", "[1]")).isFalse();
    }

    @Test
    void binary_numbers_of_another_length_or_width_do_not_agree() {
        assertThat(agree(BINARY, doubles(1, 2), doubles(1.0001, 2))).isTrue();
        assertThat(agree(BINARY, doubles(1, 2), doubles(1))).isFalse();
        assertThat(agree(BINARY, new byte[7], new byte[6])).isFalse();
        assertThat(agree(new Tolerance(0, 0, Format.F32), new byte[4], new byte[] {0, 0, 0, (byte) 0x80}))
                .isTrue();
    }

    @Test
    void more_bytes_than_are_compared_agree_with_nothing() {
        byte[] large = new byte[Comparator.MAX_BYTES + 8];
        byte[] other = large.clone();
        other[0] = 1;

        assertThat(agree(BINARY, large, other)).isFalse();
    }

    @Test
    void nan_is_near_nan_only_and_an_infinity_near_itself_only() {
        assertThat(BINARY.near(Double.NaN, Double.NaN)).isTrue();
        assertThat(BINARY.near(Double.NaN, 1)).isFalse();
        assertThat(BINARY.near(1, Double.NaN)).isFalse();
        assertThat(BINARY.near(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY))
                .isTrue();
        assertThat(BINARY.near(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY))
                .isFalse();
        assertThat(BINARY.near(Double.POSITIVE_INFINITY, Double.MAX_VALUE)).isFalse();
        assertThat(BINARY.near(Double.MAX_VALUE, -Double.MAX_VALUE)).isFalse();
        assertThat(BINARY.near(0.0, -0.0)).isTrue();
    }

    @Test
    void the_share_is_of_the_larger_number_whichever_comes_first() {
        assertThat(BINARY.near(1_000, 1_001.0005)).isTrue();
        assertThat(BINARY.near(1_001.0005, 1_000)).isTrue();
        assertThat(BINARY.near(1_000, 1_001.002)).isFalse();
        assertThat(BINARY.near(-1_000, 1_000)).isFalse();
    }

    @Test
    void a_tolerance_that_lets_anything_pass_is_refused() {
        assertThatThrownBy(() -> new Tolerance(Double.POSITIVE_INFINITY, 0, Format.F64))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Tolerance(0, 0.2, Format.F64)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Tolerance(Double.NaN, 0, Format.F64)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Tolerance(-1, 0, Format.F64)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_middle_of_a_chain_has_both_ends_in_its_class() {
        var tolerance = new Tolerance(1, 0, Format.F64);
        byte[] middle = doubles(1);

        Map<UUID, String> classes = tolerance.classes(outputs(doubles(0), middle, doubles(2), doubles(9)));

        assertThat(List.of(classes.get(id(0)), classes.get(id(1)), classes.get(id(2))))
                .containsOnly(Digests.sha256Hex(middle));
        assertThat(classes.get(id(3))).isEqualTo(Digests.sha256Hex(doubles(9)));
    }

    @Property
    void nearness_goes_both_ways(@ForAll double a, @ForAll double b) {
        assertThat(BINARY.near(a, b)).isEqualTo(BINARY.near(b, a));
        assertThat(BINARY.near(a, a)).isTrue();
    }

    @Property
    void the_order_of_outputs_does_not_matter_and_each_class_is_named_by_one_of_it(
            @ForAll @Size(min = 1, max = 9) List<@DoubleRange(min = 0, max = 5) Double> values, @ForAll long seed) {
        var tolerance = new Tolerance(1, 0, Format.F64);
        var outputs = new ArrayList<byte[]>();
        values.forEach(value -> outputs.add(doubles(value)));
        Map<UUID, String> classes = tolerance.classes(outputs(outputs.toArray(new byte[0][])));

        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(seed));
        var shuffled = new HashMap<UUID, byte[]>();
        order.forEach(i -> shuffled.put(id(i), outputs.get(i)));

        assertThat(tolerance.classes(shuffled)).isEqualTo(classes);
        for (int i = 0; i < values.size(); i++) {
            String name = classes.getOrDefault(id(i), "");
            double middle = values.get(indexOf(outputs, name));
            assertThat(Math.abs(values.get(i) - middle)).isLessThanOrEqualTo(1);
        }
        assertThat(new HashSet<>(classes.keySet())).hasSize(values.size());
    }

    private static int indexOf(List<byte[]> outputs, String digest) {
        for (int i = 0; i < outputs.size(); i++) {
            if (Digests.sha256Hex(outputs.get(i)).equals(digest)) {
                return i;
            }
        }
        throw new AssertionError("a class is named by no output");
    }

    private static boolean agree(String a, String b) {
        return agree(JSON, text(a), text(b));
    }

    private static boolean agree(Comparator comparator, byte[] a, byte[] b) {
        return new HashSet<>(comparator.classes(outputs(a, b)).values()).size() == 1;
    }

    private static Map<UUID, byte[]> outputs(byte[]... outputs) {
        var map = new HashMap<UUID, byte[]>();
        for (int i = 0; i < outputs.length; i++) {
            map.put(id(i), outputs[i]);
        }
        return map;
    }

    private static byte[] doubles(double... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            bytes.putDouble(value);
        }
        return bytes.array();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static UUID id(int number) {
        return new UUID(0, number);
    }
}
