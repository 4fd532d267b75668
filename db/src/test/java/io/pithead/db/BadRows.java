package io.pithead.db;

import static io.pithead.db.Row.NOBODY;
import static io.pithead.db.Row.pot;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** For every rule of the schema the rows that it alone must refuse; both ends of a range are two rows. */
final class BadRows {
    private static final Map<String, List<Row>> BY_RULE = new LinkedHashMap<>();

    /** What a repeated row collides with. */
    static final List<Row> THERE_ALREADY = List.of(
            Row.of("api_key"),
            Row.of("node"),
            Row.of("job_class"),
            Row.of("ledger_account"),
            Row.of("receipt"),
            Row.of("webhook_delivery"),
            Row.of("task_node"),
            Row.of("task_file"),
            Row.of("node_group_member").with("position", "0"),
            Row.minedTransaction("MINED"),
            Row.of("chain_attempt"),
            Row.of("run"),
            Row.of("discovery_run").with("number", "2"),
            Row.of("invite"),
            Row.of("epoch"),
            Row.of("epoch_payout"),
            Row.of("payout_leaf"),
            Row.of("replica"),
            Row.of("dispute"),
            Row.of("finding"),
            Row.of("charged_answer"),
            Row.of("challenge"),
            Row.of("attestation"),
            Row.proposedSanction(),
            Row.of("user_membership"),
            Row.of("user_session"),
            Row.of("user_link"),
            Row.of("user_identity"),
            reserve(),
            reserve().with("reason", "'UNLOCK'"));

    private static final String EIGHT = "array_fill(" + NOBODY + "::uuid, array[8])";

    private BadRows() {}

    static Map<String, List<Row>> byRule() {
        return BY_RULE;
    }

    private static void refuses(String rule, Row... rows) {
        BY_RULE.put(rule, List.of(rows));
    }

    private static Row in(String table, String column, String value) {
        return Row.of(table).with(column, value);
    }

    private static Row[] each(String table, String column, String... values) {
        return Stream.of(values).map(value -> in(table, column, value)).toArray(Row[]::new);
    }

    private static final String[] NOT_A_DIGEST = {
        "''", "repeat('0', 63)", "repeat('0', 65)", "repeat('A', 64)", "repeat('g', 64)"
    };

    private static final String[] NOT_AN_ADDRESS = {
        "''", "repeat('0a', 21)", "'0x' || repeat('a', 39)", "'0x' || repeat('a', 41)", "'0x' || repeat('A', 40)"
    };

    private static final String[] NOT_A_PUBLIC_KEY = {
        "''",
        "'0x04' || repeat('0a', 32)",
        "'0x02' || repeat('a', 63)",
        "'0x02' || repeat('a', 65)",
        "'0x02' || repeat('A', 64)"
    };

    static {
        tenants();
        nodesAndJobs();
        heldAndEndedJobs();
        money();
        webhooks();
        artifactsAndLogs();
        tasks();
        groups();
        meters();
        chains();
        discovery();
        runs();
        settlement();
        verification();
        disputes();
        challenges();
        sanctions();
        people();
        repeated();
        unknownReferences();
    }

    private static void tenants() {
        refuses("account_name_given", each("account", "name", "''", "repeat('x', 201)"));
        refuses("account_weight_bounds", each("account", "weight", "0", "1001"));
        refuses("api_key_scope", each("api_key", "scope", "'ROOT'", "'buyer'"));
        refuses("api_key_sha256_length", each("api_key", "sha256", "'\\x00'", "decode(repeat('00', 33), 'hex')"));
        refuses("api_key_label_length", in("api_key", "label", "repeat('x', 201)"));
        refuses("api_key_rate_positive", in("api_key", "requests_per_minute", "0"));
        refuses("auth_revision_singleton", in("auth_revision", "singleton", "false"));
        refuses("coordinator_singleton", in("coordinator", "singleton", "false"));
        refuses("idempotency_key_length", each("idempotency", "key", "''", "repeat('x', 256)"));
        refuses("idempotency_answer_whole", in("idempotency", "status", "200"), in("idempotency", "body", "'\\x00'"));
    }

    private static void nodesAndJobs() {
        refuses("node_mode", in("node", "mode", "'TPU'"));
        refuses("node_concurrency_bounds", each("node", "concurrency", "0", "1025"));
        refuses("node_ban_given", each("node", "ban", "''", "repeat('x', 501)"));
        refuses("job_class_digest_length", each("job_class", "digest", "'\\x00'", "decode(repeat('00', 33), 'hex')"));
        refuses("job_state", in("job", "state", "'DONE'"));
        refuses("job_price_not_negative", in("job", "price", "-1"));
        refuses("job_max_runtime_positive", in("job", "max_runtime_s", "0"));
        refuses("job_output_sha_hex", each("job", "output_sha", NOT_A_DIGEST));
        refuses("job_attempts_bounded", each("job", "attempt", "-1", "4"));
    }

    private static void heldAndEndedJobs() {
        refuses(
                "job_lease_exactly_while_held",
                Row.heldJob().with("lease_expires_at", "null"),
                Row.heldJob().with("state", "'QUEUED'"),
                Row.heldJob().with("state", "'VERIFYING'"));
        refuses(
                "job_lease_has_holder",
                Row.of("job").with("lease_token", "1"),
                Row.of("job").with("lease_node", Row.NODE));
        refuses("job_held_has_token", Row.heldJob().with("lease_token", "null").with("lease_node", "null"));
        refuses(
                "job_finished_exactly_when_ended",
                in("job", "finished_at", "now()"),
                Row.endedJob("CANCELED").with("finished_at", "null"),
                Row.endedJob("EXPIRED").with("finished_at", "null"),
                Row.endedJob("FAILED").with("finished_at", "null"));
        refuses("job_completed_has_output", Row.endedJob("COMPLETED"));
        refuses("job_waits_only_in_queue", Row.endedJob("FAILED").with("waiting", "true"));
    }

