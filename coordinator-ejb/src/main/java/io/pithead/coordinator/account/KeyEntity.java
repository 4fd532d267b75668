package io.pithead.coordinator.account;

import io.pithead.coordinator.account.core.KeyState;
import io.pithead.protocol.admin.Key;
import io.pithead.protocol.key.ApiKey;
import io.pithead.protocol.key.Scope;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@Entity(name = "ApiKey")
@Table(name = "api_key")
class KeyEntity {
    @Id
    private UUID id;

    @Column(name = "account_id")
    private UUID accountId;

    @Enumerated(EnumType.STRING)
    @Column
    private Scope scope;

    @Column
    private byte[] sha256;

    @Column
    private String hint;

    @Column
    private @Nullable String label;

    @Column(name = "requests_per_minute")
    private @Nullable Integer requestsPerMinute;

    @Column
    private @Nullable UUID replaces;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "expires_at")
    private @Nullable Instant expiresAt;

    @Column(name = "revoked_at")
    private @Nullable Instant revokedAt;

    /** Written by the key ring alone. */
    @Column(name = "last_used_at", insertable = false, updatable = false)
    private @Nullable Instant lastUsedAt;

    /** For Hibernate. */
    protected KeyEntity() {}

    KeyEntity(
            UUID id,
            UUID accountId,
            ApiKey key,
            @Nullable String label,
            @Nullable Integer requestsPerMinute,
            @Nullable Instant expiresAt,
            Instant createdAt) {
        this.id = id;
        this.accountId = accountId;
        this.scope = key.scope();
        this.sha256 = key.sha256();
        this.hint = key.hint();
        this.label = label;
        this.requestsPerMinute = requestsPerMinute;
        this.expiresAt = expiresAt;
        this.createdAt = createdAt;
    }

    /** Makes the key that takes over with the same rights; this one works until {@code end}. */
    KeyEntity succeed(UUID successorId, ApiKey key, Instant end, Instant now) {
        var successor = new KeyEntity(successorId, accountId, key, label, requestsPerMinute, expiresAt, now);
        successor.replaces = id;
        expiresAt = end;
        return successor;
    }

    void revoke(Instant now) {
        if (revokedAt == null) {
            revokedAt = now;
        }
    }

    KeyState state() {
        return new KeyState(expiresAt, revokedAt);
    }

    UUID id() {
        return id;
    }

    UUID accountId() {
        return accountId;
    }

    Scope scope() {
        return scope;
    }

    @Nullable
    UUID replaces() {
        return replaces;
    }

    Key view() {
        return new Key(
                id,
                accountId,
                scope,
                hint,
                label,
                requestsPerMinute,
                replaces,
                createdAt,
                expiresAt,
                revokedAt,
                lastUsedAt);
    }
}
