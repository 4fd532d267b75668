package io.pithead.coordinator.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.signing.Ed25519;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FastEd25519Test {
    /** RFC 8032, 7.1, test 2: its seed as PKCS#8, its message of one byte, its signature. */
    private static final String PKCS8 = "302e020100300506032b657004220420";

    @Test
    void the_signature_is_that_of_the_standard() {
        byte[] key =
                HexFormat.of().parseHex(PKCS8 + "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        byte[] sig = FastEd25519.of(Ed25519.privateKey(key)).sign(new byte[] {0x72});
        assertThat(HexFormat.of().formatHex(sig))
                .isEqualTo("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a longer message, with \u00e9"})
    void it_is_the_signature_of_the_platforms_own_provider(String message) {
        KeyPair pair = Ed25519.generate();
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        assertThat(FastEd25519.of(pair.getPrivate()).sign(bytes)).isEqualTo(Ed25519.sign(pair.getPrivate(), bytes));
    }
}
