package io.pithead.db;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A row as SQL expressions by column; the ones below are good, so that only what a case changes can be refused. */
record Row(String table, Map<String, String> values) {
    static final String ACCOUNT = "'00000000-0000-7000-8000-00000000000a'";
    static final String NODE = "'00000000-0000-7000-8000-00000000000b'";
    static final String JOB = "id_floor(now())";
    static final String TASK = "'00000000-0000-7000-8000-00000000000c'";
    static final String GROUP = "'00000000-0000-7000-8000-00000000000d'";
    static final String NOBODY = "'ffffffff-ffff-7fff-bfff-ffffffffffff'";
    private static final String SHA = "repeat('0', 64)";

    /** What the rows refer to. */
    static final String[] WORLD = {
        "insert into account (id, name) values (" + ACCOUNT + ", 'tenant')",
        "insert into node (id, account_id, miner_id, mode, concurrency, renews, registered, capabilities) values ("
                + NODE + ", " + ACCOUNT + ", 'm', 'CPU', 1, true, true, '{}')",
        "insert into account (id, name) values (gen_random_uuid(), 'without pots')",
        "insert into ledger_account (account_id, pot) select " + ACCOUNT + ", pot"
                + " from unnest(array['AVAILABLE', 'RESERVED', 'PENDING']) pot",
    };

    /** What rows of tables that came later refer to. */
    static final String TASK_OF_THE_WORLD =
            "insert into task (id, account_id, name, image, state, wanted, request, price, actor) values (" + TASK
                    + ", " + ACCOUNT + ", 't', 'i', 'PENDING', 'RUN', '{}', 1, 'buyer')";

    static final String GROUP_OF_THE_WORLD =
            "insert into node_group (id, task_id, account_id, topology, state) values (" + GROUP + ", " + TASK + ", "
                    + ACCOUNT + ", 'pair', 'FORMING')";
    private static final String LEFT = "'00000000-0000-7000-8000-00000000000d'";
    static final String HEIR = "'00000000-0000-7000-8000-00000000000e'";

    /** Two containers, and the snapshot that the second goes on from. */
    static final String[] CONTAINERS_OF_THE_WORLD = {
        "insert into task_node (task_id, node_id, job_id, account_id, moved) select " + TASK + ", " + NODE + ", j, "
                + ACCOUNT + ", true from unnest(array[" + LEFT + ", " + HEIR + "]::uuid[]) j",
        "insert into task_snapshot (job_id, task_id, account_id, bytes, heir) values (" + LEFT + ", " + TASK + ", "
                + ACCOUNT + ", 1, " + HEIR + ")",
    };

    private static final String HASH = "'0x' || " + SHA;
    private static final String ADDRESS = "'0x' || repeat('0', 40)";
    static final String TRANSACTION = "'00000000-0000-7000-8000-00000000000f'";
    static final String TRANSACTION_OF_THE_WORLD =
            "insert into chain_transaction (id, chain_id, sender, purpose, value, data) values (" + TRANSACTION
                    + ", 1, " + ADDRESS + ", 'of the world', 0, '')";
    static final String RUN = "'00000000-0000-7000-8000-00000000000f'";
    private static final String WALLET = "'0x' || repeat('0a', 20)";
    private static final String OTHER_WALLET = "'0x' || repeat('0b', 20)";
    private static final String PUBLIC_KEY = "'0x02' || repeat('0a', 32)";

    /** A run, and a node of a provider that is registered on its chain. */
    static final String[] CHAIN_OF_THE_WORLD = {
        "insert into discovery_run (run, chain, owner, manager, manager_key, requirements, open) values (" + RUN
                + ", 1, " + WALLET + ", " + WALLET + ", " + PUBLIC_KEY + ", '', true)",
        "insert into discovery_provider (chain, address, whitelisted, blacklisted) values (1, " + WALLET
                + ", true, false)",
        "insert into discovery_chain_node (chain, address, provider, validated, active, blacklisted) values (1, "
                + WALLET + ", " + WALLET + ", true, true, false)",
    };

