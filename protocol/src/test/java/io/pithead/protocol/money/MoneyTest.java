package io.pithead.protocol.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MoneyTest {
    @Property
    void what_was_written_is_read_again(
            @ForAll @BigRange(min = "0", max = "999999999999999999999999999999") BigInteger minor) {
        assertThat(Money.parse(Money.format(minor))).isEqualTo(minor);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1,1000000", "0.000001,1", "1.5,1500000", "007,7000000", "0.1,100000"})
    void a_token_is_a_million_minor_units(String tokens, BigInteger minor) {
        assertThat(Money.parse(tokens)).isEqualTo(minor);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "-1",
                "+1",
                "1.",
                ".5",
                "1.0000001",
                "1,5",
                "1e3",
                "0x1",
                "NaN",
                "1 ",
                "\u0661",
                "1.5.5",
                "10000000000000000000000000000000"
            })
    void anything_else_is_refused(String text) {
        assertThatThrownBy(() -> Money.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1000000000000000000000000000000", "999999999999999999999999.999999"})
    void the_longest_amounts_are_read(String text) {
        assertThat(Money.parse(text)).isPositive();
    }
}