    private static void money() {
        Row entry = Row.of("ledger_entry");
        refuses("ledger_account_pot", in("ledger_account", "pot", "'POCKET'"));
        refuses(
                "ledger_account_external_has_no_owner",
                in("ledger_account", "pot", "'EXTERNAL'"),
                in("ledger_account", "account_id", "null"));
        refuses(
                "ledger_account_no_overdraft",
                entry.with("debit", pot("PENDING"))
                        .with("credit", pot("EXTERNAL"))
                        .with("reason", "'WITHDRAWAL'"));
        refuses("ledger_entry_amount_positive", each("ledger_entry", "amount", "0", "-1"));
        refuses("ledger_entry_reason", entry.with("reason", "'GIFT'").with("job_id", Row.JOB));
        refuses("ledger_entry_two_sides", entry.with("credit", pot("EXTERNAL")));
        refuses(
                "ledger_entry_reason_has_job",
                entry.with("job_id", Row.JOB),
                entry.with("reason", "'RESERVE'"),
                entry.with("reason", "'SETTLE'"));
        refuses("locked_pay_amount_positive", each("locked_pay", "amount", "0", "-1"));
        refuses("deposit_amount_positive", each("deposit", "amount", "0", "-1"));
        refuses("deposit_state", in("deposit", "state", "'LOST'").with("decided_at", "now()"));
        refuses("deposit_decided_once", in("deposit", "decided_at", "now()"), in("deposit", "state", "'CREDITED'"));
    }

    private static void webhooks() {
        refuses("webhook_subscription_url_length", each("webhook_subscription", "url", "''", "repeat('x', 2001)"));
        refuses("webhook_subscription_some_event", in("webhook_subscription", "events", "'{}'"));
        refuses("webhook_revision_singleton", in("webhook_revision", "singleton", "false"));
        refuses("webhook_delivery_state", in("webhook_delivery", "state", "'LOST'"));
        refuses("webhook_delivery_attempts", in("webhook_delivery", "attempts", "-1"));
        refuses("webhook_delivery_error_length", in("webhook_delivery", "last_error", "repeat('x', 501)"));
        refuses(
                "webhook_delivery_dead_at",
                in("webhook_delivery", "dead_at", "now()"),
                in("webhook_delivery", "state", "'DEAD'"));
    }

    private static void artifactsAndLogs() {
        refuses("artifact_sha256_hex", each("artifact", "sha256", NOT_A_DIGEST));
        refuses("artifact_size_not_negative", in("artifact", "size", "-1"));
        refuses("artifact_upload_sha256_hex", each("artifact_upload", "sha256", NOT_A_DIGEST));
        refuses("artifact_upload_size_not_negative", in("artifact_upload", "size", "-1"));
        refuses("artifact_usage_not_negative", in("artifact_usage", "bytes", "-1"));
        refuses("artifact_grant_sha256_hex", each("artifact_grant", "sha256", NOT_A_DIGEST));
        refuses("job_log_offset_not_negative", in("job_log", "at_offset", "-1"));
        refuses("job_log_data_bounds", each("job_log", "data", "''", "decode(repeat('00', 65537), 'hex')"));
    }

    private static void tasks() {
        refuses("job_kind", in("job", "kind", "'PIPELINE'").with("parent", Row.TASK));
        refuses(
                "job_child_has_parent",
                in("job", "kind", "'CONTAINER'"),
                in("job", "kind", "'REPLICA'"),
                in("job", "parent", Row.TASK));
        refuses("task_name_given", each("task", "name", "''", "repeat('x', 201)"));
        refuses("task_state", in("task", "state", "'LOST'"));
        refuses("task_wanted", in("task", "wanted", "'MAYBE'"));
        refuses("task_replicas_positive", in("task", "replicas", "0"));
        refuses("task_price_not_negative", in("task", "price", "-1"));
        refuses(
                "task_finished_exactly_when_ended",
                in("task", "finished_at", "now()"),
                in("task", "state", "'COMPLETED'"),
                in("task", "state", "'FAILED'"),
                in("task", "state", "'STOPPED'"));
        refuses("task_node_state", in("task_node", "state", "'LOST'"));
        refuses("task_node_order", in("task_node", "ordered", "'STOP'"));
        refuses(
                "task_node_finished_exactly_when_ended",
                in("task_node", "finished_at", "now()"),
                in("task_node", "state", "'COMPLETED'"));
        refuses("task_snapshot_bytes_not_negative", in("task_snapshot", "bytes", "-1"));
        refuses("task_snapshot_chunk_at_not_negative", in("task_snapshot_chunk", "at", "-1"));
        refuses("task_snapshot_chunk_sha256_hex", each("task_snapshot_chunk", "sha256", NOT_A_DIGEST));
        refuses("task_snapshot_chunk_size_positive", in("task_snapshot_chunk", "size", "0"));
        refuses("task_file_position_not_negative", in("task_file", "position", "-1"));
        refuses("task_file_path_bounds", each("task_file", "path", "''", "repeat('\u00e4', 513)"));
        refuses("task_file_name_bounds", each("task_file", "name", "''", "repeat('\u00e4', 513)"));
        refuses("task_file_sha256_hex", each("task_file", "sha256", NOT_A_DIGEST));
        refuses("task_file_bytes_not_negative", in("task_file", "bytes", "-1"));
        refuses(
                "container_metrics_not_negative",
                Stream.of(
                                "cpu_ms",
                                "memory_bytes",
                                "memory_limit_bytes",
                                "network_rx_bytes",
                                "network_tx_bytes",
                                "block_read_bytes",
                                "block_write_bytes",
                                "pids")
                        .map(figure -> in("container_metrics", figure, "-1"))
                        .toArray(Row[]::new));
        refuses(
                "container_metrics_gpus_list",
                each(
                        "container_metrics",
                        "gpus",
                        "'{}'",
                        "'null'",
                        "'1'",
                        "'[]'",
                        "array_to_json(array_fill(1, array[65]))"));
        refuses(
                "node_work_not_negative",
                in("node_work", "jobs", "0"),
                in("node_work", "work", "-1"),
                in("node_work", "energy_work", "-1"),
                in("node_work", "energy_j", "-1"),
                in("node_work", "tflop_work", "-1"),
                in("node_work", "tflop", "-1"));
    }

    private static void groups() {
        Row group = Row.of("node_group");
        refuses("node_group_state", group.with("state", "'LOST'"));
        refuses(
                "node_group_ended_exactly_when_over",
                group.with("ended_at", "now()"),
                group.with("state", "'ENDED'"),
                group.with("state", "'DISSOLVED'"));
        refuses("node_group_placed_has_time", group.with("placed_at", "now()"), group.with("state", "'PLACED'"));
        refuses("node_group_member_position", in("node_group_member", "position", "-1"));
    }

