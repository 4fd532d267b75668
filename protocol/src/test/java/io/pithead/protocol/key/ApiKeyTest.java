package io.pithead.protocol.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.signing.Digests;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyTest {
    private static final String BODY = "0123456789ABCDEFGHIJKLMNOPQRSTUV";

    @ParameterizedTest
    @EnumSource(Scope.class)
    void a_key_is_read_as_it_was_made(Scope scope) {
        ApiKey key = ApiKey.generate(scope, new SecureRandom());
        assertThat(key.text()).matches("ph_" + scope.word() + "_[0-9A-Za-z]{32}_[0-9A-Za-z]{6}");
        assertThat(ApiKey.parse(key.text())).contains(key);
        assertThat(key.sha256()).isEqualTo(Digests.sha256(key.text().getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void two_keys_differ() {
        assertThat(ApiKey.generate(Scope.BUYER, new SecureRandom()))
                .isNotEqualTo(ApiKey.generate(Scope.BUYER, new SecureRandom()));
    }

    @Test
    void one_wrong_character_anywhere_is_found() {
        String text = ApiKey.generate(Scope.MINER, new SecureRandom()).text();
        for (int i = "ph_".length(); i < text.length(); i++) {
            char other = text.charAt(i) == 'a' ? 'b' : 'a';
            assertThat(ApiKey.parse(text.substring(0, i) + other + text.substring(i + 1)))
                    .as("character %s", i)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ph_miner_",
                "ph_root_" + BODY + "_000000",
                "ph_miner_" + BODY,
                "ph_miner_" + BODY + "_00000",
                " ph_miner_" + BODY + "_000000",
                "ph_miner_" + BODY + "_000000\n"
            })
    void what_has_not_the_form_of_a_key_is_none(String text) {
        assertThat(ApiKey.parse(text)).isEmpty();
    }

    @Test
    void a_key_is_never_printed_whole() {
        ApiKey key = ApiKey.generate(Scope.ADMIN, new SecureRandom());
        assertThat(key.toString()).contains(key.hint()).doesNotContain(key.text());
        assertThat(key.text()).startsWith(key.hint());
        assertThat(key.hint()).hasSize("ph_admin_".length() + 6);
    }
}
