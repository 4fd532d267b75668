-- The rows that :n jobs leave from submission to receipt, in the three transactions that a batch of the server takes.
select array_agg(uuid7())::text as ids from generate_series(1, :n) \gset

begin;
select balance from ledger_account where account_id = '00000000-0000-7000-8000-00000000000a'
   and pot in ('AVAILABLE', 'RESERVED') order by id for no key update;
insert into job (id, account_id, class_id, workload, state, priority, price, max_attempts, max_runtime_s, submitted_at, ready_at, expires_at)
    select id, '00000000-0000-7000-8000-00000000000a', 1, 'sha256_chain', 'QUEUED', 0, 1, 3, 600, now(), now(), now() + interval '1 hour'
      from unnest(:ids::uuid[]) id;
insert into job_spec (job_id, request)
    select id, request()
      from unnest(:ids::uuid[]) id;
insert into job_event (job_id, seq, state, at, actor, attempt) select id, 1, 'QUEUED', now(), 'buyer-AbCdEf', 0 from unnest(:ids::uuid[]) id;
insert into ledger_entry (id, debit, credit, amount, reason, job_id)
    select uuid7(), available, reserved, 1, 'RESERVE', id from unnest(:ids::uuid[]) id, pot;
commit;

begin;
update job set state = 'LEASED', attempt = attempt + 1, last_seq = last_seq + 1, lease_token = nextval('lease_token'),
       lease_node = '00000000-0000-7000-8000-00000000000c', lease_missed = 0, lease_expires_at = now() + interval '1 minute', started_at = now()
 where id = any(:ids::uuid[]);
insert into job_event (job_id, seq, state, at, actor, attempt, lease) select id, 2, 'LEASED', now(), 'node-limit', 1, 1 from unnest(:ids::uuid[]) id;
commit;

begin;
update job set state = 'COMPLETED', last_seq = last_seq + 2, lease_expires_at = null, percent = 100, finished_at = now(),
       output_sha = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'
 where id = any(:ids::uuid[]);
insert into job_event (job_id, seq, state, at, actor, attempt, lease)
    select id, seq, case seq when 3 then 'VERIFYING' else 'COMPLETED' end, now(), case seq when 3 then 'node-limit' else 'coordinator' end, 1, 1
      from unnest(:ids::uuid[]) id, generate_series(3, 4) seq;
insert into job_result (job_id, output, artifacts, metrics)
    select id, output()::json, '[]', metrics()::json
      from unnest(:ids::uuid[]) id;
insert into receipt (job_id, receipt_id, provider, client, node_id, lease_token, output_sha, body)
    select id, uuid7(), '00000000-0000-7000-8000-00000000000b', '00000000-0000-7000-8000-00000000000a',
           '00000000-0000-7000-8000-00000000000c', 1, '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
           signed_receipt(id)::json
      from unnest(:ids::uuid[]) id;
insert into ledger_entry (id, debit, credit, amount, reason, job_id)
    select uuid7(), reserved, earned, 1, 'SETTLE', id from unnest(:ids::uuid[]) id, pot;
commit;
