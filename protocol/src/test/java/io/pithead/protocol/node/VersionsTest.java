package io.pithead.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionsTest {
    @ParameterizedTest
    @CsvSource({
        "12.4,12.4,true",
        "12.10,12.4,true",
        "12.4,12.10,false",
        "12,12.0,true",
        "12,12.1,false",
        "12.0.1,12,true",
        "13,12.9.9,true",
        "9.9,12,false",
        "12.4.0.0,12.4,true"
    })
    void versions_are_compared_number_by_number(String version, String wanted, boolean enough) {
        assertThat(Versions.atLeast(version, wanted)).isEqualTo(enough);
    }
}