    private static void meters() {
        refuses("task_budget_positive", in("task", "budget", "0"));
        refuses("task_committed_not_negative", in("task", "committed", "-1"));
        refuses("task_within_budget", in("task", "budget", "1").with("committed", "2"));
        refuses("meter_state", in("meter", "state", "'PULLING'"));
        refuses(
                "meter_not_negative",
                in("meter", "run_rate", "0"),
                in("meter", "paused_rate", "-1"),
                in("meter", "run_ms", "-1"),
                in("meter", "paused_ms", "-1").with("run_ms", "1"),
                in("meter", "billed_ms", "1"),
                in("meter", "billed_ms", "-1"),
                in("meter", "reserved", "-1"),
                in("meter", "settled", "-1"),
                in("meter", "slice", "0"));
        refuses("meter_closed_holds_nothing", in("meter", "closed_at", "now()"));
        refuses("meter_seen_under_lease", in("meter", "lease", "1"), in("meter", "seen_at", "now()"));
    }

    private static void chains() {
        refuses(
                "chain_lease_subject",
                each("chain_lease", "subject", "'read'", "'send 0x00'", "'send 0x' || repeat('A', 40)"));
        refuses("chain_lease_token", in("chain_lease", "token", "0"));
        refuses("chain_id_positive", in("chain", "chain_id", "0"));
        refuses("chain_generation_positive", in("chain", "generation", "0"));
        refuses("chain_first_block_natural", in("chain", "first_block", "-1"));
        refuses("chain_read_forward", in("chain", "first_block", "1"));
        refuses("chain_halted_given", each("chain", "halted", "''", "repeat('x', 1001)"));
        refuses(
                "chain_event_topics_whole",
                each("chain_event", "topics", "'\\x00'", "decode(repeat('00', 160), 'hex')"));
        refuses("chain_sender_settled_natural", in("chain_sender", "settled", "-1"));
        refuses("chain_sender_fault_given", each("chain_sender", "fault", "''", "repeat('x', 1001)"));
        refuses(
                "chain_sender_settled_were_given",
                in("chain_sender", "settled", "1"),
                in("chain_sender", "settled", "2").with("next_nonce", "1"));
        refuses("chain_transaction_purpose_given", each("chain_transaction", "purpose", "''", "repeat('x', 201)"));
        refuses(
                "chain_transaction_data_bounds",
                in("chain_transaction", "data", "decode(repeat('00', 131073), 'hex')"));
        refuses(
                "chain_transaction_state",
                in("chain_transaction", "state", "'SENT'").with("nonce", "1"));
        refuses("chain_transaction_tries_natural", in("chain_transaction", "tries", "-1"));
        refuses("chain_transaction_error_length", in("chain_transaction", "error", "repeat('x', 1001)"));
        refuses(
                "chain_transaction_nonce_with_signature",
                in("chain_transaction", "nonce", "1"),
                in("chain_transaction", "state", "'SIGNED'"),
                in("chain_transaction", "state", "'REFUSED'").with("nonce", "1").with("error", "'e'"));
        refuses(
                "chain_transaction_block_when_mined",
                unlike("chain_transaction").with("gas_used", "null"),
                unlike("chain_transaction").with("state", "'SIGNED'"));
        refuses(
                "chain_transaction_end_as_mined",
                unlike("chain_transaction").with("state", "'DONE'").with("succeeded", "false"),
                unlike("chain_transaction").with("state", "'REVERTED'").with("error", "'e'"));
        refuses(
                "chain_transaction_stuck_says_why",
                in("chain_transaction", "state", "'REFUSED'"),
                in("chain_transaction", "state", "'LOST'").with("nonce", "1"));
        refuses("chain_attempt_seq_positive", in("chain_attempt", "seq", "0"));
        refuses("chain_attempt_answer_length", in("chain_attempt", "answer", "repeat('x', 1001)"));
        refuses("chain_attempt_tip_within_fee", in("chain_attempt", "tip", "3"));
    }

    private static void discovery() {
        refuses("discovery_run_chain_positive", in("discovery_run", "chain", "0"));
        refuses("discovery_run_owner_form", each("discovery_run", "owner", NOT_AN_ADDRESS));
        refuses("discovery_run_owner_key_form", each("discovery_run", "owner_key", NOT_A_PUBLIC_KEY));
        refuses("discovery_run_manager_form", each("discovery_run", "manager", NOT_AN_ADDRESS));
        refuses("discovery_run_manager_key_form", each("discovery_run", "manager_key", NOT_A_PUBLIC_KEY));
        refuses("discovery_run_requirements_length", in("discovery_run", "requirements", "repeat('x', 4001)"));
        refuses("discovery_validator_chain_positive", in("discovery_validator", "chain", "0"));
        refuses("discovery_validator_address_form", each("discovery_validator", "address", NOT_AN_ADDRESS));
        refuses("discovery_validator_key_form", each("discovery_validator", "public_key", NOT_A_PUBLIC_KEY));
        refuses("discovery_provider_chain_positive", in("discovery_provider", "chain", "0"));
        refuses("discovery_provider_address_form", each("discovery_provider", "address", NOT_AN_ADDRESS));
        refuses("discovery_chain_node_address_form", each("discovery_chain_node", "address", NOT_AN_ADDRESS));
        refuses("discovery_chain_node_provider_fkey", in("discovery_chain_node", "chain", "3"));
        refuses(
                "discovery_node_origin_length",
                each("discovery_node", "origin", "'\\x00'", "decode(repeat('00', 33), 'hex')"));
        refuses("discovery_node_version_not_negative", in("discovery_node", "endpoint_version", "-1"));
        refuses("discovery_node_endpoint_has_version", in("discovery_node", "endpoint", "'{}'"));
        refuses("discovery_node_run_fkey", in("discovery_node", "run", NOBODY));
        refuses("discovery_node_chain_node_fkey", in("discovery_node", "chain", "2"));
        refuses("wallet_nonce_signer_form", each("wallet_nonce", "signer", NOT_AN_ADDRESS));
        refuses("wallet_nonce_length", each("wallet_nonce", "nonce", "'\\x00'", "decode(repeat('00', 33), 'hex')"));
    }

