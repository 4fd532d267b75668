package io.pithead.coordinator.run;

import io.pithead.coordinator.chain.ChainStates;
import io.pithead.coordinator.chain.KnownChains.Known;
import io.pithead.coordinator.chain.SigningKey;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.run.InviteStore.Candidate;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.run.Invite;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.ContractMessages;
import io.pithead.protocol.signing.ContractMessages.InviteTerms;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Signs invites for nodes that may have one. Between choosing and writing no transaction is open: signing takes its time. */
final class Inviter {
    static final int BATCH = 200;
    static final Duration VALID = Duration.ofSeconds(1_000);

    private final Database database;
    private final Duration ttl;

    /** @param ttl how long the registry's word for a node is good */
    Inviter(Database database, Duration ttl) {
        this.database = database;
        this.ttl = ttl;
    }

    /** @return how many were made */
    int round(Known chain, SigningKey key, Instant now) {
        database.doInTransaction(connection -> InviteStore.sweep(connection, chain.chainId()));
        List<Candidate> candidates =
                database.withConnection(connection -> InviteStore.candidates(connection, chain.chainId(), ttl, BATCH));
        if (candidates.isEmpty()) {
            return 0;
        }
        Map<UUID, Long> counts =
                candidates.stream().collect(Collectors.groupingBy(Candidate::run, Collectors.counting()));
        Map<UUID, Long> next =
                new HashMap<>(database.inTransaction(connection -> InviteStore.nonces(connection, counts)));
        // it has to be good by both clocks: the miner's side goes by ours, the contract by the chain's
        Instant clock = database.withConnection(connection -> ChainStates.time(connection, chain.chainId()));
        Instant expiry = (clock.isAfter(now) ? clock : now).plus(VALID).truncatedTo(ChronoUnit.SECONDS);
        var invites = new ArrayList<Invite>();
        for (Candidate candidate : candidates) {
            Long nonce = next.get(candidate.run());
            if (nonce != null) {
                next.put(candidate.run(), nonce + 1);
                invites.add(sign(chain, key, candidate, nonce, expiry));
            }
        }
        return database.inTransaction(connection -> InviteStore.insert(connection, invites));
    }

    private static Invite sign(Known chain, SigningKey key, Candidate candidate, long nonce, Instant expiry) {
        String memberships = chain.address(RunCalls.MEMBERSHIPS);
        byte[] digest = ContractMessages.invite(new InviteTerms(
                chain.chainId(),
                new Address(memberships),
                candidate.number(),
                new Address(candidate.address()),
                nonce,
                expiry.getEpochSecond()));
        return new Invite(
                Ids.next(Instant.now()),
                candidate.run(),
                chain.chainId(),
                candidate.number(),
                chain.address(RunCalls.RUNS),
                memberships,
                candidate.address(),
                nonce,
                expiry,
                key.address(),
                key.sign(digest).toString());
    }

    static Map<Long, Known> byId(List<Known> chains) {
        return chains.stream()
                .filter(chain -> chain.has(RunCalls.RUNS) && chain.has(RunCalls.MEMBERSHIPS))
                .collect(Collectors.toMap(Known::chainId, Function.identity()));
    }
}
