-- Work verification: jobs whose proofs are compared before they are paid, the replicas that others are given, what was decided.
set lock_timeout = '10s';

alter table job drop constraint job_container_has_task, drop constraint job_kind;
alter table job add constraint job_kind check (kind in ('BATCH', 'CONTAINER', 'REPLICA')),
    add constraint job_child_has_parent check ((kind = 'BATCH') = (parent is null)),
    -- how its proof is judged; null is paid at once, and costs a proof nothing
    add column verification text constraint job_verification check (verification in ('HASH', 'REPLICATE', 'ADAPTIVE')),
    add constraint job_verification_of_batch check (verification is null or kind = 'BATCH');

create table verification (
    job_id       uuid          primary key,
    account_id   uuid          not null references account,
    mode         text          not null constraint verification_mode check (mode in ('HASH', 'REPLICATE', 'ADAPTIVE')),
    expected     text[],
    replicas     smallint      not null,
    quorum       smallint      not null,
    max_replicas smallint      not null,
    -- set aside for replicas beside the job's own price; what was taken of it so far is numbered by slice
    held         numeric(38,0) not null constraint verification_held_not_negative check (held >= 0),
    slice        integer       not null default 1,
    verdict      text          constraint verification_verdict check (verdict in ('AGREED', 'FAILED', 'ENDED')),
    reason       text          constraint verification_reason_given check (length(reason) between 1 and 500),
    -- the one of its replicas, or the job itself, whose result it has
    result_job   uuid,
    -- from its first answer on: at it the judgement is made with what there is
    deadline     timestamptz,
    look_at      timestamptz   not null default 'infinity',
    created_at   timestamptz   not null default now(),
    judged_at    timestamptz,
    constraint verification_policy check (1 <= quorum and quorum <= replicas and replicas <= max_replicas
        and max_replicas <= 15 and 2 * quorum > max_replicas),
    constraint verification_expects_exactly_by_hash check ((mode = 'HASH') = (expected is not null)),
    constraint verification_judged_whole check ((verdict is null) = (judged_at is null)),
    constraint verification_judged_holds_nothing check (verdict is null or held = 0),
    constraint verification_agreed_has_result check ((verdict is not distinct from 'AGREED') = (result_job is not null))
) with (fillfactor = 70);
create index verification_due on verification (look_at) where verdict is null;

-- Number 0 is the job itself. A replica is given to one node; the provider is the account that it belongs to.
create table replica (
    parent      uuid        not null references verification on delete cascade,
    number      smallint    not null constraint replica_number_bounds check (number between 0 and 14),
    job_id      uuid        not null constraint replica_job_unique unique,
    node_id     uuid        references node,
    provider    uuid        references account,
    assigned_at timestamptz,
    verdict     text        constraint replica_verdict check (verdict in ('PAID', 'DISSENTED', 'IDLE')),
    primary key (parent, number),
    constraint replica_one_per_provider unique (parent, provider),
    constraint replica_assigned_whole check ((node_id is null) = (provider is null) and (node_id is null) = (assigned_at is null))
) with (fillfactor = 70);

-- How many answers of a node in a row were judged right: by it adaptive replication goes.
create table streak (
    node_id  uuid    not null references node,
    workload text    not null,
    valid    integer not null constraint streak_not_negative check (valid >= 0),
    primary key (node_id, workload)
) with (fillfactor = 70);

-- What was decided, with the answers that it was decided by.
create table verification_decision (
    id           uuid        primary key,
    job_id       uuid        not null,
    at           timestamptz not null default now(),
    decision     text        not null constraint verification_decision_word
        check (decision in ('TRUSTED', 'ASKED', 'MOVED', 'AGREED', 'FAILED', 'REFUSED', 'ENDED')),
    reason       text        constraint verification_decision_reason_given check (length(reason) between 1 and 500),
    disagreement boolean     not null,
    evidence     json        not null
);
create index verification_decision_of_job on verification_decision (job_id, id);
create index verification_disagreement on verification_decision (id) where disagreement;
create trigger verification_decision_append_only before update or delete on verification_decision
    for each row execute function refuse_change();
create trigger verification_decision_not_truncated before truncate on verification_decision
    for each statement execute function refuse_change();

-- That something happened to a job or a replica of it, whoever did it. Inserts wait for nobody, so no batch of reports does.
create table verification_nudge (
    id     bigint generated always as identity primary key,
    job_id uuid not null
);
create index verification_nudge_of_job on verification_nudge (job_id);

create function nudge_verification() returns trigger language plpgsql as $$
begin
    insert into verification_nudge (job_id) values (coalesce(new.parent, new.id));
    return null;
end $$;
create trigger job_nudges_verification after update of state on job for each row
    when ((new.verification is not null or new.kind = 'REPLICA') and new.state is distinct from old.state
        and new.state not in ('LEASED', 'RUNNING'))
    execute function nudge_verification();

-- As before, and what was judged goes with its job; the decisions stay, as receipts do.
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
        delete from verification
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
