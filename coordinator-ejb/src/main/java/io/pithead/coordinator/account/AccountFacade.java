package io.pithead.coordinator.account;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.Page;
import io.pithead.protocol.admin.Account;
import io.pithead.protocol.admin.AccountRequest;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.id.Ids;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Creates, lists and disables tenants. */
@Stateless
public class AccountFacade {
    static final UUID BEFORE_ALL = new UUID(0, 0);
    private static final int DEFAULT_WEIGHT = 1;

    @PersistenceContext(unitName = "pithead")
    EntityManager entities;

    @Inject
    Audit audit;

    public Account create(Caller by, AccountRequest request) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        int weight = request.weight() == null ? DEFAULT_WEIGHT : request.weight();
        var account = new AccountEntity(Ids.next(now), request.name(), weight, now);
        entities.persist(account);
        audit.record(
                by, "account.create", account.id().toString(), Map.of("name", request.name(), "weight", weight), now);
        return account.view();
    }

    public Page<Account> list(@Nullable UUID after, int limit) {
        List<AccountEntity> rows = entities.createQuery(
                        "select a from Account a where a.id > :after order by a.id", AccountEntity.class)
                .setParameter("after", after == null ? BEFORE_ALL : after)
                .setMaxResults(limit + 1)
                .getResultList();
        return Pages.of(rows.stream().map(AccountEntity::view).toList(), limit, Account::id);
    }

    public Account get(UUID id) {
        return find(id, LockModeType.NONE).view();
    }

    /** Its keys stop working on every instance within a second. */
    public Account disable(Caller by, UUID id) {
        if (id.equals(by.accountId())) {
            throw new CoordinatorException(
                    ErrorCode.CONFLICT_STATE, "An account cannot disable itself: nobody might be left to undo it.");
        }
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        AccountEntity account = find(id, LockModeType.PESSIMISTIC_WRITE);
        if (!account.isDisabled()) {
            account.disable(now);
            audit.record(by, "account.disable", id.toString(), Map.of(), now);
        }
        return account.view();
    }

    private AccountEntity find(UUID id, LockModeType lock) {
        AccountEntity account = entities.find(AccountEntity.class, id, lock);
        if (account == null) {
            throw new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such account.");
        }
        return account;
    }
}