    static final String SIGNATURE = "'0x' || repeat('0a', 65)";

    /** A run of a buyer's, with a node. */
    static final String[] RUN_OF_THE_WORLD = {
        "insert into run (id, account_id, name, chain_id, number, owner, manager, requirements, discovery_uri,"
                + " max_nodes, max_units, ends_at, state) values"
                + " (" + RUN + ", " + ACCOUNT + ", 'r', 1, 1, " + WALLET + ", "
                + WALLET
                + ", '', 'urn:x', 1, 1, now(), 'OPEN')",
        "insert into run_node (run_id, address, provider, state, reason) values (" + RUN + ", " + WALLET + ", " + WALLET
                + ", 'DISCOVERED', 'NEW')",
    };

    static final String ENTRY = "'00000000-0000-7000-8000-000000000011'";
    static final String OTHER_ENTRY = "'00000000-0000-7000-8000-000000000012'";

    /** An epoch that is over, and two entries of the ledger. */
    static final String[] EPOCH_OF_THE_WORLD = {
        "insert into epoch (chain_id, number, state, leaves, total, root, leaves_hash, active_at, due_at) values (1, 1,"
                + " 'ACTIVE', 1, 1, " + HASH + ", " + HASH + ", now(), now())",
        "insert into ledger_entry (id, debit, credit, amount, reason) select e, " + pot("EXTERNAL") + ", "
                + pot("AVAILABLE") + ", 1, 'DEPOSIT' from unnest(array[" + ENTRY + ", " + OTHER_ENTRY + "]::uuid[]) e",
    };

    static final String VERIFIED = "'00000000-0000-7000-8000-000000000013'";

    /** A job whose proofs are compared. */
    static final String VERIFICATION_OF_THE_WORLD =
            "insert into verification (job_id, account_id, mode, replicas, quorum, max_replicas, held) values ("
                    + VERIFIED + ", " + ACCOUNT + ", 'REPLICATE', 2, 2, 3, 2)";

    static final String CHARGE = "'00000000-0000-7000-8000-000000000039'";

    static final String REFERRED = "'00000000-0000-7000-8000-000000000015'";

    /** A job that validators are asked about, and a node that is charged. */
    static final String[] REFEREE_OF_THE_WORLD = {
        "insert into verification (job_id, account_id, mode, replicas, quorum, max_replicas, held) values (" + REFERRED
                + ", " + ACCOUNT + ", 'REEXECUTE', 2, 2, 3, 2)",
        "insert into referee_case (job_id, workload, request, wanted, until) values (" + REFERRED
                + ", 'w', '{}', 1, now() + interval '1 h')",
        "insert into charge (id, node_id, address, until, wanted, look_at) values (" + CHARGE + ", " + NODE + ", "
                + WALLET + ", now() + interval '1 h', 1, now())",
    };

    static final String MARK_OF_THE_WORLD = "insert into shared_mark (kind, mark) values ('GPU', 'GPU-1')";

    private static final String CHALLENGE = "'00000000-0000-7000-8000-000000000018'";

    /** For which validator the tenant speaks, and a challenge of it that is over. */
    static final String VALIDATOR_OF_THE_WORLD =
            "insert into validator_account (account_id, chain_id, address) values (" + ACCOUNT + ", 0, " + WALLET + ");"
                    + " insert into challenge (id, account_id, chain_id, address, challenge, state, commit_by, give_up_at, over_at)"
                    + " values (" + CHALLENGE + ", " + ACCOUNT + ", 0, " + WALLET
                    + ", '{}', 'CLOSED', now(), now(), now())";

    private static final String SANCTION = "'00000000-0000-7000-8000-000000000014'";

