package io.pithead.coordinator.job;

import io.pithead.coordinator.dispatch.core.JobNeed;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.CanonicalJson;
import io.pithead.protocol.signing.Digests;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The classes of jobs: one row, one id, per account and distinct need. They never change, so they are kept in memory. */
@ApplicationScoped
public class JobClasses {
    private static final int MAX_CACHED = 50_000;

    @Inject
    Database database;

    private final Map<Key, Long> ids = new ConcurrentHashMap<>();
    private final Map<Long, JobClass> classes = new ConcurrentHashMap<>();

    /** One class; {@code weight} is its account's share when several buyers compete. */
    public record JobClass(long id, UUID account, int weight, JobNeed need) {}

    record Key(UUID account, JobNeed need) {}

    /** The ids of these needs, made where they are new. */
    Map<Key, Long> ensure(Collection<Key> keys) {
        var found = new HashMap<Key, Long>();
        var missing = new ArrayList<Key>();
        for (Key key : keys) {
            Long id = ids.get(key);
            if (id == null) {
                missing.add(key);
            } else {
                found.put(key, id);
            }
        }
        if (!missing.isEmpty()) {
            found.putAll(insert(missing.stream().distinct().toList()));
        }
        return found;
    }

    /** The classes with these ids; ids that do not exist are left out. */
    public Map<Long, JobClass> byId(Collection<Long> wanted) {
        var missing = wanted.stream()
                .filter(id -> !classes.containsKey(id))
                .distinct()
                .toList();
        // what was read is kept apart: another thread may empty the cache before it is asked
        Map<Long, JobClass> found = missing.isEmpty() ? new HashMap<>() : load(missing);
        for (Long id : wanted) {
            JobClass one = classes.get(id);
            if (one != null) {
                found.put(id, one);
            }
        }
        return found;
    }

    private Map<Key, Long> insert(List<Key> keys) {
        var byDigest = new HashMap<String, Key>();
        var digests = new ArrayList<String>();
        for (Key key : keys) {
            String digest = Digests.sha256Hex(CanonicalJson.bytes(key.need));
            digests.add(digest);
            byDigest.put(key.account + digest, key);
        }
        var found = new HashMap<Key, Long>();
        database.doInTransaction(connection -> {
            try (var insert = connection.prepareStatement("insert into job_class (account_id, digest, workload, spec)"
                    + " select account_id, decode(digest, 'hex'), workload, spec::json"
                    + " from unnest(?, ?, ?, ?) as c(account_id, digest, workload, spec)"
                    + " on conflict (account_id, digest) do nothing")) {
                new Columns(connection, insert)
                        .uuids(keys, Key::account)
                        .texts(digests, digest -> digest)
                        .texts(keys, key -> key.need.workload())
                        .texts(keys, key -> Json.text(key.need));
                insert.executeUpdate();
            }
            try (var select = connection.prepareStatement(
                    "select c.id, c.account_id, encode(c.digest, 'hex') as digest from job_class c"
                            + " join unnest(?, ?) as k(account_id, digest)"
                            + " on c.account_id = k.account_id and c.digest = decode(k.digest, 'hex')")) {
                new Columns(connection, select).uuids(keys, Key::account).texts(digests, digest -> digest);
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        Key key = byDigest.get(Columns.uuid(rows, "account_id") + rows.getString("digest"));
                        if (key != null) {
                            found.put(key, rows.getLong("id"));
                        }
                    }
                }
            }
        });
        bound();
        ids.putAll(found);
        return found;
    }

    private Map<Long, JobClass> load(List<Long> missing) {
        var found = new HashMap<Long, JobClass>();
        database.doWithConnection(connection -> {
            try (var select = connection.prepareStatement("select c.id, c.account_id, c.spec, a.weight from job_class c"
                    + " join account a on a.id = c.account_id where c.id = any(?)")) {
                new Columns(connection, select).longs(missing, id -> id);
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        long id = rows.getLong("id");
                        found.put(
                                id,
                                new JobClass(
                                        id,
                                        Columns.uuid(rows, "account_id"),
                                        rows.getInt("weight"),
                                        Json.own(rows.getString("spec"), JobNeed.class)));
                    }
                }
            }
        });
        bound();
        classes.putAll(found);
        return found;
    }

    private void bound() {
        if (ids.size() > MAX_CACHED) {
            ids.clear();
        }
        if (classes.size() > MAX_CACHED) {
            classes.clear();
        }
    }
}
