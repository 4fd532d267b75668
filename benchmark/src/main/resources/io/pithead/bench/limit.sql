-- The rows that :n jobs leave from submission to receipt, in the three transactions that a batch of the server takes.
select array_agg(uuid7())::text as ids from generate_series(1, :n) \gset

begin;
select balance from ledger_account where account_id = '00000000-0000-7000-8000-00000000000a'
   and pot in ('AVAILABLE', 'RESERVED') order by id for no key update;
insert into job (id, account_id, class_id, workload, state, priority, price, max_attempts, max_runtime_s, submitted_at, ready_at, expires_at)
    select id, '00000000-0000-7000-8000-00000000000a', 1, 'sha256_chain', 'QUEUED', 0, 1, 3, 600, now(), now(), now() + interval '1 hour'
      from unnest(:ids::uuid[]) id;
insert into job_spec (job_id, request)
    select id, '{"workload":"sha256_chain","params":{"seed":"bench","length":1000,"at":123456789},"price":"0.000001","ttl_s":3600}'
      from unnest(:ids::uuid[]) id;
insert into job_event (job_id, seq, state, at, actor, attempt) select id, 1, 'QUEUED', now(), 'buyer:AbCdEf', 0 from unnest(:ids::uuid[]) id;
insert into ledger_entry (id, debit, credit, amount, reason, job_id)
    select uuid7(), available, reserved, 1, 'RESERVE', id from unnest(:ids::uuid[]) id, pot;
commit;

begin;
update job set state = 'LEASED', attempt = attempt + 1, last_seq = last_seq + 1, lease_token = nextval('lease_token'),
       lease_node = '00000000-0000-7000-8000-00000000000c', lease_missed = 0, lease_expires_at = now() + interval '1 minute', started_at = now()
 where id = any(:ids::uuid[]);
insert into job_event (job_id, seq, state, at, actor, attempt, lease) select id, 2, 'LEASED', now(), 'node:limit', 1, 1 from unnest(:ids::uuid[]) id;
commit;

begin;
update job set state = 'COMPLETED', last_seq = last_seq + 2, lease_expires_at = null, percent = 100, finished_at = now(),
       output_sha = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'
 where id = any(:ids::uuid[]);
insert into job_event (job_id, seq, state, at, actor, attempt, lease)
    select id, seq, case seq when 3 then 'VERIFYING' else 'COMPLETED' end, now(), case seq when 3 then 'node:limit' else 'coordinator' end, 1, 1
      from unnest(:ids::uuid[]) id, generate_series(3, 4) seq;
insert into job_result (job_id, output, artifacts, metrics)
    select id, '{"text":"throughput_ops=812.4, seconds=1.23"}', '[]', '{"wall_s":1.234,"cpu_s":1.2,"peak_memory_mb":312}'
      from unnest(:ids::uuid[]) id;
insert into receipt (job_id, receipt_id, provider, client, node_id, lease_token, output_sha, body)
    select id, uuid7(), '00000000-0000-7000-8000-00000000000b', '00000000-0000-7000-8000-00000000000a',
           '00000000-0000-7000-8000-00000000000c', 1, '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
           ('{"version":1,"receipt_id":"' || id || '","job_id":"' || id || '","provider":"00000000-0000-7000-8000-00000000000b",'
            || '"client":"00000000-0000-7000-8000-00000000000a","units":"1","unit_type":"job","price":"0.000001",'
            || '"started_at":"2026-01-01T00:00:00.000000Z","completed_at":"2026-01-01T00:00:01.000000Z","duration_ms":1000,'
            || '"artifact_hash":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",'
            || '"coordinator_id":"00000000-0000-7000-8000-00000000000d","nonce":"1","metadata":{"workload":"sha256_chain","miner_id":"limit"},'
            || '"signature":{"alg":"Ed25519","key_id":"0123456789abcdef","sig":"' || repeat('A', 86) || '"}}')::json
      from unnest(:ids::uuid[]) id;
insert into ledger_entry (id, debit, credit, amount, reason, job_id)
    select uuid7(), reserved, earned, 1, 'SETTLE', id from unnest(:ids::uuid[]) id, pot;
commit;
