package io.pithead.protocol.challenge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Digests;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class MemoryPagesPropertyTest {
    private static final UUID ID = UUID.fromString("019a9d3c-8e00-7000-8000-000000000001");
    private static final String SOME = Digests.sha256Hex(new byte[] {1});
    private static final Instant NOW = Instant.parse("2026-11-22T02:00:00Z");

    private static Challenge challenge(int mib, int pages, int turns, String nonce) {
        String nobody = "0x" + "1".repeat(40);
        return new Challenge(
                ID, 0L, nobody, nobody, ChallengeKind.MEMORY, mib, pages, turns, nonce, NOW, NOW.plusSeconds(60), null);
    }

    private static List<long[]> made(Challenge challenge, int pages) {
        var memory = new MemoryPages(challenge);
        var held = new ArrayList<long[]>();
        for (int i = 0; i < pages; i++) {
            held.add(memory.make(i, (sum, page) -> MemoryPages.add(sum, held.get(page), 0))
                    .clone());
        }
        return held;
    }

    /** Written down once more from the definition, with whole numbers, so that another prover can be written from it. */
    @Example
    void a_page_is_what_the_definition_says() throws Exception {
        Challenge challenge = challenge(1, 20, 3, SOME);
        List<byte[]> held = made(challenge, 200).stream()
                .map(page -> MemoryPages.bytes(page, 0))
                .toList();
        byte[] text = HexFormat.of()
                .parseHex(HexFormat.of().formatHex("pithead memory seed v1\n".getBytes(StandardCharsets.US_ASCII))
                        + "019a9d3c8e0070008000000000000001" + "1".repeat(40) + SOME);
        var key = new SecretKeySpec(Arrays.copyOf(Digests.sha256(text), 16), "AES");
        for (int index : new int[] {0, 1, 2, 3, 127, 128, 199}) {
            byte[] start = new byte[16];
            byte[] sum = new byte[4_096];
            if (index > 0) {
                byte[] before = held.get(index - 1);
                start = Arrays.copyOfRange(before, 4_080, 4_096);
                long last =
                        ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong(8);
                ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).putLong(8, last + index);
                sum = before.clone();
                for (int parent = 0; parent < 12; parent++) {
                    int from = index - back(index, number(before, parent));
                    sum = sum(sum, held.get(from));
                }
            }
            Cipher aes = Cipher.getInstance("AES/CBC/NoPadding");
            aes.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(start));
            byte[] thrice = ByteBuffer.allocate(3 * 4_096)
                    .put(sum)
                    .put(new byte[2 * 4_096])
                    .array();
            byte[] once = Arrays.copyOf(aes.update(thrice, 0, 4_096), 4_096);
            byte[] twice = Arrays.copyOf(aes.update(once), 4_096);
            assertThat(held.get(index)).as("page %d", index).isEqualTo(sum(sum, aes.update(twice)));
        }
    }

    private static BigInteger number(byte[] page, int at) {
        byte[] highestFirst = new byte[8];
        for (int i = 0; i < 8; i++) {
            highestFirst[i] = page[8 * at + 7 - i];
        }
        return new BigInteger(1, highestFirst);
    }

    private static int back(int index, BigInteger drawn) {
        int scales = BigInteger.valueOf(index).bitLength();
        BigInteger least = BigInteger.ONE.shiftLeft(
                drawn.shiftRight(32).mod(BigInteger.valueOf(scales)).intValue());
        BigInteger span = least.min(BigInteger.valueOf(index + 1L).subtract(least));
        return least.add(drawn.mod(BigInteger.ONE.shiftLeft(32)).mod(span)).intValue();
    }

    private static byte[] sum(byte[] one, byte[] other) {
        byte[] sum = new byte[one.length];
        ByteBuffer from = ByteBuffer.wrap(one).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer to = ByteBuffer.wrap(sum).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer and = ByteBuffer.wrap(other).order(ByteOrder.LITTLE_ENDIAN);
        while (from.hasRemaining()) {
            to.putLong(from.getLong() + and.getLong());
        }
        return sum;
    }

    @Property(tries = 2_000)
    void a_page_follows_only_from_earlier_ones(
            @ForAll @IntRange(min = 1, max = (1 << 24) - 1) int index, @ForAll long seed) {
        long[] before = new Random(seed).longs(MemoryPages.LONGS).toArray();
        assertThat(Arrays.stream(MemoryPages.parents(index, before)))
                .hasSize(MemoryPages.PARENTS)
                .allMatch(parent -> parent >= 0 && parent < index);
    }

    /** As many of each doubling of the distance: 5 standard deviations. */
    @Example
    void distances_are_of_each_scale_alike() {
        int index = 1 << 12;
        int[] scales = new int[13];
        int rounds = 2_000;
        var random = new Random(1);
        for (int i = 0; i < rounds; i++) {
            for (int parent :
                    MemoryPages.parents(index, random.longs(MemoryPages.LONGS).toArray())) {
                scales[31 - Integer.numberOfLeadingZeros(index - parent)]++;
            }
        }
        double expected = rounds * MemoryPages.PARENTS / 13.0;
        assertThat(Arrays.stream(scales)).allMatch(count -> Math.abs(count - expected) < 5 * Math.sqrt(expected));
    }

    @Example
    void memory_is_of_one_challenge_and_of_all_of_it() {
        List<long[]> some = made(challenge(1, 20, 1, SOME), 20);
        assertThat(made(challenge(1, 20, 1, SOME), 20).getLast()).isEqualTo(some.getLast());
        assertThat(made(challenge(1, 20, 2, SOME), 20).getFirst()).isNotEqualTo(some.getFirst());
        assertThat(made(challenge(1, 20, 1, Digests.sha256Hex(new byte[] {2})), 20)
                        .getFirst())
                .isNotEqualTo(some.getFirst());
        long[] changed = some.get(0).clone();
        changed[100]++;
        var memory = new MemoryPages(challenge(1, 20, 1, SOME));
        long[] other = memory.make(1, (sum, page) -> MemoryPages.add(sum, changed, 0));
        assertThat(other).isNotEqualTo(some.get(1));
    }

    @Example
    void a_page_is_opened_with_those_that_it_follows_from() {
        List<long[]> pages = made(challenge(1, 20, 1, SOME), 256);
        MemoryPages.Held held = (sum, page) -> MemoryPages.add(sum, pages.get(page), 0);
        var expected = IntStream.concat(
                        IntStream.of(0, 199, 200), Arrays.stream(MemoryPages.parents(200, pages.get(199))))
                .boxed()
                .toList();

        assertThat(MemoryPages.opened(new int[] {0, 200}, page -> true, held).orElseThrow())
                .hasSameElementsAs(expected)
                .isSorted();
        assertThat(MemoryPages.opened(new int[] {200}, page -> page != 199, held))
                .isEmpty();
    }

    @Example
    void the_largest_right_answer_fits_into_the_bytes_that_it_may_have() {
        Challenge challenge = challenge(65_536, 64, 1, SOME);
        String values = "A".repeat(OpenedRow.base64Length(challenge.entries()));
        var row = new OpenedRow(
                RowTree.MAX_LEAVES - 1,
                values,
                List.of(SOME).stream()
                        .flatMap(hash -> IntStream.range(0, RowTree.MAX_PATH).mapToObj(i -> hash))
                        .toList());
        var opening = new Opening(
                ID,
                SOME,
                IntStream.range(0, challenge.mostOpened()).mapToObj(i -> row).toList(),
                "0x" + "a".repeat(130));

        assertThat(challenge.leaves()).isEqualTo(RowTree.MAX_LEAVES);
        assertThat(Json.write(opening).length).isLessThan(Opening.maxBytes(challenge));
        assertThatThrownBy(() -> new Opening(
                        ID, SOME, IntStream.range(0, 897).mapToObj(i -> row).toList(), null))
                .hasMessageContaining("at most 896");
    }

    @Example
    void what_is_asked_is_of_all_pages() {
        Challenge challenge = challenge(4, 64, 1, SOME);
        int[] asked = Asked.rows(challenge, new Question(ID, SOME, SOME, NOW, null));
        assertThat(asked).hasSize(64).isSorted().doesNotHaveDuplicates();
        assertThat(asked[63]).isBetween(900, 1_023);
    }
}
