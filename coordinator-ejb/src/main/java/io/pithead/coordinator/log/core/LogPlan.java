package io.pithead.coordinator.log.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What to do with offered pieces of output, given the rows that are stored.
 *
 * @param writes in order
 * @param drops rows, by their offset, that are no longer kept
 * @param nextOffset where the output ends as far as it is known
 * @param missing what is not stored of what would be kept, the first ones
 */
public record LogPlan(List<Write> writes, List<Long> drops, long nextOffset, List<Span> missing) {
    public LogPlan {
        writes = List.copyOf(writes);
        drops = List.copyOf(drops);
        missing = List.copyOf(missing);
    }

    /** Bytes for a row: a new one where {@code row} is where they begin, else the end of one that is there. */
    public record Write(long row, Span bytes) {
        public boolean isNew() {
            return row == bytes.from();
        }
    }

    /** @param stored the rows, in order, none overlapping another */
    public static LogPlan decide(List<Span> stored, List<Span> pieces, LogLimits limits) {
        List<Span> offered = pieces.stream().filter(piece -> !piece.isEmpty()).toList();
        var rows = new TreeMap<Long, Long>();
        stored.forEach(row -> rows.put(row.from(), row.to()));
        long end = end(stored, offered);
        var writes = new ArrayList<Write>();
        offered.stream()
                .sorted(Comparator.comparingLong(Span::from))
                .flatMap(piece -> kept(piece, limits, end).stream())
                .forEach(piece -> fill(rows, piece, limits, writes));
        var drops = new ArrayList<Long>();
        long tail = Math.max(limits.headBytes(), end - limits.tailBytes());
        for (Span row : stored) {
            if (row.from() >= limits.headBytes() && row.to() <= tail) {
                drops.add(row.from());
                rows.remove(row.from());
            }
        }
        return new LogPlan(writes, drops, end, missing(rows, end, tail, limits));
    }

    private static long end(List<Span> stored, List<Span> offered) {
        long end = stored.isEmpty() ? 0 : stored.getLast().to();
        for (Span piece : offered) {
            end = Math.max(end, piece.to());
        }
        return end;
    }

    /** The parts of a piece that lie in the head or in the tail. */
    private static List<Span> kept(Span piece, LogLimits limits, long end) {
        long tail = end - limits.tailBytes();
        if (tail <= limits.headBytes()) {
            return List.of(piece);
        }
        return Stream.of(piece.within(0, limits.headBytes()), piece.within(tail, end))
                .filter(part -> !part.isEmpty())
                .toList();
    }

    /** Writes what of the piece is not there yet. */
    private static void fill(TreeMap<Long, Long> rows, Span piece, LogLimits limits, List<Write> writes) {
        long at = piece.from();
        while (at < piece.to()) {
            var before = rows.floorEntry(at);
            if (before != null && before.getValue() > at) {
                at = before.getValue();
                continue;
            }
            Long next = rows.higherKey(at);
            long until = next == null ? piece.to() : Math.min(piece.to(), next);
            boolean touches = before != null && before.getValue() == at;
            if (!touches && rows.size() >= limits.maxRows()) {
                at = until;
                continue;
            }
            at = write(rows, at, until, limits, writes);
        }
    }

    /** One row's worth. @return where it ends */
    private static long write(TreeMap<Long, Long> rows, long at, long until, LogLimits limits, List<Write> writes) {
        var before = rows.floorEntry(at);
        if (before != null && before.getValue() == at && at - before.getKey() < limits.rowBytes()) {
            long to = Math.min(until, before.getKey() + limits.rowBytes());
            writes.add(new Write(before.getKey(), new Span(at, to)));
            rows.put(before.getKey(), to);
            return to;
        }
        long to = Math.min(until, at + limits.rowBytes());
        writes.add(new Write(at, new Span(at, to)));
        rows.put(at, to);
        return to;
    }

    private static List<Span> missing(TreeMap<Long, Long> rows, long end, long tail, LogLimits limits) {
        var missing = new ArrayList<Span>();
        long at = 0;
        for (var row : rows.entrySet()) {
            addGap(missing, at, row.getKey(), tail, limits);
            at = Math.max(at, row.getValue());
        }
        addGap(missing, at, end, tail, limits);
        return missing;
    }

    /** The parts of a gap that lie in the head or in the tail. */
    private static void addGap(List<Span> missing, long from, long to, long tail, LogLimits limits) {
        if (to <= from) {
            return;
        }
        var gap = new Span(from, to);
        List<Span> parts = tail <= limits.headBytes()
                ? List.of(gap)
                : List.of(gap.within(0, limits.headBytes()), gap.within(tail, to));
        for (Span part : parts) {
            if (!part.isEmpty() && missing.size() < limits.maxGaps()) {
                missing.add(part);
            }
        }
    }
}
