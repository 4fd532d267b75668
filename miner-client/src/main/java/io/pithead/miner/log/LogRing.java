package io.pithead.miner.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One attempt's output in a folder: files named by the offset of their first byte. The first is kept, of the others the newest.
 * It takes as much disk as {@link Size} says and one buffer, however much is written; what is still in the buffer when the process
 * dies is lost here, and its source has it yet. Safe for many threads; one process.
 */
public final class LogRing implements AutoCloseable {
    private static final int BUFFER = 32 * 1024;

    private final Path folder;
    private final Size size;
    /** Lengths by offset. */
    private final TreeMap<Long, Long> files = new TreeMap<>();

    /** Of the newest file's end: short lines come by the hundred thousand. */
    private final ByteBuffer unwritten = ByteBuffer.allocate(BUFFER);

    private @Nullable FileChannel open;
    private long end;

    /**
     * How much is kept.
     *
     * @param parts files besides the first
     */
    public record Size(int headBytes, int partBytes, int parts) {
        public static final Size USUAL = new Size(1024 * 1024, 2 * 1024 * 1024, 3);
    }

    private LogRing(Path folder, Size size) {
        this.folder = folder;
        this.size = size;
    }

    /** Goes on where an earlier process stopped. */
    public static LogRing open(Path folder, Size size) throws IOException {
        var ring = new LogRing(folder, size);
        Files.createDirectories(folder);
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder)) {
            for (Path file : found) {
                String name = file.getFileName().toString();
                if (name.matches("[0-9]{1,18}")) {
                    ring.files.put(Long.parseLong(name), Files.size(file));
                }
            }
        }
        var last = ring.files.lastEntry();
        ring.end = last == null ? 0 : last.getKey() + last.getValue();
        return ring;
    }

    /** Bytes ever written. */
    public synchronized long end() {
        return end;
    }

    /** @param line goes into one file, whole, so that no character is torn between two */
    public synchronized void append(byte[] line) throws IOException {
        FileChannel file = writable(line.length);
        if (line.length > unwritten.remaining()) {
            flush();
        }
        if (line.length > unwritten.remaining()) {
            write(file, ByteBuffer.wrap(line));
        } else {
            unwritten.put(line);
        }
        end += line.length;
        files.merge(files.lastKey(), (long) line.length, Long::sum);
    }

    /** What was appended so far survives this process. */
    public synchronized void flush() throws IOException {
        if (open != null) {
            unwritten.flip();
            try {
                write(open, unwritten);
            } finally {
                unwritten.compact();
            }
        }
    }

    private static void write(FileChannel file, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    private long room() {
        var last = files.lastEntry();
        return last == null ? 0 : limit(last.getKey()) - last.getValue();
    }

    private int limit(long offset) {
        return offset == 0 ? size.headBytes() : size.partBytes();
    }

    private FileChannel writable(int wanted) throws IOException {
        if (files.isEmpty() || (room() < wanted && files.lastEntry().getValue() > 0)) {
            close();
            files.put(end, 0L);
            while (files.size() > size.parts() + 1) {
                long oldest = files.higherKey(0L);
                Files.deleteIfExists(file(oldest));
                files.remove(oldest);
            }
        }
        if (open == null) {
            open = FileChannel.open(
                    file(files.lastKey()),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.APPEND);
        }
        return open;
    }

    private Path file(long offset) {
        return folder.resolve(Long.toString(offset));
    }

    /** Bytes and where they stand. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Stretch(long offset, byte[] bytes) {
        public long to() {
            return offset + bytes.length;
        }
    }

    /** The first bytes that are kept at or after {@code from}, at most {@code max} and none at or after {@code to}. */
    public synchronized Optional<Stretch> read(long from, long to, int max) {
        for (Map.Entry<Long, Long> file : files.entrySet()) {
            long begin = Math.max(from, file.getKey());
            long until = Math.min(to, file.getKey() + file.getValue());
            if (begin < until) {
                return Optional.of(readFile(file.getKey(), begin, (int) Math.min(max, until - begin)));
            }
        }
        return Optional.empty();
    }

    private Stretch readFile(long file, long from, int length) {
        var bytes = ByteBuffer.allocate(length);
        try {
            flush();
            fill(file, from, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Stretch(from, java.util.Arrays.copyOf(bytes.array(), bytes.position()));
    }

    private void fill(long file, long from, ByteBuffer bytes) throws IOException {
        try (var channel = FileChannel.open(file(file), StandardOpenOption.READ)) {
            while (bytes.hasRemaining() && channel.read(bytes, from - file + bytes.position()) >= 0) {
                // a read may bring less than was asked for
            }
        }
    }

    /** The last bytes, up to {@code max}. */
    public synchronized byte[] tail(int max) {
        var last = files.lastEntry();
        if (last == null) {
            return new byte[0];
        }
        long from = Math.max(end - max, 0);
        byte[] newest = read(Math.max(from, last.getKey()), end, max)
                .map(Stretch::bytes)
                .orElse(new byte[0]);
        if (newest.length >= max || files.size() < 2) {
            return newest;
        }
        byte[] before = read(from, last.getKey(), max - newest.length)
                .filter(stretch -> stretch.to() == last.getKey())
                .map(Stretch::bytes)
                .orElse(new byte[0]);
        byte[] both = java.util.Arrays.copyOf(before, before.length + newest.length);
        System.arraycopy(newest, 0, both, before.length, newest.length);
        return both;
    }

    @Override
    public synchronized void close() throws IOException {
        try {
            flush();
        } finally {
            if (open != null) {
                open.close();
                open = null;
            }
        }
    }
}
