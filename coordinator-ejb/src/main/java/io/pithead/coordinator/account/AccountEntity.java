package io.pithead.coordinator.account;

import io.pithead.protocol.admin.Account;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@Entity(name = "Account")
@Table(name = "account")
class AccountEntity {
    @Id
    private UUID id;

    @Column
    private String name;

    @Column
    private int weight;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "disabled_at")
    private @Nullable Instant disabledAt;

    /** For Hibernate. */
    protected AccountEntity() {}

    AccountEntity(UUID id, String name, int weight, Instant createdAt) {
        this.id = id;
        this.name = name;
        this.weight = weight;
        this.createdAt = createdAt;
    }

    void disable(Instant now) {
        if (disabledAt == null) {
            disabledAt = now;
        }
    }

    boolean isDisabled() {
        return disabledAt != null;
    }

    UUID id() {
        return id;
    }

    Account view() {
        return new Account(id, name, weight, createdAt, disabledAt);
    }
}
