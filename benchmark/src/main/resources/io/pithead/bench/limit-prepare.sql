-- One buyer with money, one provider, one class, one node: what jobs need to exist.
create function uuid7() returns uuid language sql volatile as $$
    select (lpad(to_hex(floor(extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
        || '7' || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid
$$;

insert into account (id, name) values
    ('00000000-0000-7000-8000-00000000000a', 'buyer'), ('00000000-0000-7000-8000-00000000000b', 'provider');
insert into ledger_account (account_id, pot)
    select a, p from unnest(array['00000000-0000-7000-8000-00000000000a', '00000000-0000-7000-8000-00000000000b']::uuid[]) a,
                     unnest(array['AVAILABLE', 'RESERVED', 'PENDING']) p;
insert into ledger_entry (id, debit, credit, amount, reason)
    select uuid7(), (select id from ledger_account where pot = 'EXTERNAL'), id, 1000000000000000000, 'DEPOSIT'
      from ledger_account where account_id = '00000000-0000-7000-8000-00000000000a' and pot = 'AVAILABLE';
insert into job_class (account_id, digest, workload, spec)
    values ('00000000-0000-7000-8000-00000000000a', sha256('class'), 'sha256_chain', '{}');
insert into node (id, account_id, miner_id, mode, concurrency, renews, registered, capabilities)
    values ('00000000-0000-7000-8000-00000000000c', '00000000-0000-7000-8000-00000000000b', 'limit', 'CPU', 1024, true, true, '{}');

-- The three pots that a job's money passes through.
create view pot as
    select (select id from ledger_account where account_id = '00000000-0000-7000-8000-00000000000a' and pot = 'AVAILABLE') as available,
           (select id from ledger_account where account_id = '00000000-0000-7000-8000-00000000000a' and pot = 'RESERVED') as reserved,
           (select id from ledger_account where account_id = '00000000-0000-7000-8000-00000000000b' and pot = 'AVAILABLE') as earned;

-- Documents of the size that a job's have. Here, because pgbench takes a colon and a digit for a variable, even in a text.
create function request() returns json language sql immutable as $$
    select '{"workload":"sha256_chain","params":{"seed":"bench","length":1000,"at":123456789},"price":"0.000001","ttl_s":3600}'::json
$$;
create function output() returns text language sql immutable as $$
    select '{"text":"throughput_ops=812.4, seconds=1.23"}'
$$;
create function metrics() returns text language sql immutable as $$
    select '{"wall_s":1.234,"cpu_s":1.2,"peak_memory_mb":312}'
$$;
create function signed_receipt(job uuid) returns text language sql immutable as $$
    select '{"version":1,"receipt_id":"' || job || '","job_id":"' || job || '","provider":"00000000-0000-7000-8000-00000000000b",'
        || '"client":"00000000-0000-7000-8000-00000000000a","units":"1","unit_type":"job","price":"0.000001",'
        || '"started_at":"2026-01-01T00:00:00.000000Z","completed_at":"2026-01-01T00:00:01.000000Z","duration_ms":1000,'
        || '"artifact_hash":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",'
        || '"coordinator_id":"00000000-0000-7000-8000-00000000000d","nonce":"1","metadata":{"workload":"sha256_chain","miner_id":"limit"},'
        || '"signature":{"alg":"Ed25519","key_id":"0123456789abcdef","sig":"' || repeat('A', 86) || '"}}'
$$;
