package io.pithead.coordinator.challenge;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.challenge.AttestationStore.Numbered;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.Page;
import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.signing.Address;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What validators attested, for everybody. */
@ApplicationScoped
public class AttestationFacade {
    @Inject
    Database database;

    @Inject
    ChallengeMetrics metrics;

    /** Newest first. */
    public Page<Attestation> list(
            @Nullable Address node, @Nullable Address validator, @Nullable Long before, int limit) {
        List<Numbered> found = database.withConnection(
                connection -> AttestationStore.list(connection, node, validator, before, limit + 1));
        boolean more = found.size() > limit;
        List<Numbered> page = more ? found.subList(0, limit) : found;
        return new Page<>(
                page.stream().map(Numbered::attestation).toList(),
                more ? Long.toString(page.getLast().number()) : null);
    }

    /** The digest of the newest one that says that the node cheats, in the caller's transaction. */
    public Optional<String> newestInvalid(Connection connection, long chain, String node) throws SQLException {
        return AttestationStore.newestInvalid(connection, chain, node);
    }

    /** What became of one that is none of a challenge. */
    public sealed interface Brought {}

    public record Taken() implements Brought {}

    /** The validator attested before. */
    public record Before(Attestation attestation) implements Brought {}

    /** @param newest the digest of the validator's newest one here; null for none */
    public record OutOfLine(@Nullable String newest) implements Brought {}

    /** In the caller's transaction, who has looked at what it says. */
    public Brought bring(Connection connection, Attestation attestation) throws SQLException {
        long chain = attestation.chain();
        String validator = attestation.validator();
        Optional<Attestation> before = AttestationStore.find(connection, attestation.challenge(), chain, validator);
        if (before.isPresent()) {
            return new Before(before.get());
        }
        String newest = AttestationStore.newest(connection, chain, validator);
        return Objects.equals(newest, attestation.previous()) && AttestationStore.insert(connection, attestation)
                ? new Taken()
                : new OutOfLine(AttestationStore.newest(connection, chain, validator));
    }

    /** After the commit. */
    public void counted(Attestation attestation) {
        metrics.attested(attestation);
    }

    public Attestation get(UUID challenge) {
        return database.withConnection(connection -> AttestationStore.find(connection, challenge))
                .orElseThrow(() -> new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such attestation."));
    }
}