    private static void runs() {
        refuses("chain_rewinds_natural", in("chain", "rewinds", "-1"));
        refuses("discovery_feed_chain_positive", in("discovery_feed", "chain", "0"));
        refuses("discovery_run_number_positive", in("discovery_run", "number", "0"));
        refuses("discovery_run_state", in("discovery_run", "state", "'open'"));
        refuses("discovery_run_max_nodes_natural", in("discovery_run", "max_nodes", "-1"));
        refuses("discovery_provider_standing", in("discovery_provider", "standing", "'BAD'"));
        refuses("discovery_chain_node_placed_positive", in("discovery_chain_node", "placed", "0"));
        refuses("run_name_length", each("run", "name", "''", "repeat('x', 101)"));
        refuses("run_chain_positive", in("run", "chain_id", "0"));
        refuses("run_number_positive", in("run", "number", "0"));
        refuses("run_requirements_length", anotherRun("requirements", "repeat('x', 4001)"));
        refuses(
                "run_discovery_uri_length",
                anotherRun("discovery_uri", "''"),
                anotherRun("discovery_uri", "repeat('x', 513)"));
        refuses("run_max_nodes_range", anotherRun("max_nodes", "0"), anotherRun("max_nodes", "4294967296"));
        refuses("run_max_units_positive", anotherRun("max_units", "0"));
        refuses("run_budget_natural", anotherRun("budget", "-1"));
        refuses("run_state", anotherRun("state", "'CLOSED'"));
        refuses("run_escrow_reserved_natural", anotherRun("escrow_reserved", "-1"));
        refuses("run_escrow_credited_natural", anotherRun("escrow_credited", "-1"));
        refuses("run_escrow_released_natural", anotherRun("escrow_released", "-1"));
        refuses("run_escrow_returned_natural", anotherRun("escrow_returned", "-1"));
        refuses("run_next_invite_positive", anotherRun("next_invite", "0"));
        refuses(
                "run_on_chain_has_number",
                anotherRun("number", "null").with("state", "'PENDING'"),
                anotherRun("number", "null").with("state", "'OPEN'"));
        refuses("run_was_reserved_when_credited", anotherRun("escrow_credited", "1"));
        refuses("run_node_state", in("run_node", "state", "'ALIVE'"));
        refuses("run_node_reason_length", each("run_node", "reason", "''", "repeat('x', 101)"));
        refuses("run_node_seq_positive", in("run_node", "seq", "0"));
        refuses("invite_number_positive", anotherInvite("number", "0"));
        refuses("invite_nonce_positive", anotherInvite("nonce", "0"));
        refuses("invite_signature_form", anotherInvite("signature", "'0x' || repeat('0A', 65)"));
        refuses("invite_acceptance_form", anotherInvite("acceptance", "'0x' || repeat('0a', 64)"));
        refuses("invite_state", anotherInvite("state", "'NEW'"));
        refuses("invite_taken_with_word", anotherInvite("state", "'TAKEN'"));
        refuses("invite_node_fkey", anotherInvite("address", "'0x' || repeat('0c', 20)"));
        refuses("invite_live_once", anotherInvite("number", "1"));
        refuses("run_node_event_node_fkey", in("run_node_event", "run_id", NOBODY));
    }

    private static Row anotherRun(String column, String value) {
        return in("run", "number", "3").with(column, value);
    }

    private static Row anotherInvite(String column, String value) {
        return in("invite", "nonce", "2").with(column, value);
    }

    private static void settlement() {
        refuses("payout_address_chain_positive", in("payout_address", "chain_id", "0"));
        refuses("payout_address_somebodys", in("payout_address", "address", "'0x' || repeat('0', 40)"));
        refuses("epoch_chain_positive", in("epoch", "chain_id", "0"));
        refuses("epoch_number_positive", in("epoch", "number", "0"));
        refuses("epoch_state", Row.postedEpoch().with("state", "'POSTED'").with("active_at", "null"));
        refuses("epoch_paid_natural", in("epoch", "paid", "-1"));
        refuses("epoch_leaves_positive", Row.postedEpoch().with("leaves", "0"));
        refuses("epoch_total_holds_paid", Row.postedEpoch().with("paid", "2"));
        refuses("epoch_waits_given", each("epoch", "waits", "''", "repeat('x', 1001)"));
        refuses(
                "epoch_sums_when_paid",
                in("epoch", "leaves", "1"),
                in("epoch", "total", "1"),
                Row.postedEpoch().with("leaves", "null"),
                Row.postedEpoch().with("total", "null"));
        refuses(
                "epoch_root_when_hashed",
                Row.postedEpoch().with("root", "null"),
                Row.postedEpoch().with("leaves_hash", "null"),
                Row.postedEpoch().with("state", "'HASHING'").with("active_at", "null"));
        refuses(
                "epoch_active_at_when_posted",
                in("epoch", "active_at", "now()"),
                Row.postedEpoch().with("active_at", "null"));
        refuses("epoch_one_on_its_way", in("epoch", "number", "3"));
        refuses("epoch_payout_amount_positive", in("epoch_payout", "amount", "0"));
        refuses("epoch_payout_entry_once", in("epoch_payout", "account_id", Row.newAccount()));
        refuses("epoch_payout_entry_id_fkey", unlike("epoch_payout").with("entry_id", NOBODY));
        refuses("epoch_payout_epoch_fkey", unlike("epoch_payout").with("epoch", "9"));
        refuses("payout_leaf_position_natural", in("payout_leaf", "position", "-1"));
        refuses("payout_leaf_cumulative_positive", in("payout_leaf", "cumulative", "0"));
        refuses("payout_leaf_position_once", in("payout_leaf", "address", "'0x' || repeat('0b', 20)"));
    }

