package io.pithead.protocol.challenge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.WalletKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The rows that the node was asked for, or the pages with those that they follow from, from the lowest index up. Its document has the digest of a row's values in their place: rows are large, and are
 * digested once.
 *
 * @param challenge the id of the challenge
 * @param question the question's digest
 */
public record Opening(
        UUID challenge,
        String question,
        List<OpenedRow> rows,
        @Nullable String signature) implements ChallengeMessage {
    /** Of a row beside its values: index, path and the names of its members. */
    private static final int ROW_REST = 100 + RowTree.MAX_PATH * (2 * RowTree.HASH + 3);

    private static final int REST = 1_000;
    private static final int MAX_OPENED = Challenge.MAX_ROWS * MemoryPages.OPENED_PER_PAGE;

    public Opening {
        rows = rows == null ? null : List.copyOf(rows);
        new MessageChecks()
                .present("challenge", challenge)
                .bytes32("question", question)
                .present("rows", rows)
                .that("rows", rows == null || rows.size() <= MAX_OPENED, "must have at most " + MAX_OPENED + " items")
                .signed(signature);
    }

    /** As many bytes as the JSON of a right answer may have, so that a longer body is refused before it is read. */
    public static int maxBytes(Challenge challenge) {
        return REST + challenge.mostOpened() * (ROW_REST + OpenedRow.base64Length(challenge.entries()));
    }

    public Opening signed(long chain, WalletKey key) {
        return new Opening(challenge, question, rows, signatureOf(chain, key));
    }

    @Override
    public ObjectNode document() {
        var document = (ObjectNode) Json.toTree(new Opening(challenge, question, List.of(), null));
        ArrayNode digests = document.putArray("rows");
        for (OpenedRow row : rows) {
            digests.addObject()
                    .put("index", row.index())
                    .put("values", Digests.sha256Hex(row.values().getBytes(StandardCharsets.UTF_8)))
                    .set("path", Json.toTree(row.path()));
        }
        return document;
    }
}
