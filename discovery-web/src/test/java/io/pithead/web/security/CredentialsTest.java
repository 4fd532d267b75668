package io.pithead.web.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.key.ApiKey;
import io.pithead.protocol.key.Scope;
import jakarta.ws.rs.core.MultivaluedHashMap;
import java.security.SecureRandom;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class CredentialsTest {
    private final ApiKey key = ApiKey.generate(Scope.MINER, new SecureRandom());
    private final MultivaluedHashMap<String, String> headers = new MultivaluedHashMap<>();

    @Test
    void a_key_is_found_in_either_header() {
        headers.add("Authorization", "Bearer " + key.text());
        assertThat(Credentials.of(headers)).contains(key);

        headers.clear();
        headers.add("X-Api-Key", key.text());
        assertThat(Credentials.of(headers)).contains(key);
    }

    @Test
    void the_scheme_is_read_in_any_case() {
        headers.add("Authorization", "bEARER  " + key.text() + " ");
        assertThat(Credentials.of(headers)).contains(key);
    }

    @Test
    void two_keys_are_refused_even_when_they_are_the_same() {
        headers.add("Authorization", "Bearer " + key.text());
        headers.add("X-Api-Key", key.text());
        assertThat(Credentials.of(headers)).isEmpty();

        headers.clear();
        headers.add("Authorization", "Bearer " + key.text());
        headers.add("Authorization", "Bearer " + key.text());
        assertThat(Credentials.of(headers)).isEmpty();
    }

    @Test
    void another_scheme_beside_a_key_is_refused() {
        headers.add("Authorization", "Basic dTpw");
        headers.add("X-Api-Key", key.text());
        assertThat(Credentials.of(headers)).isEmpty();
    }

    @Test
    void what_cannot_be_a_key_is_refused_without_a_look_up() {
        for (String text :
                new String[] {"", "x", key.text() + "0", key.text().toUpperCase(Locale.ROOT), "y".repeat(100_000)}) {
            headers.putSingle("X-Api-Key", text);
            assertThat(Credentials.of(headers))
                    .as(text.length() > 60 ? "long" : text)
                    .isEmpty();
        }
    }

    @Test
    void a_mistyped_key_is_refused_by_its_check_digits() {
        char last = key.text().charAt(20);
        String mistyped = key.text().substring(0, 20)
                + (last == 'a' ? 'b' : 'a')
                + key.text().substring(21);
        headers.putSingle("X-Api-Key", mistyped);
        assertThat(Credentials.of(headers)).isEmpty();
    }

    @Test
    void nothing_is_no_key() {
        assertThat(Credentials.of(headers)).isEmpty();
    }
}