    /** A node that a chain's validators rejected. */
    static final String SANCTION_OF_THE_WORLD =
            "insert into sanction (id, chain_id, contract, node, round, provider, reason, amount) values (" + SANCTION
                    + ", 1, " + ADDRESS + ", " + WALLET + ", 1, " + WALLET + ", 0, 5)";

    static final String USER = "'00000000-0000-7000-8000-000000000015'";
    static final String OTHER_USER = "'00000000-0000-7000-8000-000000000016'";

    /** Two people. */
    static final String USERS_OF_THE_WORLD =
            "insert into app_user (id, name) values (" + USER + ", 'ada'), (" + OTHER_USER + ", 'grace')";

    static final List<String> STAT_COUNTS = List.of(
            "submitted",
            "completed",
            "failed",
            "canceled",
            "paid",
            "withdrawn",
            "samples",
            "queued",
            "queued_most",
            "oldest_s",
            "online",
            "offline",
            "draining",
            "banned");

    static Row of(String table) {
        return switch (table) {
            case "account" -> row(table, "id", "gen_random_uuid()", "name", "'another'");
            case "api_key" ->
                row(table, "id", "gen_random_uuid()", "account_id", ACCOUNT)
                        .with("scope", "'BUYER'")
                        .with("sha256", "decode(repeat('ab', 32), 'hex')")
                        .with("hint", "'ph'");
            case "auth_revision", "webhook_revision" -> row(table, "singleton", "true", "revision", "0");
            case "idempotency" ->
                row(table, "account_id", ACCOUNT, "key", "'k'")
                        .with("request_sha", "'\\x00'")
                        .with("locked_until", "now()");
            case "audit" ->
                row(table, "id", "gen_random_uuid()", "account_id", ACCOUNT)
                        .with("key_hint", "'ph'")
                        .with("action", "'key.issue'")
                        .with("target", "'t'");
            case "instance" -> row(table, "id", "gen_random_uuid()", "name", "'one'");
            case "coordinator" -> row(table, "singleton", "true", "id", "gen_random_uuid()");
            case "signing_key" ->
                row(table, "key_id", "'k1'", "alg", "'Ed25519'").with("public_key", "'p'");
            case "node" ->
                row(table, "id", "gen_random_uuid()", "account_id", ACCOUNT)
                        .with("miner_id", "'m2'")
                        .with("mode", "'GPU'")
                        .with("concurrency", "1")
                        .with("renews", "true")
                        .with("registered", "true")
                        .with("capabilities", "'{}'");
            case "node_liveness" -> row(table, "node_id", NODE, "last_seen_at", "now()");
            case "job_class" ->
                row(table, "account_id", ACCOUNT, "digest", "decode(repeat('cd', 32), 'hex')")
                        .with("workload", "'w'")
                        .with("spec", "'{}'");
            case "job" -> job(table);
            case "job_spec" -> row(table, "job_id", JOB, "request", "'{}'");
            case "job_event" ->
                row(table, "job_id", JOB, "seq", "1")
                        .with("state", "'QUEUED'")
                        .with("at", "now()")
                        .with("actor", "'buyer'")
                        .with("attempt", "0");
            case "job_result" -> row(table, "job_id", JOB, "artifacts", "'[]'").with("metrics", "'{}'");
            case "ledger_account" -> row(table, "account_id", newAccount(), "pot", "'AVAILABLE'");
            case "ledger_entry" ->
                row(table, "id", "gen_random_uuid()", "debit", pot("EXTERNAL"))
                        .with("credit", pot("AVAILABLE"))
                        .with("amount", "5")
                        .with("reason", "'DEPOSIT'");
            case "receipt" ->
                row(table, "job_id", JOB, "receipt_id", "gen_random_uuid()")
                        .with("provider", ACCOUNT)
                        .with("client", ACCOUNT)
                        .with("node_id", NODE)
                        .with("lease_token", "1")
                        .with("output_sha", SHA)
                        .with("body", "'{}'");
            case "locked_pay" ->
                row(table, "job_id", JOB, "slice", "0")
                        .with("buyer", ACCOUNT)
                        .with("provider", ACCOUNT)
                        .with("amount", "5")
                        .with("matures_at", "now()");
            case "deposit" ->
                row(table, "id", "gen_random_uuid()", "account_id", ACCOUNT)
                        .with("amount", "1")
                        .with("state", "'PENDING'");
            case "outbox" -> row(table, "queue", "'webhook'", "body", "'{}'");
            case "webhook_subscription" ->
                row(table, "id", "gen_random_uuid()", "account_id", ACCOUNT)
                        .with("url", "'https://example.org/'")
                        .with("host", "'https://example.org:443'")
                        .with("secret", "'\\x00'");
            case "webhook_secret" -> row(table, "account_id", ACCOUNT, "secret", "'\\x00'");
            case "webhook_stream" ->
                row(table, "job_id", JOB, "target", ACCOUNT)
                        .with("account_id", ACCOUNT)
                        .with("host", "'h'");
            case "webhook_delivery" ->
                row(table, "id", "gen_random_uuid()", "job_id", JOB)
                        .with("target", ACCOUNT)
                        .with("seq", "1")
                        .with("account_id", ACCOUNT)
                        .with("url", "'u'")
                        .with("host", "'h'")
                        .with("event", "'job.queued'")
                        .with("body", "'{}'");
            case "artifact" ->
                row(table, "account_id", ACCOUNT, "sha256", SHA)
                        .with("size", "1")
                        .with("kept_until", "now()");
            case "artifact_upload" ->
                row(table, "account_id", ACCOUNT, "sha256", SHA).with("size", "1");
            case "artifact_usage" -> row(table, "account_id", newAccount(), "bytes", "0");
            case "artifact_grant" -> row(table, "job_id", JOB, "sha256", SHA).with("account_id", ACCOUNT);
            case "job_log" ->
                row(table, "job_id", JOB, "lease", "1")
                        .with("at_offset", "0")
                        .with("attempt", "1")
                        .with("data", "'\\x00'");
            case "task" ->
                row(table, "id", "gen_random_uuid()", "account_id", ACCOUNT)
                        .with("name", "'t'")
                        .with("image", "'i'")
                        .with("state", "'PENDING'")
                        .with("wanted", "'RUN'")
                        .with("request", "'{}'")
                        .with("price", "1")
                        .with("actor", "'buyer'");
            case "task_node" ->
                row(table, "task_id", TASK, "node_id", NODE).with("job_id", JOB).with("account_id", ACCOUNT);
            case "node_group" ->
                row(table, "id", "gen_random_uuid()", "task_id", TASK)
                        .with("account_id", ACCOUNT)
                        .with("topology", "'pair'")
                        .with("state", "'FORMING'");
            case "node_group_member" -> row(table, "group_id", GROUP, "node_id", NODE);
            case "meter" ->
                row(table, "job_id", JOB, "task_id", TASK)
                        .with("account_id", ACCOUNT)
                        .with("node_id", NODE)
                        .with("run_rate", "2")
                        .with("paused_rate", "1")
                        .with("reserved", "1")
                        .with("settle_at", "now()");
            case "task_snapshot" ->
                row(table, "job_id", HEIR, "task_id", TASK)
                        .with("account_id", ACCOUNT)
                        .with("bytes", "1");
            case "task_snapshot_chunk" ->
                row(table, "job_id", LEFT, "at", "0").with("sha256", SHA).with("size", "1");
            case "task_file" ->
                row(table, "id", "gen_random_uuid()", "task_id", TASK)
                        .with("job_id", LEFT)
                        .with("node_id", NODE)
                        .with("account_id", ACCOUNT)
                        .with("position", "0")
                        .with("path", "'p'")
                        .with("name", "'n'")
                        .with("sha256", SHA)
                        .with("bytes", "1");
            case "container_metrics" ->
                row(table, "job_id", LEFT, "node_id", NODE).with("account_id", ACCOUNT);
            case "node_work" ->
                row(table, "node_id", NODE, "workload", "'w'")
                        .with("unit", "'hash'")
                        .with("jobs", "1")
                        .with("work", "1")
                        .with("energy_work", "0")
                        .with("energy_j", "0")
                        .with("tflop_work", "0")
                        .with("tflop", "0");
            case "chain_lease" ->
                row(table, "chain_id", "1", "subject", "'index'")
                        .with("holder", NOBODY)
                        .with("expires_at", "now()");
            case "chain" -> row(table, "chain_id", "1", "first_block", "0").with("next_block", "0");
            case "chain_block" ->
                row(table, "chain_id", "1", "number", "1").with("hash", HASH).with("at", "now()");
            case "chain_event" ->
                row(table, "chain_id", "1", "block", "1")
                        .with("log_index", "0")
                        .with("block_hash", HASH)
                        .with("transaction_hash", HASH)
                        .with("address", ADDRESS)
                        .with("topics", "decode(repeat('00', 32), 'hex')")
                        .with("data", "''");
            case "chain_state" ->
                row(table, "chain_id", "1", "kind", "'provider'")
                        .with("key", "'k'")
                        .with("block", "1")
                        .with("log_index", "0")
                        .with("body", "'{}'");
            case "chain_sender" -> row(table, "chain_id", "1", "address", ADDRESS);
            case "chain_transaction" ->
                row(table, "id", "gen_random_uuid()", "chain_id", "1")
                        .with("sender", ADDRESS)
                        .with("purpose", "'p'")
                        .with("value", "0")
                        .with("data", "''");
            case "chain_attempt" ->
                row(table, "transaction_id", TRANSACTION, "seq", "1")
                        .with("nonce", "0")
                        .with("hash", HASH)
                        .with("raw", "''")
                        .with("gas_limit", "1")
                        .with("max_fee", "2")
                        .with("tip", "1");
            case "discovery_run" ->
                row(table, "run", "gen_random_uuid()", "chain", "1")
                        .with("owner", WALLET)
                        .with("manager", WALLET)
                        .with("manager_key", PUBLIC_KEY)
                        .with("requirements", "''")
                        .with("open", "true");
            case "discovery_validator" ->
                row(table, "chain", "1", "address", WALLET).with("public_key", PUBLIC_KEY);
            case "discovery_provider" ->
                row(table, "chain", "2", "address", WALLET)
                        .with("whitelisted", "true")
                        .with("blacklisted", "false");
            case "discovery_chain_node" ->
                row(table, "chain", "1", "address", OTHER_WALLET)
                        .with("provider", WALLET)
                        .with("validated", "false")
                        .with("active", "false")
                        .with("blacklisted", "false");
            case "discovery_node" ->
                row(table, "chain", "1", "address", WALLET)
                        .with("run", RUN)
                        .with("hardware", "'{}'")
                        .with("origin", "decode(repeat('00', 32), 'hex')");
            case "discovery_feed" ->
                row(table, "chain", "1", "generation", "1").with("rewinds", "0").with("next_block", "0");
            case "run" -> run(table);
            case "run_node" ->
                row(table, "run_id", RUN, "address", OTHER_WALLET)
                        .with("provider", WALLET)
                        .with("state", "'DISCOVERED'")
                        .with("reason", "'NEW'");
            case "run_node_event" ->
                row(table, "run_id", RUN, "address", WALLET)
                        .with("seq", "1")
                        .with("state", "'DISCOVERED'")
                        .with("reason", "'NEW'");
            case "invite" ->
                row(table, "id", "gen_random_uuid()", "run_id", RUN)
                        .with("address", WALLET)
                        .with("number", "1")
                        .with("nonce", "1")
                        .with("expires_at", "now()")
                        .with("signature", SIGNATURE);
            case "wallet_nonce" ->
                row(table, "signer", WALLET, "nonce", "decode(repeat('00', 32), 'hex')")
                        .with("forget_at", "now()");
            case "payout_address" ->
                row(table, "chain_id", "1", "account_id", ACCOUNT).with("address", WALLET);
            case "epoch" -> row(table, "chain_id", "1", "number", "2").with("due_at", "now()");
            case "epoch_payout" ->
                row(table, "chain_id", "1", "epoch", "1")
                        .with("account_id", ACCOUNT)
                        .with("address", WALLET)
                        .with("amount", "1")
                        .with("entry_id", ENTRY);
            case "payout_leaf" ->
                row(table, "chain_id", "1", "address", WALLET)
                        .with("position", "0")
                        .with("cumulative", "5");
            case "verification" ->
                row(table, "job_id", JOB, "account_id", ACCOUNT)
                        .with("mode", "'REPLICATE'")
                        .with("replicas", "2")
                        .with("quorum", "2")
                        .with("max_replicas", "3")
                        .with("held", "0");
            case "replica" ->
                row(table, "parent", VERIFIED, "number", "1")
                        .with("job_id", JOB)
                        .with("node_id", NODE)
                        .with("provider", ACCOUNT)
                        .with("assigned_at", "now()");
            case "dispute" ->
                row(table, "id", "gen_random_uuid()", "job_id", JOB)
                        .with("account_id", ACCOUNT)
                        .with("reason", "'wrong'")
                        .with("deposit", "6")
                        .with("matures_at", "now()")
                        .with("deadline", "now() + interval '1 h'");
            case "canary" ->
                row(table, "job_id", VERIFIED, "source", JOB)
                        .with("node_id", NODE)
                        .with("answer", SHA)
                        .with("known_jobs", "array[" + JOB + ", " + VERIFIED + "]::uuid[]")
                        .with("known_nodes", "array[" + NODE + ", " + NODE + "]::uuid[]")
                        .with("known_providers", "array[" + ACCOUNT + ", " + ACCOUNT + "]::uuid[]");
            case "canary_draw" -> row(table, "singleton", "true", "receipt_id", "gen_random_uuid()");
            case "streak" -> row(table, "node_id", NODE, "workload", "'bench'").with("valid", "0");
            case "reputation" -> row(table, "node_id", NODE, "compared", "0");
            case "node_history" ->
                row(table, "node_id", NODE, "state", "'OFFLINE'")
                        .with("why", "'not heard'")
                        .with("actor", "'coordinator'");
            case "node_mark" -> row(table, "node_id", NODE, "kind", "'GPU'").with("mark", "'GPU-1'");
            case "shared_mark" -> row(table, "kind", "'HOST'", "mark", SHA);
            case "verification_decision" ->
                row(table, "id", "gen_random_uuid()", "job_id", VERIFIED)
                        .with("decision", "'AGREED'")
                        .with("disagreement", "false")
                        .with("evidence", "'[]'");
            case "referee_case" ->
                row(table, "job_id", VERIFIED, "workload", "'bench'")
                        .with("request", "'{}'")
                        .with("wanted", "1")
                        .with("until", "now() + interval '1 h'");
            case "finding" ->
                row(table, "job_id", REFERRED, "account_id", ACCOUNT)
                        .with("validator", WALLET)
                        .with("output_sha", SHA)
                        .with("document", "'{}'");
            case "charge_due" -> row(table, "node_id", NODE, "since", "now()");
            case "charge" ->
                row(table, "id", "gen_random_uuid()", "node_id", NODE)
                        .with("address", WALLET)
                        .with("until", "now() + interval '1 h'")
                        .with("wanted", "1")
                        .with("look_at", "now()");
            case "charged_answer" ->
                row(table, "charge_id", CHARGE, "number", "0")
                        .with("case_id", REFERRED)
                        .with("job_id", REFERRED)
                        .with("claim", "'{}'");
            case "verification_nudge" -> new Row(table, Map.of()).with("job_id", VERIFIED);
            case "validator_account" ->
                row(table, "account_id", newAccount(), "chain_id", "0").with("address", WALLET);
            case "challenge" -> offeredChallenge(table);
            case "challenge_stream" ->
                row(table, "challenge_id", CHALLENGE, "address", WALLET)
                        .with("key", SHA)
                        .with("mib", "8");
            case "attestation" ->
                row(table, "challenge_id", "gen_random_uuid()", "chain_id", "0")
                        .with("validator", WALLET)
                        .with("address", WALLET)
                        .with("verdict", "'VALID'")
                        .with("digest", SHA)
                        .with("document", "'{}'");
            case "app_user" -> row(table, "id", "gen_random_uuid()", "name", "'another'");
            case "user_membership" ->
                row(table, "id", "gen_random_uuid()", "user_id", USER).with("role", "'ADMIN'");
            case "user_session" ->
                row(table, "id", "gen_random_uuid()", "user_id", USER)
                        .with("sha256", "decode(repeat('ab', 32), 'hex')")
                        .with("by_link", "false")
                        .with("created_at", "now()")
                        .with("last_seen_at", "now()")
                        .with("expires_at", "now()")
                        .with("address", "'192.0.2.1'");
            case "user_link" ->
                row(table, "user_id", USER, "sha256", "decode(repeat('ab', 32), 'hex')")
                        .with("expires_at", "now()");
            case "user_identity" ->
                row(table, "user_id", USER, "issuer", "'https://issuer.example'")
                        .with("subject", "'248289761001'")
                        .with("bound_at", "now()");
            case "oidc_attempt" ->
                row(table, "sha256", "decode(repeat('ab', 32), 'hex')", "stage", "'CODE'")
                        .with("user_id", USER)
                        .with("expires_at", "now()");
            case "user_recovery_code" -> row(table, "user_id", USER, "sha256", "decode(repeat('ab', 32), 'hex')");
            case "user_address" ->
                row(table, "user_id", USER, "address", "'192.0.2.1'").with("at", "now()");
            case "sign_in_attempt" ->
                row(table, "subject", "'name ada'", "failures", "1")
                        .with("at", "now()")
                        .with("wait_until", "now()");
            case "sanction" ->
                row(table, "id", "gen_random_uuid()", "chain_id", "1")
                        .with("contract", ADDRESS)
                        .with("node", WALLET)
                        .with("round", "2")
                        .with("provider", WALLET)
                        .with("reason", "0")
                        .with("amount", "5");
            case "sanction_feed" ->
                row(table, "chain_id", "1", "generation", "1")
                        .with("next_block", "0")
                        .with("nodes_at", "now()");
            case "sanction_event" -> row(table, "sanction_id", SANCTION, "event", "'FOUND'");
            case "stat_sample" ->
                row(table, "at", "date_trunc('minute', now())", "queued", "0")
                        .with("oldest_s", "0")
                        .with("online", "0")
                        .with("offline", "0")
                        .with("draining", "0")
                        .with("banned", "0");
            case "stat" -> stat(table);
            case "provider_day" -> row(table, "day", "current_date", "account_id", ACCOUNT);
            case "validator_day" -> row(table, "day", "current_date", "validator", WALLET);
            default -> throw new AssertionError("no good row for a new table: " + table);
        };
    }

