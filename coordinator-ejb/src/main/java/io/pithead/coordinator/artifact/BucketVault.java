package io.pithead.coordinator.artifact;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.artifact.core.Kept;
import io.pithead.coordinator.artifact.core.Pace;
import io.pithead.coordinator.artifact.core.Piece;
import io.pithead.protocol.error.ErrorCode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A bucket, which several servers may share without knowing of each other.
 *
 * <pre>
 * artifacts/&lt;sha&gt;/&lt;size&gt;-&lt;uuid&gt;               a whole artifact; the bytes were hashed before they were sent
 * partial/&lt;account&gt;-&lt;sha&gt;/&lt;from&gt;-&lt;length&gt;     a stretch of an upload, as one request brought it
 * </pre>
 *
 * <p>No key of a whole artifact is ever written twice. A bucket has neither locks nor a rename, so a removal may arrive as late as it likes:
 * it names an object that was a day old and needed by nobody when it was looked at, and whoever brings the bytes anew
 * stores them under a key of their own.
 */
final class BucketVault implements Vault {
    /** Stretches of one upload, as many as a page of a listing shows. */
    private static final int MAX_STRETCHES = Bucket.PAGE;

    /** What nobody needs is left alone so long: its row may be about to be written. */
    static final Duration LEFT_ALONE = Duration.ofDays(1);

    /** Far enough from {@link #LEFT_ALONE} for clocks that differ. */
    private static final Duration MAX_UNTIL_PLACED = Duration.ofHours(12);

    private static final int MAX_COPIES = 100;
    private static final int PAGES_PER_ROUND = 10;
    private static final String WHOLE = "artifacts/";
    private static final String PARTIAL = "partial/";
    /** A character after the slash: what follows everything in a folder. */
    private static final char AFTER_SLASH = '/' + 1;

    private static final Pattern WHOLE_KEY = Pattern.compile(WHOLE + "([0-9a-f]{64})/(\\d{1,18})-.*");
    private static final Pattern STRETCH_KEY = Pattern.compile(PARTIAL + "[^/]*/(\\d{18})-(\\d{1,18})");
    private static final Logger LOG = System.getLogger(BucketVault.class.getName());

    private final Bucket bucket;
    private final Spool spool;
    private final int maxStretches;
    private final Set<ArtifactName> held = ConcurrentHashMap.newKeySet();
    private String walked = "";
    private String walkedBegun = "";

    BucketVault(Bucket bucket, Spool spool) {
        this(bucket, spool, MAX_STRETCHES);
    }

    BucketVault(Bucket bucket, Spool spool, int maxStretches) {
        this.bucket = bucket;
        this.spool = spool;
        this.maxStretches = maxStretches;
    }

    /** Servers do not know of each other's: what two bring at once is two stretches, of which the longer counts. */
    @Override
    public Optional<Hold> tryHold(ArtifactName name) {
        return held.add(name) ? Optional.of(() -> held.remove(name)) : Optional.empty();
    }

    @Override
    public long begun(ArtifactName name) {
        return Kept.reach(Kept.chain(stretches(name).keySet()));
    }

    @Override
    public boolean isBegunNewer(ArtifactName name, Instant than) {
        return bucket.list(folderOf(name), "", MAX_STRETCHES).items().stream()
                .anyMatch(item -> item.modified().isAfter(than));
    }

    @Override
    public Collection<ArtifactName> uploads() {
        Bucket.Page page = bucket.folders(PARTIAL, walkedBegun, Bucket.PAGE);
        List<String> names = page.folders().stream()
                .map(folder -> folder.substring(PARTIAL.length(), folder.length() - 1))
                .toList();
        walkedBegun = page.more() && !names.isEmpty() ? PARTIAL + names.getLast() + AFTER_SLASH : "";
        return names.stream()
                .flatMap(name -> ArtifactName.ofFile(name).stream())
                .toList();
    }

    @Override
    public void discard(ArtifactName name) {
        bucket.list(folderOf(name), "", MAX_STRETCHES).items().forEach(item -> bucket.delete(item.key()));
    }

    /** The last piece completes a file of the whole artifact here. */
    @Override
    public long spaceFor(Piece piece) {
        return piece.isLast() ? piece.total() : piece.length();
    }

    @Override
    public long usableBytes() throws IOException {
        return spool.usableBytes();
    }

