package io.pithead.web.console;

import io.pithead.protocol.wallet.Balance;
import io.pithead.protocol.wallet.Entry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is shown of money. */
final class MoneyBlocks {
    private MoneyBlocks() {}

    static Block balance(Balance balance) {
        return new Block.Tiles(List.of(
                new Block.Tile("Free", Cell.amount(balance.balance()), balance.unit(), Tone.CALM),
                new Block.Tile("Set aside", Cell.amount(balance.reserved()), "for jobs that are not over", Tone.CALM),
                new Block.Tile(
                        "Not yet free",
                        Cell.amount(balance.pending()),
                        balance.maturesAt() == null
                                ? ""
                                : "free " + Cell.ago(balance.maturesAt(), java.time.Instant.now()),
                        Tone.CALM)));
    }

    static Block entries(List<Entry> entries, String empty, @Nullable String next) {
        return new Block.Table(
                "Ledger, newest first",
                List.of(
                        Block.Column.of("When"),
                        Block.Column.of("For"),
                        Block.Column.right("Amount"),
                        Block.Column.of("From"),
                        Block.Column.of("To"),
                        Block.Column.of("Job")),
                entries.stream()
                        .map(entry -> List.of(
                                Cell.time(entry.at()),
                                Cell.text(entry.reason()),
                                Cell.amount(entry.amount()),
                                Cell.text(entry.from()),
                                Cell.text(entry.to()),
                                entry.job() == null ? Cell.NONE : Cell.code(Cell.shorten(entry.job()))))
                        .toList(),
                empty,
                next);
    }
}
