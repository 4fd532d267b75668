-- What was still possible and must not be: emptying the books whole, a balance that no entry made, a change of the audit
-- trail or of a key that once signed; losing a result younger than the retention because its job was submitted long
-- before; and everybody waiting behind a week that cannot be dropped because a backup reads it.
set lock_timeout = '10s';

create trigger audit_append_only before update or delete on audit
    for each row execute function refuse_change();
create trigger audit_not_truncated before truncate on audit
    for each statement execute function refuse_change();
create trigger ledger_entry_not_truncated before truncate on ledger_entry
    for each statement execute function refuse_change();
create trigger ledger_account_not_truncated before truncate on ledger_account
    for each statement execute function refuse_change();
create trigger receipt_not_truncated before truncate on receipt
    for each statement execute function refuse_change();
create trigger signing_key_not_truncated before truncate on signing_key
    for each statement execute function refuse_change();
create trigger signing_key_kept before delete or update of key_id, alg, public_key on signing_key
    for each row execute function refuse_change();

create trigger ledger_account_opens_empty before insert on ledger_account
    for each row when (new.balance <> 0) execute function refuse_direct_balance();
create trigger ledger_account_stays_whose_it_is before update of id, account_id, pot on ledger_account
    for each row execute function refuse_change();

-- As before, but counted from the end of the jobs, and with a bound on each wait for a lock: dropping a partition locks
-- its parent, and what waits for that lock stops everybody who comes after it. The next hour tries again.
create or replace function drop_job_partitions(before timestamptz) returns integer language plpgsql
    set lock_timeout = '2s' as $$
declare
    week    record;
    child   regclass;
    alive   boolean;
    dropped integer := 0;
begin
    perform pg_advisory_xact_lock(hashtext('ensure_job_partitions'));
    for week in
        select substring(c.relname from '_(\d{4}w\d{2})$') as suffix
          from pg_inherits i join pg_class c on c.oid = i.inhrelid
         where i.inhparent = 'job'::regclass
    loop
        -- to_timestamp reads the suffix back: the Monday of that ISO week, plus the week itself
        continue when to_timestamp(week.suffix, 'IYYY"w"IW') + interval '8 days' > before;
        execute format('select exists (select 1 from %I where finished_at is null or finished_at > $1)',
            'job_' || week.suffix) into alive using before;
        continue when alive;
        for child in
            select c.oid::regclass from pg_inherits i join pg_class c on c.oid = i.inhrelid
             where c.relname like '%\_' || week.suffix and c.relkind = 'r'
        loop
            execute format('drop table %s', child);
        end loop;
        dropped := dropped + 1;
    end loop;
    return dropped;
end $$;

alter function ensure_job_partitions(timestamptz, timestamptz) set lock_timeout = '2s';