    @Override
    public Arrival take(ArtifactName name, Piece piece, boolean afresh, InputStream body, Pace pace)
            throws IOException {
        if (afresh) {
            discard(name);
        } else if (!piece.isLast() && stretches(name).size() >= maxStretches) {
            throw new CoordinatorException(
                    ErrorCode.CONFLICT_STATE,
                    "The upload has come in too many pieces; begin it again with larger ones.",
                    Map.of("max_pieces", maxStretches));
        }
        var received = new Received(name, piece.from(), spool.newFile());
        try {
            received.receive(new Upload(received.file, piece, pace), body, afresh);
            return received;
        } catch (IOException | RuntimeException e) {
            received.close();
            throw e;
        }
    }

    private final class Received implements Arrival {
        private final ArtifactName name;
        private final long from;
        private final Path file;
        private @Nullable String digest;
        private long begunNanos;
        private boolean placed;

        Received(ArtifactName name, long from, Path file) {
            this.name = name;
            this.from = from;
            this.file = file;
        }

        void receive(Upload upload, InputStream body, boolean afresh) throws IOException {
            try {
                digest = upload.receive(body, afresh, channel -> fetch(name, from, channel));
            } catch (Upload.DiskException e) {
                throw e;
            } catch (CoordinatorException broken) {
                keep();
                throw broken;
            }
            if (digest == null) {
                keep();
            }
        }

        /** For any server to go on from. */
        private void keep() throws IOException {
            long length = Files.exists(file) ? Files.size(file) - from : 0;
            if (length > 0) {
                bucket.put(folderOf(name) + String.format("%018d-%d", from, length), file, from, length);
            }
        }

        @Override
        public @Nullable String digest() {
            return digest;
        }

        @Override
        public void bring() throws IOException {
            begunNanos = System.nanoTime();
            long size = Files.size(file);
            bucket.put(folderOf(name.sha256()) + size + "-" + UUID.randomUUID(), file, 0, size);
        }

        @Override
        public void place() throws IOException {
            if (System.nanoTime() - begunNanos > MAX_UNTIL_PLACED.toNanos()) {
                throw new IOException("storing it took too long for its row to be sure of the object");
            }
            placed = true;
        }

        @Override
        public void close() throws IOException {
            Files.deleteIfExists(file);
            if (placed && from > 0) {
                forget();
            }
        }

        /** What a failure leaves here goes with the uploads that nobody continues. */
        private void forget() {
            try {
                discard(name);
            } catch (CoordinatorException e) {
                LOG.log(Level.DEBUG, () -> "artifact.stretches_left sha256=" + name.sha256());
            }
        }
    }

    /** Writes what earlier requests brought. */
    private void fetch(ArtifactName name, long upTo, FileChannel channel) throws IOException {
        Map<Kept, String> all = stretches(name);
        List<Kept> chain = Kept.chain(all.keySet());
        if (Kept.reach(chain) < upTo) {
            throw moved(Kept.reach(chain));
        }
        channel.position(0);
        for (Kept kept : chain) {
            if (kept.from() >= upTo) {
                break;
            }
            // a longer stretch may have come meanwhile: not over what this request brought
            long length = Math.min(kept.length(), upTo - kept.from());
            try (InputStream in =
                    bucket.open(String.valueOf(all.get(kept)), 0, length).orElseThrow(() -> moved(kept.from()))) {
                copy(in, length, channel);
            }
        }
    }

    private static CoordinatorException moved(long offset) {
        return new CoordinatorException(
                ErrorCode.CONFLICT_STATE,
                "The piece does not begin where the upload stands.",
                Map.of("offset", offset));
    }

    private static void copy(InputStream in, long length, FileChannel channel) throws IOException {
        byte[] buffer = new byte[Upload.BUFFER_BYTES];
        for (long copied = 0; copied < length; ) {
            int read = read(in, buffer, (int) Math.min(buffer.length, length - copied));
            Upload.write(channel, ByteBuffer.wrap(buffer, 0, read));
            copied += read;
        }
    }