    private static Row stat(String table) {
        Row row = row(table, "step", "'MINUTE'", "at", "date_bin('1 h', now(), timestamptz 'epoch') + interval '1 min'")
                .with("waits", "array_fill(0, array[126])")
                .with("runs", "array_fill(0, array[126])");
        for (String count : STAT_COUNTS) {
            row = row.with(count, "0");
        }
        return row;
    }

    private static Row offeredChallenge(String table) {
        return row(table, "id", "gen_random_uuid()", "account_id", ACCOUNT)
                .with("chain_id", "0")
                .with("address", WALLET)
                .with("challenge", "'{}'")
                .with("commit_by", "now()")
                .with("give_up_at", "now()");
    }

    /** A challenge of another node, as far as this. */
    static Row challenge(String state) {
        Row offered = of("challenge").with("address", OTHER_WALLET).with("state", "'" + state + "'");
        Row committed = offered.with("commitment", "'{}'").with("committed_at", "now()");
        Row asked = committed.with("question", "'{}'").with("open_by", "now()");
        Row opened = asked.with("opening_digest", SHA).with("opened_at", "now()");
        return switch (state) {
            case "OFFERED" -> offered;
            case "COMMITTED" -> committed;
            case "ASKED" -> asked;
            case "OPENED" -> opened.with("opening", "'\\x7b7d'");
            default -> opened.with("over_at", "now()");
        };
    }

