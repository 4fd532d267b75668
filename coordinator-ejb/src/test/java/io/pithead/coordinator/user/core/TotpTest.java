package io.pithead.coordinator.user.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TotpTest {
    /** Of RFC 6238, appendix B. */
    private static final byte[] SECRET = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

    private static final Instant NOW = Instant.ofEpochSecond(1_111_111_109);
    private static final long STEP = Totp.step(NOW);

    @ParameterizedTest
    @CsvSource({
        "59,287082",
        "1111111109,081804",
        "1111111111,050471",
        "1234567890,005924",
        "2000000000,279037",
        "20000000000,353130"
    })
    void codes_are_those_of_the_standard(long second, String code) {
        assertThat(Totp.code(SECRET, Totp.step(Instant.ofEpochSecond(second)))).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({"-2,false", "-1,true", "0,true", "1,true", "2,false"})
    void a_clock_may_be_one_step_off(int steps, boolean good) {
        assertThat(Totp.check(SECRET, Totp.code(SECRET, STEP + steps), 0, NOW).isPresent())
                .isEqualTo(good);
    }

    @Test
    void a_step_is_good_once_and_none_before_it_any_more() {
        String code = Totp.code(SECRET, STEP);
        long used = Totp.check(SECRET, code, 0, NOW).orElseThrow();

        assertThat(used).isEqualTo(STEP);
        assertThat(Totp.check(SECRET, code, used, NOW)).isEmpty();
        assertThat(Totp.check(SECRET, Totp.code(SECRET, STEP - 1), used, NOW)).isEmpty();
        assertThat(Totp.check(SECRET, Totp.code(SECRET, STEP + 1), used, NOW)).hasValue(STEP + 1);
    }

    @ParameterizedTest
    @CsvSource({"''", "08180", "0818044", "08180x", "٠٨١٨٠٤", "-81804"})
    void what_is_no_code_is_refused(String typed) {
        assertThat(Totp.check(SECRET, typed, 0, NOW)).isEmpty();
    }

    @Test
    void blanks_between_the_digits_are_fine() {
        assertThat(Totp.check(SECRET, "081 804", 0, NOW)).isPresent();
    }

    /** RFC 4648, section 10. */
    @ParameterizedTest
    @CsvSource({"'',''", "f,MY", "fo,MZXQ", "foo,MZXW6", "foob,MZXW6YQ", "fooba,MZXW6YTB", "foobar,MZXW6YTBOI"})
    void secrets_are_written_in_base_32(String text, String base32) {
        assertThat(Totp.base32(text.getBytes(StandardCharsets.US_ASCII))).isEqualTo(base32);
    }
}
