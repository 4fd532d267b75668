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