    private static void verification() {
        Row verification = Row.of("verification");
        refuses("job_verification", in("job", "verification", "'TRUST'"));
        refuses(
                "job_verification_of_batch",
                in("job", "verification", "'HASH'").with("kind", "'REPLICA'").with("parent", Row.TASK));
        refuses("verification_mode", verification.with("mode", "'TRUST'"));
        refuses("verification_held_not_negative", verification.with("held", "-1"));
        refuses(
                "verification_policy",
                verification.with("quorum", "0").with("max_replicas", "-1"),
                verification.with("replicas", "1").with("max_replicas", "2"),
                verification.with("max_replicas", "1"),
                verification.with("max_replicas", "4"),
                verification.with("replicas", "9").with("quorum", "9").with("max_replicas", "16"));
        refuses(
                "verification_expects_exactly_by_hash",
                verification.with("mode", "'HASH'"),
                verification.with("expected", "'{}'"));
        refuses("verification_verdict", verification.with("verdict", "'MAYBE'").with("judged_at", "now()"));
        refuses("verification_reason_given", each("verification", "reason", "''", "repeat('x', 501)"));
        refuses(
                "verification_judged_whole",
                verification.with("judged_at", "now()"),
                verification.with("verdict", "'ENDED'"));
        refuses(
                "verification_judged_holds_nothing",
                verification
                        .with("verdict", "'ENDED'")
                        .with("judged_at", "now()")
                        .with("held", "1"));
        refuses(
                "verification_agreed_has_result",
                verification.with("verdict", "'AGREED'").with("judged_at", "now()"),
                verification.with("result_job", NOBODY));
        refuses("replica_number_bounds", each("replica", "number", "-1", "15"));
        refuses("replica_verdict", anotherReplica("verdict", "'RIGHT'"));
        refuses(
                "replica_assigned_whole",
                anotherReplica("node_id", "null"),
                anotherReplica("provider", "null"),
                anotherReplica("assigned_at", "null"));
        refuses(
                "replica_job_unique",
                anotherReplica("provider", Row.newAccount()).with("job_id", Row.JOB));
        refuses("replica_one_per_provider", anotherReplica("number", "3"));
        refuses("replica_parent_fkey", anotherReplica("parent", NOBODY).with("provider", Row.newAccount()));
        refuses("replica_node_id_fkey", anotherReplica("node_id", NOBODY).with("provider", Row.newAccount()));
        refuses("replica_provider_fkey", anotherReplica("provider", NOBODY));
        refuses("streak_not_negative", in("streak", "valid", "-1"));
        refuses("streak_node_id_fkey", in("streak", "node_id", NOBODY));
        refuses("stat_step", in("stat", "step", "'DAY'"));
        refuses(
                "stat_begins_with_its_step",
                in("stat", "at", "date_trunc('minute', now()) + interval '1 s'"),
                in("stat", "step", "'HOUR'"));
        refuses(
                "stat_not_negative",
                Row.STAT_COUNTS.stream().map(count -> in("stat", count, "-1")).toArray(Row[]::new));
        refuses(
                "stat_has_all_buckets",
                in("stat", "waits", "array_fill(0, array[125])"),
                in("stat", "runs", "array_fill(0, array[127])"));
        refuses("stat_sample_whole_minute", in("stat_sample", "at", "date_trunc('minute', now()) + interval '1 s'"));
        refuses(
                "stat_sample_not_negative",
                Stream.of("queued", "oldest_s", "online", "offline", "draining", "banned")
                        .map(count -> in("stat_sample", count, "-1"))
                        .toArray(Row[]::new));
        refuses("provider_day_account_id_fkey", in("provider_day", "account_id", NOBODY));
        refuses(
                "provider_day_not_negative",
                Stream.of("accepted", "failed", "looks", "heard", "speeds", "measured")
                        .map(count -> in("provider_day", count, "-1"))
                        .toArray(Row[]::new));
        refuses("provider_day_of_looks", in("provider_day", "heard", "1"), in("provider_day", "measured", "1"));
        refuses(
                "validator_day_not_negative",
                in("validator_day", "cases", "-1").with("agreed", "-2"),
                in("validator_day", "agreed", "-1"),
                in("validator_day", "attested", "-1"));
        refuses("validator_day_agreed_in_cases", in("validator_day", "agreed", "1"));
        refuses("reputation_node_id_fkey", in("reputation", "node_id", NOBODY));
        refuses(
                "reputation_counts_not_negative",
                in("reputation", "\"right\"", "-1"),
                in("reputation", "wrong", "-0.1"),
                in("reputation", "compared", "-1"));
        refuses("reputation_speed_positive", each("reputation", "speed", "0", "2.1"));
        refuses(
                "reputation_heard_while_watched",
                in("reputation", "heard_s", "-1"),
                in("reputation", "heard_s", "2").with("watched_s", "1"));
        refuses(
                "reputation_shares",
                in("reputation", "stake", "-0.1"),
                in("reputation", "stake", "1.1"),
                in("reputation", "score", "-0.1"),
                in("reputation", "score", "1.1"));
        refuses("node_history_state", in("node_history", "state", "'AWAY'"));
        refuses("node_history_why_given", each("node_history", "why", "''", "repeat('x', 501)"));
        refuses("node_history_actor_given", each("node_history", "actor", "''", "repeat('x', 201)"));
        refuses("node_history_node_id_fkey", in("node_history", "node_id", NOBODY));
        refuses("node_mark_kind", in("node_mark", "kind", "'NAME'"));
        refuses("node_mark_length", each("node_mark", "mark", "''", "repeat('x', 101)"));
        refuses("node_mark_node_id_fkey", in("node_mark", "node_id", NOBODY));
        refuses("shared_mark_once", in("shared_mark", "kind", "'GPU'").with("mark", "'GPU-1'"));
        refuses("shared_mark_kind", in("shared_mark", "kind", "'NAME'"));
        refuses("shared_mark_length", each("shared_mark", "mark", "''", "repeat('x', 101)"));
        refuses("reputation_points_not_negative", in("reputation", "points", "-1"));
        refuses("canary_answer_hex", each("canary", "answer", NOT_A_DIGEST));
        refuses("canary_judgement", in("canary", "judgement", "'GUILTY'"));
        refuses(
                "canary_known_whole",
                in("canary", "known_jobs", "array[" + NOBODY + "]::uuid[]"),
                in("canary", "known_nodes", "'{}'"),
                in("canary", "known_providers", "'{}'"),
                in("canary", "known_jobs", EIGHT).with("known_nodes", EIGHT).with("known_providers", EIGHT));
        refuses("canary_job_id_fkey", in("canary", "job_id", NOBODY));
        refuses("canary_node_id_fkey", in("canary", "node_id", NOBODY));
        refuses("canary_draw_singleton", in("canary_draw", "singleton", "false"));
        refuses("referee_case_job_id_fkey", in("referee_case", "job_id", NOBODY));
        refuses("referee_case_wanted_range", each("referee_case", "wanted", "0", "16"));
        refuses("referee_case_until_later", in("referee_case", "until", "now()"));
        refuses("finding_job_id_fkey", in("finding", "job_id", NOBODY));
        refuses("finding_output_form", each("finding", "output_sha", NOT_A_DIGEST));
        refuses("finding_once", in("finding", "account_id", Row.newAccount()));
        charges();
        refuses("verification_decision_word", in("verification_decision", "decision", "'LIKED'"));
        refuses(
                "verification_decision_reason_given",
                each("verification_decision", "reason", "''", "repeat('x', 501)"));
    }

