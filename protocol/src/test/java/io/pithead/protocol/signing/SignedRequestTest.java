package io.pithead.protocol.signing;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.signing.SignedRequest.Terms;
import io.pithead.protocol.signing.SignedRequest.Timeliness;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignedRequestTest {
    private static final WalletKey COW = WalletKey.of(Keccak.digest("cow".getBytes(StandardCharsets.UTF_8)));
    private static final String PATH = "/v1/discovery/nodes?a=b";
    private static final byte[] BODY = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
    private static final Instant ISSUED = Instant.ofEpochSecond(1_763_744_000L);
    private static final Terms TERMS =
            new Terms(31_337, "https://coordinator.example.net", nonce(), ISSUED, Duration.ofSeconds(60));

    /** Made by another program, of the standard's text alone. */
    private static final String HEADER = "Wallet address=0xcd2a3d9f938e13cd947ec05abc7fe734df8dd826,chain=31337,"
            + "audience=https://coordinator.example.net,"
            + "nonce=0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f,"
            + "issued=1763744000,expires=1763744060,"
            + "body=015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862,"
            + "signature=0xca507dfaf023fd9901d2792a1b7cb13056ae75f046f46aa053ffbe8da502df6f"
            + "638cdc178d7b4113feaeedaf8f0ff53a967085441fcefd11a37d0b9a5d3e21a2";

    private static byte[] nonce() {
        byte[] nonce = new byte[SignedRequest.NONCE_BYTES];
        for (int i = 0; i < nonce.length; i++) {
            nonce[i] = (byte) i;
        }
        return nonce;
    }

    private static SignedRequest signed() {
        return SignedRequest.sign(COW, "PUT", PATH, BODY, TERMS);
    }

    private static SignedRequest read(String header) {
        return SignedRequest.parse(header).orElseThrow();
    }

    @Test
    void the_header_is_the_one_that_another_program_made() {
        assertThat(signed().header()).matches(java.util.regex.Pattern.quote(HEADER) + "(1b|1c)");
    }

    @Test
    void what_was_written_is_read_again_and_is_signed() {
        SignedRequest read = read(signed().header());
        assertThat(read.header()).isEqualTo(signed().header());
        assertThat(read.isSignedFor("PUT", PATH)).isTrue();
        assertThat(read.isOfBody(BODY)).isTrue();
    }

    @Test
    void it_is_for_that_method_path_query_and_body_alone() {
        SignedRequest signed = signed();
        assertThat(signed.isSignedFor("GET", PATH)).isFalse();
        assertThat(signed.isSignedFor("put", PATH)).isFalse();
        assertThat(signed.isSignedFor("PUT", "/v1/discovery/nodes")).isFalse();
        assertThat(signed.isSignedFor("PUT", PATH + "&c=d")).isFalse();
        assertThat(signed.isSignedFor("PUT", "https://coordinator.example.net" + PATH))
                .isFalse();
        assertThat(signed.isOfBody("{\"a\":2}".getBytes(StandardCharsets.UTF_8)))
                .isFalse();
        assertThat(signed.isOfBody(new byte[0])).isFalse();
    }

    /** Whatever the header says is signed; none of it can be taken over into another request. */
    @ParameterizedTest
    @CsvSource({
        "cd2a3d9f938e13cd947ec05abc7fe734df8dd826,7e5f4552091a69125d5dfcb7b8c2659029395bdf",
        "chain=31337,chain=1",
        "coordinator.example.net,coordinator.example.com",
        "0x0001,0x0101",
        "issued=1763744000,issued=1763744001",
        "expires=1763744060,expires=1763744061",
        "body=015a,body=015b",
        "signature=0xca,signature=0xcb"
    })
    void a_changed_header_is_not_signed(String from, String to) {
        String changed = signed().header().replace(from, to);
        assertThat(changed).isNotEqualTo(signed().header());
        assertThat(read(changed).isSignedFor("PUT", PATH)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Wallet",
                "Bearer ph_admin_x",
                "Wallet address=0xcd2a3d9f938e13cd947ec05abc7fe734df8dd826",
            })
    void something_else_is_no_signed_request(String header) {
        assertThat(SignedRequest.parse(header)).isEmpty();
    }

    @Test
    void there_is_one_form() {
        String good = signed().header();
        for (String bad : List.of(
                good + " ",
                good + ",",
                " " + good,
                good.replace("Wallet ", "Wallet  "),
                good.replace(",chain", ", chain"),
                good.replace("chain=31337,", ""),
                good.replace("chain=31337", "chain=031337"),
                good.replace("chain=31337", "chain=-1"),
                good.replace("chain=31337", "chain=9999999999999999999"),
                good.replace("chain=31337", "chain=31337,chain=31337"),
                good.replace("nonce=0x00", "nonce=0x"),
                good.replace("nonce=0x00", "nonce=00"),
                good.replace("issued=1763744000", "issued=1763744000.0"),
                good.replace("issued=1763744000", "issued=1763744000000"),
                good.replace("audience=https", "audience=ht,tps"),
                good.replace("audience=https://coordinator.example.net", "audience="),
                good.replace("0xcd2a3d", "0xCd2a3d"),
                good + "x".repeat(1_000))) {
            assertThat(SignedRequest.parse(bad)).as(bad).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0,TIMELY",
        "-60,TIMELY",
        "-61,NOT_YET",
        "59,TIMELY",
        "60,TIMELY",
        "119,TIMELY",
        "120,EXPIRED",
        "100000,EXPIRED"
    })
    void clocks_may_be_a_minute_apart_in_either_direction(long seconds, Timeliness expected) {
        assertThat(signed().timeliness(ISSUED.plusSeconds(seconds))).isEqualTo(expected);
    }

    @Test
    void nobody_signs_for_long() {
        assertThat(lasting(SignedRequest.MAX_LIFETIME).timeliness(ISSUED)).isEqualTo(Timeliness.TIMELY);
        assertThat(lasting(SignedRequest.MAX_LIFETIME.plusSeconds(1)).timeliness(ISSUED))
                .isEqualTo(Timeliness.TOO_LONG);
    }

    private static SignedRequest lasting(Duration lifetime) {
        return SignedRequest.sign(COW, "PUT", PATH, BODY, new Terms(1, "https://a.example", nonce(), ISSUED, lifetime));
    }
}
