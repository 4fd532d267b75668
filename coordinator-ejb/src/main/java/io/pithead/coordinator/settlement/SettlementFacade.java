package io.pithead.coordinator.settlement;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.settlement.Settling.Chain;
import io.pithead.protocol.Page;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.wallet.Epoch;
import io.pithead.protocol.wallet.Leaf;
import io.pithead.protocol.wallet.RewardTree;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Epochs as everybody may see them, and the operator's word that one is to be closed now. */
@ApplicationScoped
public class SettlementFacade {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
    private static final int STRETCH = 10_000;
    /** Anybody may ask for files of millions of lines: the database reads for so many at once. */
    private static final int READERS = 2;

    @Inject
    Database database;

    @Inject
    Settling settling;

    @Inject
    SettlementConfig config;

    @Inject
    Audit audit;

    private final Semaphore readers = new Semaphore(READERS);

    /** Newest first. */
    public Page<Epoch> epochs(@Nullable Long before, int limit) {
        var store = new EpochStore(settling.require().id());
        List<EpochRow> rows = database.withConnection(connection -> store.list(connection, before, limit + 1));
        boolean more = rows.size() > limit;
        List<EpochRow> page = more ? rows.subList(0, limit) : rows;
        return new Page<>(
                page.stream().map(EpochRow::view).toList(),
                more ? Long.toString(page.getLast().number()) : null);
    }

    /** @param number as it stands in a path: what is no number is no epoch */
    public Epoch epoch(String number) {
        return find(settling.require(), number).view();
    }

    private EpochRow find(Chain chain, String number) {
        var store = new EpochStore(chain.id());
        return Optional.of(number)
                .filter(text -> NUMBER.matcher(text).matches())
                .map(Long::valueOf)
                .flatMap(known -> database.withConnection(connection -> store.find(connection, known)))
                .orElseThrow(() -> new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such epoch."));
    }

    /** A file that is sent while it is read. */
    @FunctionalInterface
    public interface Leaves {
        void sendTo(OutputStream out) throws IOException;
    }

    /** All leaves under the root of an epoch; their SHA-256 is on the chain. */
    public Leaves leaves(String number) {
        Chain chain = settling.require();
        EpochRow epoch = find(chain, number);
        if (epoch.root() == null) {
            throw new CoordinatorException(
                    ErrorCode.CONFLICT_STATE,
                    "The epoch has no root yet.",
                    Map.of("state", epoch.state().name()));
        }
        return out -> {
            for (int from = 0; from < epoch.leafCount(); from += STRETCH) {
                out.write(stretch(chain, epoch, from));
            }
        };
    }

    /** What leaves were at the end of an epoch does not change, so each stretch is read for itself, while nobody waits for it. */
    private byte[] stretch(Chain chain, EpochRow epoch, int from) {
        var bytes = new ByteArrayOutputStream();
        readers.acquireUninterruptibly();
        try {
            database.doInTransaction(connection -> {
                bytes.reset();
                new LeafStore(chain.id())
                        .read(
                                connection,
                                epoch.number(),
                                from,
                                Math.min(from + STRETCH, epoch.leafCount()),
                                (position, account, cumulative) -> bytes.writeBytes(
                                        RewardTree.line(new Leaf(position, account.text(), Money.format(cumulative)))));
            });
        } finally {
            readers.release();
        }
        return bytes.toByteArray();
    }

    /** Begins the next epoch now. */
    public Epoch close(Caller operator) {
        Chain chain = settling.require();
        var store = new EpochStore(chain.id());
        return database.inTransaction(connection -> {
            if (!Closing.isWorthwhile(connection, store, config.minimum())) {
                throw new CoordinatorException(
                        ErrorCode.CONFLICT_STATE,
                        "Nobody has enough to be paid.",
                        Map.of("minimum", Money.format(config.minimum())));
            }
            Instant now = Instant.now();
            boolean opened = store.open(connection, now, Closing.PATIENCE);
            EpochRow epoch = store.onItsWay(connection)
                    .orElseThrow(() -> new CoordinatorException(
                            ErrorCode.CONFLICT_STATE, "Another epoch has just ended: ask again."));
            if (!opened) {
                throw new CoordinatorException(
                        ErrorCode.CONFLICT_STATE,
                        "An epoch is on its way.",
                        Map.of("epoch", epoch.number(), "state", epoch.state().name()));
            }
            audit.record(
                    connection,
                    operator,
                    "epoch.close",
                    Long.toString(epoch.number()),
                    Map.of("chain", chain.id()),
                    now);
            return epoch.view();
        });
    }
}