    private static void charges() {
        refuses("charge_due_node_id_fkey", in("charge_due", "node_id", NOBODY));
        refuses("charge_node_id_fkey", in("charge", "node_id", NOBODY));
        refuses("charge_wanted_range", in("charge", "wanted", "0"), in("charge", "wanted", "16"));
        refuses("charge_outcome", in("charge", "outcome", "'GUILTY'").with("closed_at", "now()"));
        refuses("charge_until_later", in("charge", "until", "now()"));
        refuses(
                "charge_counts",
                in("charge", "wrong", "-1"),
                in("charge", "\"right\"", "-1"),
                in("charge", "wrong", "3").with("\"right\"", "3"));
        refuses("charge_closed_whole", in("charge", "outcome", "'CLEARED'"), in("charge", "closed_at", "now()"));
        refuses(
                "charged_answer_charge_id_fkey",
                in("charged_answer", "charge_id", NOBODY).with("job_id", NOBODY));
        refuses(
                "charged_answer_number_bounds",
                in("charged_answer", "number", "-1").with("job_id", NOBODY),
                in("charged_answer", "number", "5").with("job_id", NOBODY));
        refuses("charged_answer_once", in("charged_answer", "number", "1"));
    }

    /** A second replica of the same job. */
    private static Row anotherReplica(String column, String value) {
        return in("replica", "number", "2").with("job_id", NOBODY).with(column, value);
    }

    private static void challenges() {
        refuses("validator_account_chain_natural", in("validator_account", "chain_id", "-1"));
        refuses(
                "challenge_state",
                Row.challenge("CLOSED").with("state", "'LOST'").with("over_at", "null"));
        refuses(
                "challenge_opening_digest_form",
                Stream.of(NOT_A_DIGEST)
                        .map(text -> Row.challenge("OPENED").with("opening_digest", text))
                        .toArray(Row[]::new));
        refuses("challenge_validator_fkey", Row.challenge("OFFERED").with("chain_id", "1"));
        refuses(
                "challenge_committed_at_with_commitment",
                Row.challenge("OFFERED").with("committed_at", "now()"),
                Row.challenge("COMMITTED").with("committed_at", "null"));
        refuses(
                "challenge_open_by_with_question",
                Row.challenge("COMMITTED").with("open_by", "now()"),
                Row.challenge("ASKED").with("open_by", "null"));
        refuses(
                "challenge_opened_at_with_opening",
                Row.challenge("ASKED").with("opened_at", "now()"),
                Row.challenge("OPENED").with("opened_at", "null"));
        refuses(
                "challenge_opening_until_over",
                Row.challenge("OPENED").with("opening", "null"),
                Row.challenge("JUDGED").with("opening", "'\\x7b7d'"));
        refuses(
                "challenge_over_at_when_over",
                Row.challenge("JUDGED").with("over_at", "null"),
                Row.challenge("CLOSED").with("over_at", "null"),
                Row.challenge("ASKED").with("over_at", "now()"));
        refuses(
                "challenge_state_has_messages",
                Row.challenge("COMMITTED").with("state", "'OFFERED'"),
                Row.challenge("OFFERED").with("state", "'COMMITTED'"),
                Row.challenge("ASKED").with("state", "'COMMITTED'"),
                Row.challenge("COMMITTED").with("state", "'ASKED'"),
                Row.challenge("OPENED").with("state", "'ASKED'").with("opening", "null"),
                Row.challenge("ASKED").with("state", "'OPENED'").with("opening", "'\\x7b7d'"));
        refuses(
                "challenge_answers_in_order",
                Row.challenge("CLOSED").with("commitment", "null").with("committed_at", "null"),
                Row.challenge("CLOSED").with("question", "null").with("open_by", "null"));
        refuses("challenge_one_of_node", Row.of("challenge"));
        refuses("challenge_stream_challenge_id_fkey", Row.of("challenge_stream").with("challenge_id", NOBODY));
        refuses(
                "challenge_stream_key_form",
                Stream.of(NOT_A_DIGEST)
                        .map(text -> Row.of("challenge_stream").with("key", text))
                        .toArray(Row[]::new));
        refuses(
                "challenge_stream_mib",
                Row.of("challenge_stream").with("mib", "0"),
                Row.of("challenge_stream").with("mib", "65"));
        refuses(
                "challenge_stream_fetches",
                Row.of("challenge_stream").with("fetches", "-1").with("begun_at", "now()"),
                Row.of("challenge_stream").with("fetches", "4").with("begun_at", "now()"));
        refuses(
                "challenge_stream_begun_is_fetched",
                Row.of("challenge_stream").with("fetches", "1"),
                Row.of("challenge_stream").with("begun_at", "now()"));
        refuses("challenge_stream_told_is_begun", Row.of("challenge_stream").with("told_at", "now()"));
        refuses("attestation_chain_natural", anotherAttestation("chain_id", "-1"));
        refuses("attestation_verdict", anotherAttestation("verdict", "'GOOD'"));
        refuses(
                "attestation_digest_form",
                Stream.of(NOT_A_DIGEST)
                        .map(text -> anotherAttestation("digest", text))
                        .toArray(Row[]::new));
        refuses(
                "attestation_previous_form",
                Stream.of(NOT_A_DIGEST)
                        .map(text -> anotherAttestation("previous", text))
                        .toArray(Row[]::new));
        refuses(
                "attestation_challenge_once",
                anotherAttestation("challenge_id", "(select challenge_id from attestation)"));
        refuses("attestation_one_line", Row.of("attestation"));
    }

    private static Row anotherAttestation(String column, String value) {
        return in("attestation", "previous", "repeat('1', 64)").with(column, value);
    }

    private static void disputes() {
        refuses("verification_disputed_is_another", in("verification", "disputed", Row.JOB));
        refuses(
                "verification_of_dispute_replicates",
                in("verification", "disputed", Row.VERIFIED).with("mode", "'ADAPTIVE'"),
                in("verification", "disputed", Row.VERIFIED)
                        .with("mode", "'HASH'")
                        .with("expected", "'{}'"));
        refuses("dispute_once", Row.of("dispute"));
        refuses("dispute_reason_given", each("dispute", "reason", "''", "repeat('x', 501)"));
        refuses("dispute_deposit_positive", each("dispute", "deposit", "0", "-1"));
        refuses("dispute_outcome", in("dispute", "outcome", "'WON'").with("decided_at", "now()"));
        refuses("dispute_refunded_natural", decidedDispute("'UPHELD'").with("refunded", "-1"));
        refuses("dispute_decided_whole", in("dispute", "outcome", "'UPHELD'"), in("dispute", "decided_at", "now()"));
        refuses(
                "dispute_refunded_when_upheld",
                in("dispute", "refunded", "1"),
                decidedDispute("'REJECTED'").with("refunded", "1"));
        refuses("dispute_ends_later", in("dispute", "deadline", "now()"));
    }

