package io.pithead.coordinator.account;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.core.Rotation;
import io.pithead.coordinator.account.core.RotationPolicy;
import io.pithead.protocol.Page;
import io.pithead.protocol.admin.IssuedKey;
import io.pithead.protocol.admin.Key;
import io.pithead.protocol.admin.KeyRequest;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.key.ApiKey;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Issues, lists, rotates and revokes keys. A change holds on every instance within a second. */
@Stateless
public class KeyFacade {
    private static final SecureRandom RANDOM = new SecureRandom();

    @PersistenceContext(unitName = "pithead")
    EntityManager entities;

    @Inject
    Audit audit;

    public IssuedKey issue(Caller by, KeyRequest request) {
        Instant now = now();
        AccountEntity account = entities.find(AccountEntity.class, request.account());
        if (account == null || account.isDisabled()) {
            throw wrong("/account", "is not an account that takes keys");
        }
        if (request.expiresAt() != null && !request.expiresAt().isAfter(now)) {
            throw wrong("/expires_at", "must be in the future");
        }
        ApiKey key = ApiKey.generate(request.scope(), RANDOM);
        var row = new KeyEntity(
                Ids.next(now),
                account.id(),
                key,
                request.label(),
                request.requestsPerMinute(),
                request.expiresAt() == null ? null : request.expiresAt().truncatedTo(ChronoUnit.MICROS),
                now);
        entities.persist(row);
        audit.record(by, "key.issue", row.id().toString(), facts(row), now);
        return new IssuedKey(key.text(), row.view());
    }

    public Page<Key> list(@Nullable UUID account, @Nullable UUID after, int limit) {
        List<KeyEntity> rows = entities.createQuery(
                        "select k from ApiKey k where k.id > :after and (:all = true or k.accountId = :account)"
                                + " order by k.id",
                        KeyEntity.class)
                .setParameter("after", after == null ? AccountFacade.BEFORE_ALL : after)
                .setParameter("all", account == null)
                .setParameter("account", account == null ? AccountFacade.BEFORE_ALL : account)
                .setMaxResults(limit + 1)
                .getResultList();
        return Pages.of(rows.stream().map(KeyEntity::view).toList(), limit, Key::id);
    }

    public Key get(UUID id) {
        return find(id, LockModeType.NONE).view();
    }

    /** Makes a successor with the same rights; the old key works on for the grace. */
    public IssuedKey rotate(Caller by, UUID id, Duration grace) {
        Instant now = now();
        KeyEntity old = find(id, LockModeType.PESSIMISTIC_WRITE);
        Optional<KeyEntity> predecessor = Optional.ofNullable(old.replaces())
                .map(replaced -> entities.find(KeyEntity.class, replaced, LockModeType.PESSIMISTIC_WRITE));
        Rotation decided =
                RotationPolicy.rotate(old.state(), predecessor.map(KeyEntity::state), hasSuccessor(id), grace, now);
        return switch (decided) {
            case Rotation.Refused refused -> throw refusal(refused.reason());
            case Rotation.Rotate rotate -> {
                if (rotate.endPredecessor()) {
                    predecessor.ifPresent(key -> key.revoke(now));
                }
                yield succeed(by, old, rotate.oldEndsAt(), now);
            }
        };
    }

    public Key revoke(Caller by, UUID id) {
        Instant now = now();
        KeyEntity key = find(id, LockModeType.PESSIMISTIC_WRITE);
        if (id.equals(by.keyId())) {
            throw new CoordinatorException(
                    ErrorCode.CONFLICT_STATE, "A key cannot revoke itself: rotate it, or use another one.");
        }
        if (key.state().revokedAt() == null) {
            key.revoke(now);
            audit.record(by, "key.revoke", id.toString(), facts(key), now);
        }
        return key.view();
    }

    private IssuedKey succeed(Caller by, KeyEntity old, Instant oldEndsAt, Instant now) {
        ApiKey key = ApiKey.generate(old.scope(), RANDOM);
        KeyEntity successor = old.succeed(Ids.next(now), key, oldEndsAt, now);
        entities.persist(successor);
        audit.record(
                by,
                "key.rotate",
                old.id().toString(),
                Map.of("successor", successor.id(), "old_ends_at", oldEndsAt),
                now);
        return new IssuedKey(key.text(), successor.view());
    }

    private boolean hasSuccessor(UUID id) {
        return entities.createQuery("select count(k) from ApiKey k where k.replaces = :id", Long.class)
                        .setParameter("id", id)
                        .getSingleResult()
                > 0;
    }

    private KeyEntity find(UUID id, LockModeType lock) {
        KeyEntity key = entities.find(KeyEntity.class, id, lock);
        if (key == null) {
            throw new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such key.");
        }
        return key;
    }

    private static Map<String, Object> facts(KeyEntity key) {
        Key view = key.view();
        return Map.of("account", view.account(), "scope", view.scope(), "hint", view.hint());
    }

    private static CoordinatorException refusal(Rotation.Reason reason) {
        return switch (reason) {
            case KEY_NOT_LIVE ->
                new CoordinatorException(ErrorCode.CONFLICT_STATE, "This key is revoked or expired; issue a new one.");
            case ALREADY_ROTATED ->
                new CoordinatorException(
                        ErrorCode.CONFLICT_STATE,
                        "This key was rotated before: rotate its successor, or issue a new one.");
        };
    }

    private static CoordinatorException wrong(String pointer, String problem) {
        return new CoordinatorException(
                ErrorCode.INVALID_PAYLOAD,
                "The body is JSON, but not what this endpoint takes.",
                Map.of(pointer, problem));
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MICROS);
    }
}
