package io.pithead.coordinator.webhook.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortsTest {
    @Test
    void ranges_include_their_ends() {
        Ports ports = Ports.parse("80, 443,8000-8002");

        assertThat(ports.contains(80)).isTrue();
        assertThat(ports.contains(81)).isFalse();
        assertThat(ports.contains(443)).isTrue();
        assertThat(ports.contains(7999)).isFalse();
        assertThat(ports.contains(8000)).isTrue();
        assertThat(ports.contains(8002)).isTrue();
        assertThat(ports.contains(8003)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "80,", "http", "0", "65536", "9-8", "-1", "1-", "1-2-3"})
    void anything_else_is_refused(String text) {
        assertThatThrownBy(() -> Ports.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