    private static Row decidedDispute(String outcome) {
        return in("dispute", "outcome", outcome).with("decided_at", "now()");
    }

    private static void sanctions() {
        refuses("sanction_chain_positive", in("sanction", "chain_id", "0"));
        refuses("sanction_round_natural", in("sanction", "round", "-1"));
        refuses("sanction_reason_bounds", each("sanction", "reason", "-1", "65536"));
        refuses("sanction_evidence_form", each("sanction", "evidence", NOT_A_DIGEST));
        refuses("sanction_state", Row.proposedSanction().with("state", "'GONE'"));
        Row proposed = Row.proposedSanction().with("round", "4").with("slash", "2");
        refuses("sanction_slash_positive", proposed.with("slash", "0"));
        refuses(
                "sanction_withdrawal_given",
                proposed.with("withdrawal", "''"),
                proposed.with("withdrawal", "repeat('x', 513)"));
        refuses("sanction_refusal_given", each("sanction", "refusal", "''", "repeat('x', 1001)"));
        refuses("sanction_ejection_refusal_given", each("sanction", "ejection_refusal", "''", "repeat('x', 1001)"));
        refuses("sanction_once", in("sanction", "round", "1"));
        refuses("sanction_slash_once", proposed.with("slash", "1"));
        refuses(
                "sanction_slash_when_proposed",
                in("sanction", "state", "'PROPOSED'"),
                proposed.with("state", "'FOUND'"),
                proposed.with("state", "'REFUSED'").with("refusal", "'r'"),
                proposed.with("held", "null"),
                proposed.with("appeal_until", "null"));
        refuses("sanction_appealed_until", proposed.with("state", "'APPEALED'"));
        refuses("sanction_refused_says_why", in("sanction", "state", "'REFUSED'"));
        refuses("sanction_withdrawal_of_slash", in("sanction", "withdrawal", "'w'"));
        refuses(
                "sanction_ejected_or_refused",
                in("sanction", "ejected_at", "now()").with("ejection_refusal", "'r'"));
        refuses("sanction_feed_chain_positive", in("sanction_feed", "chain_id", "0"));
        refuses("sanction_feed_generation_positive", in("sanction_feed", "generation", "0"));
        refuses("sanction_feed_next_block_natural", in("sanction_feed", "next_block", "-1"));
        refuses("sanction_event_event", in("sanction_event", "event", "'GONE'"));
        refuses("sanction_event_said_given", each("sanction_event", "said", "''", "repeat('x', 1001)"));
        refuses("sanction_event_sanction_id_fkey", in("sanction_event", "sanction_id", NOBODY));
    }

    /** A second row of these, with a primary key of its own: the good row is there already. */
    private static void people() {
        String[] notADigest = {"'\\x00'", "decode(repeat('00', 33), 'hex')"};
        refuses("app_user_name_form", each("app_user", "name", "''", "'Ada'", "'-a'", "'a b'", "repeat('x', 65)"));
        refuses(
                "app_user_password_form",
                each("app_user", "password", "''", "'secret'", "'$argon2i$v=19$m=1,t=1,p=1$a$b'"));
        refuses(
                "app_user_totp_whole",
                in("app_user", "totp_since", "now()").with("totp_step", "1"),
                in("app_user", "totp", "'\\x00'").with("totp_since", "now()"),
                in("app_user", "totp", "'\\x00'").with("totp_step", "1"));
        refuses("user_membership_role", each("user_membership", "role", "'ROOT'", "'admin'"));
        refuses(
                "user_membership_of_account",
                in("user_membership", "account_id", Row.ACCOUNT),
                in("user_membership", "role", "'BUYER'"),
                in("user_membership", "role", "'VIEWER'").with("account_id", Row.ACCOUNT));
        refuses("user_session_sha256_length", each("user_session", "sha256", notADigest));
        refuses("user_session_address_length", each("user_session", "address", "''", "repeat('x', 65)"));
        refuses("user_session_agent_length", each("user_session", "agent", "''", "repeat('x', 201)"));
        refuses("user_link_sha256_length", each("user_link", "sha256", notADigest));
        refuses("user_recovery_code_sha256_length", each("user_recovery_code", "sha256", notADigest));
        refuses("user_address_length", each("user_address", "address", "''", "repeat('x', 65)"));
        refuses("sign_in_attempt_subject_length", each("sign_in_attempt", "subject", "''", "repeat('x', 141)"));
        refuses("sign_in_attempt_failures_natural", in("sign_in_attempt", "failures", "-1"));
        refuses("app_user_name_unique", in("app_user", "name", "'ada'"));
        refuses("user_membership_once", Row.of("user_membership"));
        refuses("user_session_sha256_unique", Row.of("user_session"));
        refuses("user_link_sha256_unique", in("user_link", "user_id", Row.OTHER_USER));
        refuses("user_identity_issuer_length", each("user_identity", "issuer", "''", "repeat('x', 256)"));
        refuses("user_identity_subject_length", each("user_identity", "subject", "''", "repeat('x', 256)"));
        refuses("user_identity_once", in("user_identity", "user_id", Row.OTHER_USER));
        refuses(
                "user_identity_user_id_fkey",
                in("user_identity", "user_id", NOBODY).with("subject", "'another'"));
        refuses("oidc_attempt_sha256_length", each("oidc_attempt", "sha256", notADigest));
        refuses("oidc_attempt_stage", each("oidc_attempt", "stage", "'NEW'", "'code'"));
        refuses("oidc_attempt_user", in("oidc_attempt", "stage", "'SPENT'"), in("oidc_attempt", "user_id", "null"));
        refuses(
                "oidc_attempt_session",
                in("oidc_attempt", "stage", "'BINDING'"),
                in("oidc_attempt", "session_id", NOBODY));
        refuses("oidc_attempt_user_id_fkey", in("oidc_attempt", "user_id", NOBODY));
        String other = "decode(repeat('ef', 32), 'hex')";
        for (String table : List.of("user_membership", "user_recovery_code", "user_address")) {
            refuses(table + "_user_id_fkey", in(table, "user_id", NOBODY));
        }
        for (String table : List.of("user_session", "user_link")) {
            refuses(table + "_user_id_fkey", in(table, "user_id", NOBODY).with("sha256", other));
        }
        refuses(
                "user_membership_account_id_fkey",
                in("user_membership", "role", "'BUYER'").with("account_id", NOBODY));
    }

