package io.pithead.coordinator.node.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.node.core.Marks.Mark;
import io.pithead.protocol.admin.Twins.Kind;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.MinerCapabilities;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class MarksTest {
    private static final String HOST = "ab".repeat(32);

    private static MinerCapabilities miner(String hardware) {
        return Json.own(
                "{\"miner_id\":\"m\",\"mode\":\"cpu\"" + (hardware.isEmpty() ? "" : ",\"hardware\":" + hardware) + "}",
                MinerCapabilities.class);
    }

    @Test
    void cards_machine_and_place_are_marks_and_each_is_one_once() {
        String card = "GPU-5c1d4a52-6f0e-4c61-9d55-0c7d6cf3a1b2";
        String part = "MIG-GPU-5c1d4a52-6f0e-4c61-9d55-0c7d6cf3a1b2/1/0";
        assertThat(Marks.of(
                        miner("{\"gpus\":[{\"uuid\":\"" + card + "\"},{\"uuid\":\"" + card + "\"},{\"uuid\":\"" + part
                                + "\"},{\"name\":\"none\"}],\"host\":\"" + HOST + "\"}"),
                        "198.51.100.7"))
                .containsExactly(
                        new Mark(Kind.GPU, card),
                        new Mark(Kind.GPU, part),
                        new Mark(Kind.HOST, HOST),
                        new Mark(Kind.ADDRESS, "198.51.100.7"));
    }

    @Test
    void who_says_nothing_has_no_mark() {
        assertThat(Marks.of(miner(""), null)).isEmpty();
        assertThat(Marks.of(miner("{}"), null)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "Unknown", "GPU 5c1d4a52", "GPU-\\u0007aaaaaaaa", "-GPU-aaaaaaaa"})
    void what_is_no_uuid_is_no_mark(String uuid) {
        assertThat(Marks.of(miner("{\"gpus\":[{\"uuid\":\"" + uuid + "\"}]}"), null))
                .isEmpty();
        assertThat(Marks.of(miner("{\"gpus\":[{\"uuid\":\"" + "a".repeat(101) + "\"}]}"), null))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.9, 203.0.113.9",
        "2001:db8:1:2:3:4:5:6, 20:01:0d:b8:00:01:00:02",
        "2001:db8:1:2::ffff, 20:01:0d:b8:00:01:00:02",
        "::ffff:203.0.113.9, 203.0.113.9"
    })
    void an_address_counts_by_what_its_site_has_for_itself(String from, String place) {
        assertThat(Marks.place(from)).contains(place);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.1.2.3",
                "192.168.1.1",
                "172.16.0.1",
                "169.254.1.1",
                "100.64.0.1",
                "100.127.255.255",
                "0.0.0.0",
                "224.0.0.1",
                "::1",
                "::",
                "fe80::1",
                "fd00::1",
                "ff02::1",
                "unknown",
                "cafe",
                "1.2",
                "256.1.1.1",
                "a.example.net",
                "2001:db8::1::2",
                ""
            })
    void private_addresses_and_what_is_none_are_no_place(String from) {
        assertThat(Marks.place(from)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"100.63.255.255", "100.128.0.1", "fe00::1", "172.32.0.1"})
    void what_is_next_to_a_private_network_is_a_place(String from) {
        assertThat(Marks.place(from)).isPresent();
    }
}
