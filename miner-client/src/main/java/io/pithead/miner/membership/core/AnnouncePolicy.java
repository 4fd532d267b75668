package io.pithead.miner.membership.core;

import io.pithead.protocol.discovery.NodeAnnounced;
import io.pithead.protocol.discovery.Reader;
import io.pithead.protocol.seal.SealedEndpoint;
import io.pithead.protocol.signing.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** When a node announces itself again, and for whom it seals where it is. */
public final class AnnouncePolicy {
    static final Duration SOONEST = Duration.ofSeconds(1);
    static final Duration LATEST = Duration.ofHours(1);
    /** After a refusal: what it is about changes in minutes at best. */
    public static final Duration AFTER_REFUSAL = Duration.ofMinutes(1);

    private AnnouncePolicy() {}

    /** The registry's pace, within reason. */
    public static Duration pace(NodeAnnounced answer) {
        Duration told = Duration.ofSeconds(answer.announceSecs());
        return told.compareTo(SOONEST) < 0 ? SOONEST : told.compareTo(LATEST) > 0 ? LATEST : told;
    }

    /** The keys to seal for; empty when there is nobody, or when one of them is not whom it says. */
    public static Optional<List<PublicKey>> readers(NodeAnnounced answer) {
        if (answer.readers().isEmpty() || answer.readers().size() > SealedEndpoint.MAX_READERS) {
            return Optional.empty();
        }
        var keys = new ArrayList<PublicKey>();
        for (Reader reader : answer.readers()) {
            Optional<PublicKey> key = PublicKey.parse(String.valueOf(reader.publicKey()))
                    .filter(known -> known.address().text().equals(reader.address()));
            if (key.isEmpty() || keys.contains(key.get())) {
                return Optional.empty();
            }
            keys.add(key.get());
        }
        return Optional.of(keys);
    }

    /** Whether the registry wants the endpoint sealed anew. */
    public static boolean wantsSeal(NodeAnnounced answer) {
        return answer.sealAs() != null && answer.sealAs() >= 1;
    }
}
