package io.pithead.protocol.challenge;

import io.pithead.protocol.json.Checks;
import io.pithead.protocol.signing.Digests;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * One row of the product, one page of memory, or one block of a stream or what a container said, which have no path.
 *
 * @param values its entries, each 32 bits with the lowest byte first, in Base64
 * @param path its siblings on the way to the root, each a SHA-256 in hex
 */
public record OpenedRow(Integer index, String values, List<String> path) {
    private static final int MAX_VALUES = base64Length(MatrixRows.MAX_SIZE);

    public OpenedRow {
        path = path == null ? null : List.copyOf(path);
        new Checks()
                .present("index", index)
                .range("index", index, 0, RowTree.MAX_LEAVES - 1L)
                .present("values", values)
                .that(
                        "values",
                        values == null || values.length() <= MAX_VALUES,
                        "must have at most " + MAX_VALUES + " characters")
                .present("path", path)
                .size("path", path, RowTree.MAX_PATH)
                .that(
                        "path",
                        path == null
                                || path.stream()
                                        .allMatch(node ->
                                                Digests.SHA256_HEX.matcher(node).matches()),
                        "must be SHA-256 digests in hex")
                .done();
    }

    public static OpenedRow of(int index, int[] row, RowTree tree) {
        return of(index, RowTree.bytes(row), tree);
    }

    public static OpenedRow of(int index, byte[] values, RowTree tree) {
        return new OpenedRow(
                index,
                Base64.getEncoder().encodeToString(values),
                tree.path(index).stream().map(HexFormat.of()::formatHex).toList());
    }

    /** Of a stream or a container: its one digest is no tree's. */
    public static OpenedRow of(int index, byte[] block) {
        return new OpenedRow(index, Base64.getEncoder().encodeToString(block), List.of());
    }

    static int base64Length(int entries) {
        return (entries * Integer.BYTES + 2) / 3 * 4;
    }

    /** Empty unless there are exactly so many entries in their one form; nothing is made room for before that is known. */
    public Optional<byte[]> bytes(int entries) {
        if (values.length() != base64Length(entries)) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(values);
            return bytes.length == entries * Integer.BYTES ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    public List<byte[]> siblings() {
        return path.stream().map(HexFormat.of()::parseHex).toList();
    }
}