    private static Row run(String table) {
        return row(table, "id", "gen_random_uuid()", "account_id", ACCOUNT)
                .with("name", "'r'")
                .with("chain_id", "1")
                .with("number", "2")
                .with("owner", WALLET)
                .with("manager", WALLET)
                .with("requirements", "''")
                .with("discovery_uri", "'urn:x'")
                .with("max_nodes", "1")
                .with("max_units", "1")
                .with("ends_at", "now()");
    }

    private static Row job(String table) {
        return row(table, "id", JOB, "account_id", ACCOUNT)
                .with("class_id", "1")
                .with("workload", "'w'")
                .with("state", "'QUEUED'")
                .with("priority", "0")
                .with("price", "1")
                .with("max_attempts", "3")
                .with("max_runtime_s", "60")
                .with("submitted_at", "now()")
                .with("ready_at", "now()")
                .with("expires_at", "now()");
    }

    /** A job that somebody holds. */
    static Row heldJob() {
        return of("job")
                .with("state", "'LEASED'")
                .with("lease_token", "1")
                .with("lease_node", NODE)
                .with("lease_expires_at", "now()");
    }

    /** A job that ended. */
    static Row endedJob(String state) {
        return of("job").with("state", "'" + state + "'").with("finished_at", "now()");
    }