    private static void repeated() {
        refuses("api_key_sha256_unique", Row.of("api_key"));
        refuses("node_miner_id_unique", Row.of("node"));
        refuses("job_class_unique", Row.of("job_class"));
        refuses(
                "ledger_account_unique",
                Row.of("ledger_account"),
                in("ledger_account", "account_id", "null").with("pot", "'EXTERNAL'"));
        refuses(
                "receipt_id_unique",
                in("receipt", "receipt_id", "(select receipt_id from receipt)").with("slice", "1"));
        refuses("webhook_delivery_once", Row.of("webhook_delivery"));
        refuses("node_group_member_once", in("node_group_member", "group_id", NOBODY));
        refuses(
                "node_group_member_position_once",
                in("node_group_member", "node_id", NOBODY).with("live", "false").with("position", "0"));
        refuses("task_node_once", in("task_node", "job_id", NOBODY));
        refuses("task_snapshot_heir_once", in("task_snapshot", "heir", Row.HEIR));
        refuses("task_file_name_once", in("task_file", "path", "'q'").with("position", "1"));
        refuses("task_file_once", in("task_file", "name", "'m'").with("position", "1"));
        refuses("task_file_position_once", in("task_file", "name", "'m'").with("path", "'q'"));
        refuses("ledger_entry_once_per_job", reserve());
        refuses("ledger_entry_lock_ends_once", reserve().with("reason", "'WITHDRAWN'"));
        refuses("chain_transaction_once", Row.of("chain_transaction"));
        refuses("chain_transaction_nonce_once", Row.minedTransaction("MINED").with("purpose", "'another'"));
        refuses("chain_attempt_hash_once", in("chain_attempt", "seq", "2"));
        refuses("discovery_run_number_once", in("discovery_run", "number", "2"));
        refuses("run_number_once", Row.of("run"));
        refuses("invite_nonce_once", in("invite", "state", "'OVER'"));
    }

    /** The price of a job, set aside. */
    static Row reserve() {
        return Row.of("ledger_entry").with("reason", "'RESERVE'").with("job_id", Row.JOB);
    }

    private static void unknownReferences() {
        for (String table : List.of(
                "api_key",
                "artifact",
                "artifact_upload",
                "artifact_usage",
                "deposit",
                "dispute",
                "epoch_payout",
                "finding",
                "idempotency",
                "job_class",
                "ledger_account",
                "meter",
                "node",
                "run",
                "payout_address",
                "task",
                "task_file",
                "task_snapshot",
                "verification",
                "validator_account",
                "webhook_secret",
                "webhook_subscription")) {
            refuses(table + "_account_id_fkey", unlike(table).with("account_id", NOBODY));
        }
        refuses("api_key_replaces_fkey", unlike("api_key").with("replaces", NOBODY));
        refuses("node_liveness_node_id_fkey", in("node_liveness", "node_id", NOBODY));
        refuses("node_work_node_id_fkey", in("node_work", "node_id", NOBODY));
        refuses("meter_task_id_fkey", in("meter", "task_id", NOBODY));
        refuses("meter_node_id_fkey", in("meter", "node_id", NOBODY));
        refuses("node_group_task_id_fkey", in("node_group", "task_id", NOBODY));
        refuses(
                "node_group_member_group_id_fkey",
                in("node_group_member", "group_id", NOBODY).with("live", "false"));
        refuses("node_group_member_node_id_fkey", in("node_group_member", "node_id", NOBODY));
        refuses(
                "task_node_group_id_fkey",
                in("task_node", "job_id", NOBODY).with("group_id", NOBODY).with("moved", "true"));
        refuses("task_snapshot_job_id_fkey", in("task_snapshot", "job_id", NOBODY));
        refuses("task_snapshot_task_id_fkey", in("task_snapshot", "task_id", NOBODY));
        refuses("task_snapshot_heir_fkey", in("task_snapshot", "heir", NOBODY));
        refuses("task_snapshot_chunk_job_id_fkey", in("task_snapshot_chunk", "job_id", NOBODY));
        refuses("task_file_task_id_fkey", unlike("task_file").with("task_id", NOBODY));
        refuses("task_file_job_id_fkey", unlike("task_file").with("job_id", NOBODY));
        refuses("container_metrics_job_id_fkey", in("container_metrics", "job_id", NOBODY));
        refuses("task_node_task_id_fkey", in("task_node", "job_id", NOBODY).with("task_id", NOBODY));
        refuses("chain_attempt_transaction_id_fkey", unlike("chain_attempt").with("transaction_id", NOBODY));
        String nobodys = "'{\"run\":\"' || gen_random_uuid() || '\"}'";
        refuses(
                "job_class_run_id_fkey",
                in("job_class", "digest", "decode(repeat('ef', 32), 'hex')").with("spec", "(" + nobodys + ")::json"));
        refuses("task_run_id_fkey", unlike("task").with("request", "(" + nobodys + ")::json"));
        refuses("run_node_run_id_fkey", in("run_node", "run_id", NOBODY));
        refuses("run_node_node_id_fkey", in("run_node", "node_id", NOBODY));
        refuses("task_node_node_id_fkey", in("task_node", "job_id", NOBODY).with("node_id", NOBODY));
    }

    /** Not a second one of what is there already. */
    private static Row unlike(String table) {
        Row row = Row.of(table);
        return switch (table) {
            case "api_key" -> row.with("sha256", "decode(repeat('ef', 32), 'hex')");
            case "task_file" -> row.with("name", "'m'").with("path", "'q'").with("position", "1");
            case "chain_transaction" ->
                Row.minedTransaction("MINED").with("purpose", "'another'").with("nonce", "1");
            case "run" -> row.with("number", "3");
            case "dispute" -> row.with("job_id", NOBODY);
            case "finding" -> row.with("validator", "'0x' || repeat('0c', 20)");
            case "epoch_payout" -> row.with("account_id", Row.newAccount()).with("entry_id", Row.OTHER_ENTRY);
            case "chain_attempt" -> row.with("hash", "'0x' || repeat('1', 64)");
            default -> row;
        };
    }
}
