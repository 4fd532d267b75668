package io.pithead.coordinator.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PasswordsTest {
    private final Passwords passwords = new Passwords();

    @Test
    void a_hash_says_how_it_was_made_and_no_two_are_alike() {
        String phc = passwords.hash("correct horse battery");

        assertThat(phc).matches("\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}");
        assertThat(passwords.hash("correct horse battery")).isNotEqualTo(phc);
        assertThat(passwords.matches("correct horse battery", phc)).isTrue();
        assertThat(passwords.matches("correct horse batterY", phc)).isFalse();
    }

    /** Made by the reference implementation's command: another program's hashes are read as well. */
    @Test
    void hashes_with_other_parameters_are_read() {
        String phc = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

        assertThat(passwords.matches("password", phc)).isTrue();
        assertThat(passwords.matches("passwore", phc)).isFalse();
    }

    /** A hash needs a place, so who is refused for want of one would have been hashed: a name that nobody has, too. */
    @Test
    void nobodys_password_matches_nothing_and_is_hashed_as_others_are() {
        String phc = passwords.hash("x");
        assertThat(passwords.matches("x", null)).isFalse();

        var full = new Passwords(0, Duration.ofMillis(1));
        for (String stored : Arrays.asList(phc, null)) {
            CoordinatorException refused =
                    catchThrowableOfType(CoordinatorException.class, () -> full.matches("x", stored));
            assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        }
    }

    @Test
    void a_place_is_free_again_afterwards() {
        var single = new Passwords(1, Duration.ofMillis(1));
        String phc = single.hash("x");
        assertThat(single.matches("x", phc)).isTrue();
        assertThat(single.matches("y", phc)).isFalse();
        assertThat(single.matches("x", phc)).isTrue();
    }
}