    private static int read(InputStream in, byte[] buffer, int length) {
        try {
            int read = in.read(buffer, 0, length);
            if (read < 0) {
                throw new EOFException();
            }
            return read;
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "bucket.read_broken cause=" + e);
            throw Bucket.away();
        }
    }

    @Override
    public Optional<Stored> find(String sha256) {
        return copies(sha256).stream()
                .filter(BucketVault::isWhole)
                .max(Comparator.comparing(Bucket.Item::modified).thenComparing(Bucket.Item::key))
                .map(item -> new StoredObject(sha256, item.key(), item.size()));
    }

    private final class StoredObject implements Stored {
        private final String sha256;
        private final String key;
        private final long size;

        StoredObject(String sha256, String key, long size) {
            this.sha256 = sha256;
            this.key = key;
            this.size = size;
        }

        @Override
        public long size() {
            return size;
        }

        /** The object may have given way to a newer one of the same bytes since it was found. */
        @Override
        public InputStream open(long from, long length) throws IOException {
            return bucket.open(key, from, length)
                    .or(() -> copies(sha256).stream()
                            .filter(item -> isWhole(item) && item.size() == size)
                            .findFirst()
                            .flatMap(item -> bucket.open(item.key(), from, length)))
                    .orElseThrow(Bucket::away);
        }
    }

    @Override
    public Optional<Aside> aside(String sha256, Instant now) {
        List<Bucket.Item> old = copies(sha256).stream()
                .filter(item -> item.modified().isBefore(now.minus(LEFT_ALONE)))
                .toList();
        return old.isEmpty() ? Optional.empty() : Optional.of(new OldCopies(sha256, old));
    }

    /** Known by their keys before anybody asks whether they are needed, and by nothing else removed. */
    private final class OldCopies implements Aside {
        private final String sha256;
        private final List<Bucket.Item> items;

        OldCopies(String sha256, List<Bucket.Item> items) {
            this.sha256 = sha256;
            this.items = items;
        }

        @Override
        public String sha256() {
            return sha256;
        }

        @Override
        public void take() {}

        @Override
        public void drop() {
            items.forEach(item -> bucket.delete(item.key()));
        }

        @Override
        public void putBack() {}
    }

    @Override
    public List<Aside> leftAside() {
        return List.of();
    }

    @Override
    public void walk(Instant now, Walker walker) throws IOException {
        if (walked.isEmpty()) {
            abandonOld(now);
        }
        for (int pages = 0; pages < PAGES_PER_ROUND; pages++) {
            Bucket.Page page = bucket.list(WHOLE, walked, Bucket.PAGE);
            walked = page.more() ? page.items().getLast().key() : "";
            var digests = new LinkedHashSet<String>();
            for (Bucket.Item item : page.items()) {
                Matcher key = WHOLE_KEY.matcher(item.key());
                if (key.matches() && !digests.add(key.group(1))) {
                    thin(key.group(1), now);
                }
            }
            if (!digests.isEmpty()) {
                walker.on(digests);
            }
            if (!page.more()) {
                return;
            }
        }
    }

    /** Not every server can: then a rule of the bucket's own must do it, and the walk goes on. */
    private void abandonOld(Instant now) {
        try {
            bucket.abandonOld(now.minus(LEFT_ALONE));
        } catch (CoordinatorException e) {
            LOG.log(Level.DEBUG, () -> "bucket.uploads_not_listed");
        }
    }

    /** Several accounts that bring the same bytes store them as often: the newest stays, the others go after a day. */
    private void thin(String sha256, Instant now) {
        List<Bucket.Item> whole = copies(sha256).stream()
                .filter(BucketVault::isWhole)
                .sorted(Comparator.comparing(Bucket.Item::modified).thenComparing(Bucket.Item::key))
                .toList();
        whole.stream()
                .limit(Math.max(0, whole.size() - 1))
                .filter(item -> item.modified().isBefore(now.minus(LEFT_ALONE)))
                .forEach(item -> bucket.delete(item.key()));
    }

    @Override
    public void check() throws IOException {
        bucket.check();
    }

    @Override
    public void close() throws IOException {
        bucket.close();
        spool.close();
    }

    private List<Bucket.Item> copies(String sha256) {
        return bucket.list(folderOf(sha256), "", MAX_COPIES).items();
    }

    /** An object of another length than its key says is none of what was stored. */
    private static boolean isWhole(Bucket.Item item) {
        Matcher key = WHOLE_KEY.matcher(item.key());
        boolean whole = key.matches() && Long.parseLong(key.group(2)) == item.size();
        if (!whole) {
            LOG.log(Level.ERROR, () -> "artifact.spoiled key=" + item.key() + " size=" + item.size());
        }
        return whole;
    }

    private Map<Kept, String> stretches(ArtifactName name) {
        Map<Kept, String> found = new HashMap<>();
        for (Bucket.Item item : bucket.list(folderOf(name), "", MAX_STRETCHES).items()) {
            Matcher key = STRETCH_KEY.matcher(item.key());
            if (key.matches() && Long.parseLong(key.group(2)) == item.size() && item.size() > 0) {
                found.put(new Kept(Long.parseLong(key.group(1)), item.size()), item.key());
            }
        }
        return found;
    }

    private static String folderOf(String sha256) {
        return WHOLE + sha256 + "/";
    }

    private static String folderOf(ArtifactName name) {
        return PARTIAL + name.fileName() + "/";
    }
}
