package io.pithead.coordinator.chain.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Which of several nodes is asked: the first that is not resting. A rest doubles with each failure in a row. */
public record Failover(List<Peer> peers) {
    static final Duration FIRST_REST = Duration.ofSeconds(1);
    static final Duration MAX_REST = Duration.ofMinutes(1);
    private static final int MAX_DOUBLINGS = 6;

    public Failover {
        peers = List.copyOf(peers);
        if (peers.isEmpty()) {
            throw new IllegalArgumentException("no node to ask");
        }
    }

    /** @param restsUntil asked again from then on */
    public record Peer(int failures, Instant restsUntil, String reason) {
        boolean isReady(Instant now) {
            return !now.isBefore(restsUntil);
        }
    }

    public static Failover of(int peers) {
        return new Failover(IntStream.range(0, peers)
                .mapToObj(i -> new Peer(0, Instant.EPOCH, ""))
                .toList());
    }

    /** Nothing when all rest. */
    public OptionalInt choose(Instant now) {
        return IntStream.range(0, peers.size())
                .filter(i -> peers.get(i).isReady(now))
                .findFirst();
    }

    public Failover failed(int peer, Instant now, String reason) {
        int failures = peers.get(peer).failures() + 1;
        Duration rest = FIRST_REST.multipliedBy(1L << Math.min(failures - 1, MAX_DOUBLINGS));
        return with(peer, new Peer(failures, now.plus(rest.compareTo(MAX_REST) < 0 ? rest : MAX_REST), reason));
    }

    public Failover answered(int peer) {
        return peers.get(peer).failures() == 0 ? this : with(peer, new Peer(0, Instant.EPOCH, ""));
    }

    private Failover with(int peer, Peer changed) {
        var all = new ArrayList<>(peers);
        all.set(peer, changed);
        return new Failover(all);
    }
}
