package io.pithead.miner.container.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CriLinesTest {
    private static final Instant TIME = Instant.parse("2026-11-01T12:00:00.000000001Z");
    private static final String HEAD = "2026-11-01T12:00:00.000000001Z stdout ";

    private static final DateTimeFormatter LIBRARYS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'").withZone(ZoneOffset.UTC);

    private final List<byte[]> raw = new ArrayList<>();
    private final CriLines lines = new CriLines("stdout", raw::add);

    private void write(byte[] bytes) {
        lines.accept(TIME, bytes, 0, bytes.length);
    }

    private List<String> texts() {
        return raw.stream()
                .map(line -> new String(line, StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void each_line_has_its_time_its_stream_and_its_mark() {
        write("one\n\ntwo".getBytes(StandardCharsets.UTF_8));
        assertThat(texts()).containsExactly(HEAD + "F one\n", HEAD + "F \n");
        lines.end();
        lines.end();
        assertThat(texts()).containsExactly(HEAD + "F one\n", HEAD + "F \n", HEAD + "F two\n");
    }

    @Test
    void a_line_has_the_time_of_its_first_byte() {
        write(new byte[] {'a'});
        byte[] rest = {'b', '\n', '\n'};
        lines.accept(TIME.plusSeconds(1), rest, 0, rest.length);
        assertThat(texts()).containsExactly(HEAD + "F ab\n", "2026-11-01T12:00:01.000000001Z stdout F \n");
    }

    @Test
    void only_the_stretch_that_was_given_is_read() {
        byte[] bytes = "xxab\nyy".getBytes(StandardCharsets.UTF_8);
        lines.accept(TIME, bytes, 2, 5);
        assertThat(texts()).containsExactly(HEAD + "F ab\n");
    }

    @Test
    void colours_and_carriage_returns_stay_as_they_came() {
        write("\u001b[31m10%\r20%\n".getBytes(StandardCharsets.UTF_8));
        assertThat(texts()).containsExactly(HEAD + "F \u001b[31m10%\r20%\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1})
    void a_line_of_about_the_longest_piece_is_cut_only_when_it_is_longer(int more) {
        write(("a".repeat(CriLines.MAX_PIECE + more) + "\n").getBytes(StandardCharsets.UTF_8));
        assertThat(texts()).hasSize(more > 0 ? 2 : 1);
        assertThat(texts().getFirst()).startsWith(HEAD + (more > 0 ? "P a" : "F a"));
        assertThat(texts().getLast()).startsWith(HEAD + "F a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00e9", "\u20ac", "\ud83d\ude00"})
    void a_character_is_never_torn_between_two_pieces(String character) {
        for (int shift = 0; shift < 4; shift++) {
            raw.clear();
            String line = "a".repeat(shift) + character.repeat(CriLines.MAX_PIECE);
            write((line + "\n").getBytes(StandardCharsets.UTF_8));
            assertThat(raw).hasSizeGreaterThan(1);
            assertThat(joined()).isEqualTo(line + "\n");
        }
    }

    /** Not one byte of it is UTF-8, and it never ends: what is held stays one piece, and what comes out is bounded. */
    @ParameterizedTest
    @ValueSource(ints = {0xff, 0x80, 0xc3, 0xe2, 0xf0, 0xed})
    void a_huge_line_that_is_no_utf8_comes_out_in_bounded_pieces(int junk) {
        byte[] huge = new byte[1024 * 1024];
        Arrays.fill(huge, (byte) junk);
        write(huge);
        lines.end();
        assertBounded();
        assertThat(texts().stream().filter(text -> text.startsWith(HEAD + "F ")))
                .hasSize(1);
        assertThat(joined().strip()).matches("\ufffd+");
        assertThat(joined().length()).isLessThanOrEqualTo(huge.length + 1);
    }

    @Property(tries = 60)
    void the_same_bytes_make_the_same_lines_however_they_arrive(
            @ForAll Random dice, @ForAll @IntRange(min = 0, max = 5) int kind) {
        byte[] bytes = new byte[dice.nextInt(3 * CriLines.MAX_PIECE)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (kind == 0 ? dice.nextInt(256) : dice.nextInt(200) == 0 ? '\n' : 'a' + kind * 20);
        }
        byte[] whole = output(bytes, bytes.length);
        assertThat(output(bytes, 1)).isEqualTo(whole);
        assertThat(output(bytes, 1 + dice.nextInt(5_000))).isEqualTo(whole);
    }

    /** Times jump, stand still and run within one second; the text is any bytes, or nearly UTF-8. */
    @Property(tries = 300)
    void times_and_texts_are_written_as_the_library_writes_them(@ForAll Random dice) {
        var written = new ByteArrayOutputStream();
        var ofStderr = new CriLines("stderr", written::writeBytes);
        var expected = new StringBuilder();
        Instant time = TIME;
        for (int i = 0; i < 20; i++) {
            time = switch (dice.nextInt(4)) {
                case 0 -> Instant.ofEpochSecond(dice.nextLong(-100_000_000_000L, 1_000_000_000_000L));
                case 1 -> Instant.ofEpochSecond(time.getEpochSecond(), dice.nextInt(1_000_000_000));
                case 2 -> time.plusSeconds(dice.nextInt(3));
                default -> time;
            };
            byte[] text = text(dice);
            byte[] line = Arrays.copyOf(text, text.length + 1);
            line[text.length] = '\n';
            ofStderr.accept(time, line, 0, line.length);
            expected.append(LIBRARYS.format(time) + " stderr F " + decoded(text) + "\n");
        }
        assertThat(written.toByteArray()).isEqualTo(expected.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] text(Random dice) {
        byte[] text = "a\u00e9\u20ac\ud83d\ude00 \r".repeat(dice.nextInt(10)).getBytes(StandardCharsets.UTF_8);
        int odd = text.length == 0 ? 0 : dice.nextInt(4);
        for (int i = 0; i < odd; i++) {
            text[dice.nextInt(text.length)] = (byte) dice.nextInt('\n' + 1, 256);
        }
        return Arrays.copyOf(text, text.length - dice.nextInt(Math.min(4, text.length + 1)));
    }

    private static String decoded(byte[] text) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] output(byte[] bytes, int chunk) {
        var out = new ByteArrayOutputStream();
        var lines = new CriLines("stderr", out::writeBytes);
        for (int from = 0; from < bytes.length; from += chunk) {
            lines.accept(TIME, bytes, from, Math.min(bytes.length, from + chunk));
        }
        lines.end();
        return out.toByteArray();
    }

    private void assertBounded() {
        assertThat(raw).allSatisfy(line -> {
            assertThat(line.length).isLessThanOrEqualTo(HEAD.length() + 2 + CriLines.MAX_PIECE + 1);
            assertThat(new String(line, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8))
                    .isEqualTo(line);
        });
    }

    /** The text of all pieces, without their heads and the line feeds between them. */
    private String joined() {
        assertBounded();
        var all = new StringBuilder();
        for (String line : texts()) {
            all.append(line, HEAD.length() + 2, line.length() - 1);
        }
        return all + "\n";
    }
}