    /** A transaction of a chain that is in a block. */
    static Row minedTransaction(String state) {
        return of("chain_transaction")
                .with("state", "'" + state + "'")
                .with("nonce", "0")
                .with("block", "1")
                .with("block_hash", HASH)
                .with("mined_hash", HASH)
                .with("succeeded", "true")
                .with("gas_used", "21000");
    }

    /** A sanction whose slash is on its chain. */
    static Row proposedSanction() {
        return of("sanction")
                .with("round", "3")
                .with("state", "'PROPOSED'")
                .with("slash", "1")
                .with("held", "4")
                .with("appeal_until", "now()");
    }

    /** An epoch whose root is on its chain. */
    static Row postedEpoch() {
        return of("epoch")
                .with("state", "'PENDING'")
                .with("leaves", "1")
                .with("total", "1")
                .with("root", HASH)
                .with("leaves_hash", HASH)
                .with("active_at", "now()");
    }

    /** An id of one of the pots of the world. */
    static String pot(String name) {
        return "(select id from ledger_account where pot = '" + name + "' and account_id is not distinct from "
                + (name.equals("EXTERNAL") ? "null" : ACCOUNT) + ")";
    }

    static String newAccount() {
        return "(select id from account where name = 'without pots')";
    }

    private static Row row(String table, String first, String one, String second, String two) {
        return new Row(table, Map.of()).with(first, one).with(second, two);
    }

    Row with(String column, String expression) {
        var changed = new LinkedHashMap<>(values);
        changed.put(column, expression);
        return new Row(table, changed);
    }

    String insert() {
        return "insert into " + table + " (" + String.join(", ", values.keySet()) + ") values ("
                + String.join(", ", values.values()) + ")";
    }
}
