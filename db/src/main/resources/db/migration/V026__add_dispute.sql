-- Disputes: a job that was paid is judged anew for its buyer, and what it paid stays locked for so long.
set lock_timeout = '10s';

-- A judgement that a dispute asked for has an id of its own; its replicas repeat the disputed job.
alter table verification
    add column disputed uuid,
    add constraint verification_disputed_is_another check (disputed <> job_id),
    add constraint verification_of_dispute_replicates check (disputed is null or mode = 'REPLICATE');

-- The id is also that of the judgement, and of the ledger's entries about the deposit.
create table dispute (
    id         uuid          primary key,
    job_id     uuid          not null constraint dispute_once unique,
    account_id uuid          not null references account,
    reason     text          not null constraint dispute_reason_given check (length(reason) between 1 and 500),
    deposit    numeric(38,0) not null constraint dispute_deposit_positive check (deposit > 0),
    -- when what the job paid would have matured; until the outcome it is locked for ever
    matures_at timestamptz   not null,
    opened_at  timestamptz   not null default now(),
    deadline   timestamptz   not null,
    outcome    text          constraint dispute_outcome check (outcome in ('UPHELD', 'REJECTED', 'UNDECIDED')),
    decided_at timestamptz,
    refunded   numeric(38,0) not null default 0 constraint dispute_refunded_natural check (refunded >= 0),
    constraint dispute_decided_whole check ((outcome is null) = (decided_at is null)),
    constraint dispute_refunded_when_upheld check (refunded = 0 or outcome is not distinct from 'UPHELD'),
    constraint dispute_ends_later check (deadline > opened_at)
) with (fillfactor = 70);
create index dispute_open on dispute (deadline) where outcome is null;
create trigger dispute_decided_once before update on dispute
    for each row when (old.outcome is not null) execute function refuse_change();

-- As before, and a dispute goes with its job; neither goes before the outcome.
create or replace function drop_job_partitions(before timestamptz) returns integer language plpgsql
    set lock_timeout = '2s' as $$
declare
    week    record;
    child   regclass;
    monday  timestamptz;
    alive   boolean;
    dropped integer := 0;
begin
    perform pg_advisory_xact_lock(hashtext('ensure_job_partitions'));
    for week in
        select substring(c.relname from '_(\d{4}w\d{2})$') as suffix
          from pg_inherits i join pg_class c on c.oid = i.inhrelid
         where i.inhparent = 'job'::regclass
    loop
        monday := to_date(week.suffix, 'IYYY"w"IW')::timestamp at time zone 'UTC';
        continue when monday + interval '8 days' > before;
        execute format('select exists (select 1 from %I where finished_at is null or finished_at > $1)',
            'job_' || week.suffix) into alive using before;
        continue when alive;
        continue when exists (select 1 from task_node where finished_at is null
            and job_id >= id_floor(monday) and job_id < id_floor(monday + interval '7 days'));
        continue when exists (select 1 from meter where closed_at is null
            and job_id >= id_floor(monday) and job_id < id_floor(monday + interval '7 days'));
        continue when exists (select 1 from verification where verdict is null
            and job_id >= id_floor(monday) and job_id < id_floor(monday + interval '7 days'));
        continue when exists (select 1 from dispute where outcome is null
            and job_id < id_floor(monday + interval '7 days') and id >= id_floor(monday));
        delete from verification
         where job_id >= id_floor(monday) and job_id < id_floor(monday + interval '7 days');
        delete from dispute
         where job_id >= id_floor(monday) and job_id < id_floor(monday + interval '7 days');
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
