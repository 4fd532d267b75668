package io.pithead.coordinator.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
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

    @Test
    void nobodys_password_matches_nothing_and_takes_as_long() {
        String phc = passwords.hash("x");
        passwords.matches("warm", phc);
        long known = nanos(() -> passwords.matches("y", phc));
        long unknown = nanos(() -> assertThat(passwords.matches("y", null)).isFalse());

        assertThat(unknown).isGreaterThan(known / 4);
    }

    @Test
    void more_at_once_than_there_is_room_for_are_refused_after_a_while() throws Exception {
        var busy = new Passwords(1, Duration.ofMillis(1));
        Callable<ErrorCode> hash = () -> {
            CoordinatorException refused =
                    catchThrowableOfType(CoordinatorException.class, () -> busy.matches("x", null));
            return refused == null ? ErrorCode.INTERNAL : refused.code();
        };
        try (var threads = Executors.newFixedThreadPool(8)) {
            var answers = new ArrayList<ErrorCode>();
            for (var answer : threads.invokeAll(List.of(hash, hash, hash, hash, hash, hash, hash, hash))) {
                answers.add(answer.get());
            }
            assertThat(answers).contains(ErrorCode.UNAVAILABLE);
        }
        assertThat(busy.matches("x", null)).isFalse();
    }

    private static long nanos(Runnable what) {
        long start = System.nanoTime();
        what.run();
        return System.nanoTime() - start;
    }
}
