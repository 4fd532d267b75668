-- The foundation: accounts and keys, nodes, jobs with their history, the ledger, receipts and the outbox.
-- Invariants live here, named, so that no code path can break them.
set lock_timeout = '10s';

-- Tenants and their keys -------------------------------------------------------------------------------------------

create table account (
    id          uuid        primary key,
    name        text        not null constraint account_name_given check (length(name) between 1 and 200),
    weight      integer     not null default 1 constraint account_weight_bounds check (weight between 1 and 1000),
    created_at  timestamptz not null default now(),
    disabled_at timestamptz
);

create table api_key (
    id                  uuid        primary key,
    account_id          uuid        not null references account,
    scope               text        not null constraint api_key_scope check (scope in ('MINER', 'BUYER', 'VALIDATOR', 'ADMIN')),
    sha256              bytea       not null constraint api_key_sha256_unique unique
                                    constraint api_key_sha256_length check (octet_length(sha256) = 32),
    hint                text        not null,
    label               text        constraint api_key_label_length check (length(label) <= 200),
    requests_per_minute integer     constraint api_key_rate_positive check (requests_per_minute > 0),
    replaces            uuid        references api_key,
    created_at          timestamptz not null default now(),
    expires_at          timestamptz,
    revoked_at          timestamptz,
    last_used_at        timestamptz
);
create index api_key_of_account on api_key (account_id, id);

-- Raised by every change of an account or key; each instance reads it several times a second and forgets what it cached.
create table auth_revision (
    singleton boolean primary key default true constraint auth_revision_singleton check (singleton),
    revision  bigint  not null
);
insert into auth_revision (revision) values (0);

create function raise_auth_revision() returns trigger language plpgsql as $$
begin
    update auth_revision set revision = revision + 1;
    return null;
end $$;
create trigger account_raises_auth_revision after update or delete on account
    for each statement execute function raise_auth_revision();
create trigger api_key_raises_auth_revision
    after insert or delete or update of account_id, scope, sha256, requests_per_minute, expires_at, revoked_at on api_key
    for each statement execute function raise_auth_revision();

-- What was answered to an Idempotency-Key.
create table idempotency (
    account_id   uuid        not null references account,
    key          text        not null constraint idempotency_key_length check (length(key) between 1 and 255),
    request_sha  bytea       not null,
    status       integer,
    body         bytea,
    created_at   timestamptz not null default now(),
    locked_until timestamptz not null,
    primary key (account_id, key),
    constraint idempotency_answer_whole check ((status is null) = (body is null))
);
create index idempotency_by_age on idempotency (created_at);

create table audit (
    id         uuid        primary key,
    at         timestamptz not null default now(),
    account_id uuid        not null,
    key_hint   text        not null,
    action     text        not null,
    target     text        not null,
    facts      jsonb       not null default '{}'
);

-- Server instances that share this database.
create table instance (
    id         uuid        primary key,
    name       text        not null,
    started_at timestamptz not null default now(),
    seen_at    timestamptz not null default now()
);

-- Who signs here: one id for all instances, made once.
create table coordinator (
    singleton boolean primary key default true constraint coordinator_singleton check (singleton),
    id        uuid    not null default gen_random_uuid()
);
insert into coordinator default values;

create table signing_key (
    key_id     text        primary key,
    alg        text        not null,
    public_key text        not null,
    created_at timestamptz not null default now(),
    retired_at timestamptz
);

-- Nodes ------------------------------------------------------------------------------------------------------------

create table node (
    id           uuid        primary key,
    account_id   uuid        not null references account,
    miner_id     text        not null,
    mode         text        not null constraint node_mode check (mode in ('GPU', 'CPU')),
    wallet       text,
    concurrency  integer     not null constraint node_concurrency_bounds check (concurrency between 1 and 1024),
    renews       boolean     not null,
    registered   boolean     not null,
    draining     boolean     not null default false,
    capabilities json        not null,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    constraint node_miner_id_unique unique (account_id, miner_id)
);
create index node_by_change on node (updated_at);

-- Changes with every heartbeat, so it is narrow and has room for updates in place.
create table node_liveness (
    node_id      uuid        primary key references node on delete cascade,
    last_seen_at timestamptz not null,
    load         real
) with (fillfactor = 50);

-- Jobs -------------------------------------------------------------------------------------------------------------

-- All that eligibility depends on, once per distinct value: jobs nobody can run cost one class, not one look each.
create table job_class (
    id         bigint generated always as identity primary key,
    account_id uuid   not null references account,
    digest     bytea  not null constraint job_class_digest_length check (octet_length(digest) = 32),
    workload   text   not null,
    spec       json   not null,
    constraint job_class_unique unique (account_id, digest)
);

create sequence lease_token;

-- Partitioned by id: ids are UUIDv7, so a range of ids is a range of days, lists are in id order, and a partition whose
-- jobs have all ended is dropped whole.
create table job (
    id               uuid          not null,
    account_id       uuid          not null,
    class_id         bigint        not null,
    workload         text          not null,
    state            text          not null constraint job_state check (state in
                         ('QUEUED', 'LEASED', 'RUNNING', 'VERIFYING', 'COMPLETED', 'CANCELED', 'EXPIRED', 'FAILED')),
    priority         smallint      not null,
    price            numeric(38,0) not null constraint job_price_not_negative check (price >= 0),
    attempt          smallint      not null default 0,
    max_attempts     smallint      not null,
    max_runtime_s    integer       not null constraint job_max_runtime_positive check (max_runtime_s > 0),
    last_seq         integer       not null default 1,
    callback         boolean       not null default false,
    -- queued, but not before ready_at: kept out of the ready index, so that a backlog of retries costs claims nothing
    waiting          boolean       not null default false,
    lease_token      bigint,
    lease_node       uuid,
    lease_expires_at timestamptz,
    lease_missed     smallint      not null default 0,
    percent          smallint,
    note             text,
    error_code       text,
    error_message    text,
    output_sha       text          constraint job_output_sha_hex check (output_sha ~ '^[0-9a-f]{64}$'),
    submitted_at     timestamptz   not null,
    ready_at         timestamptz   not null,
    expires_at       timestamptz   not null,
    deadline         timestamptz,
    started_at       timestamptz,
    finished_at      timestamptz,
    primary key (id),
    constraint job_lease_exactly_while_held
        check ((state in ('LEASED', 'RUNNING')) = (lease_expires_at is not null)),
    constraint job_lease_has_holder check ((lease_token is null) = (lease_node is null)),
    constraint job_held_has_token check (lease_expires_at is null or lease_token is not null),
    constraint job_finished_exactly_when_ended
        check ((state in ('COMPLETED', 'CANCELED', 'EXPIRED', 'FAILED')) = (finished_at is not null)),
    constraint job_completed_has_output check (state <> 'COMPLETED' or output_sha is not null),
    constraint job_waits_only_in_queue check (not waiting or state = 'QUEUED'),
    constraint job_attempts_bounded check (attempt between 0 and max_attempts)
) partition by range (id);
create index job_ready on job (class_id, priority desc, id) where state = 'QUEUED' and not waiting;
create index job_waiting on job (ready_at) where state = 'QUEUED' and waiting;
create index job_queue_expiry on job (expires_at) where state = 'QUEUED';
create index job_lease_expiry on job (lease_expires_at) where state in ('LEASED', 'RUNNING');
create index job_of_node on job (lease_node) where state in ('LEASED', 'RUNNING');
create index job_deadline on job (deadline) where deadline is not null and state in ('LEASED', 'RUNNING', 'VERIFYING');
create index job_of_account on job (account_id, state, id);

-- What the buyer asked for, word for word: wide and never changed, so it stays out of the rows that change.
create table job_spec (
    job_id  uuid not null primary key,
    request json not null
) partition by range (job_id);

create table job_event (
    job_id  uuid        not null,
    seq     integer     not null,
    state   text        not null,
    at      timestamptz not null,
    actor   text        not null,
    attempt smallint    not null,
    lease   bigint,
    reason  text,
    primary key (job_id, seq)
) partition by range (job_id);

create table job_result (
    job_id    uuid not null primary key,
    output    json,
    artifacts json not null,
    metrics   json not null
) partition by range (job_id);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger job_event_append_only before update or delete on job_event
    for each row execute function refuse_change();

create function id_floor(at timestamptz) returns uuid language sql immutable as $$
    select (lpad(to_hex(floor(extract(epoch from at) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid
$$;

-- Makes the weekly partitions from the week of `since` to the week of `until`; safe to repeat and to race.
create function ensure_job_partitions(since timestamptz, until timestamptz) returns integer language plpgsql as $$
declare
    week   timestamptz := date_trunc('week', since at time zone 'UTC') at time zone 'UTC';
    parent text;
    child  text;
    made   integer := 0;
begin
    perform pg_advisory_xact_lock(hashtext('ensure_job_partitions'));
    while week <= until loop
        foreach parent in array array['job', 'job_spec', 'job_event', 'job_result'] loop
            child := parent || '_' || to_char(week at time zone 'UTC', 'IYYY"w"IW');
            if to_regclass(child) is null then
                execute format('create table %I partition of %I for values from (%L) to (%L)',
                    child, parent, id_floor(week), id_floor(week + interval '7 days'));
                made := made + 1;
            end if;
        end loop;
        week := week + interval '7 days';
    end loop;
    return made;
end $$;
select ensure_job_partitions(now() - interval '1 day', now() + interval '14 days');

-- Drops whole weeks that ended before `before` and whose jobs have all ended; what a job left elsewhere goes with it.
create function drop_job_partitions(before timestamptz) returns integer language plpgsql as $$
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
        execute format('select exists (select 1 from %I where finished_at is null)', 'job_' || week.suffix) into alive;
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

-- Money ------------------------------------------------------------------------------------------------------------

-- The pots of an account. EXTERNAL is the outside world: it alone may be negative, so all balances sum to zero.
create table ledger_account (
    id         bigint generated always as identity primary key,
    account_id uuid          references account,
    pot        text          not null
                             constraint ledger_account_pot check (pot in ('AVAILABLE', 'RESERVED', 'PENDING', 'EXTERNAL')),
    balance    numeric(38,0) not null default 0,
    constraint ledger_account_unique unique nulls not distinct (account_id, pot),
    constraint ledger_account_external_has_no_owner check ((pot = 'EXTERNAL') = (account_id is null)),
    constraint ledger_account_no_overdraft check (pot = 'EXTERNAL' or balance >= 0)
);
insert into ledger_account (account_id, pot) values (null, 'EXTERNAL');

-- Double entry in one row: what leaves `debit` arrives at `credit`, so every entry sums to zero by its form.
-- Both sides are checked once per statement by the trigger that moves the balances, not by two foreign keys per row.
create table ledger_entry (
    id     uuid          primary key,
    at     timestamptz   not null default now(),
    debit  bigint        not null,
    credit bigint        not null,
    amount numeric(38,0) not null constraint ledger_entry_amount_positive check (amount > 0),
    reason text          not null constraint ledger_entry_reason check (reason in
                             ('DEPOSIT', 'WITHDRAWAL', 'RESERVE', 'RELEASE', 'SETTLE', 'UNLOCK', 'WITHHOLD')),
    job_id uuid,
    slice  integer       not null default 0,
    constraint ledger_entry_two_sides check (debit <> credit),
    constraint ledger_entry_reason_has_job
        check ((job_id is null) = (reason in ('DEPOSIT', 'WITHDRAWAL')))
);
create unique index ledger_entry_once_per_job on ledger_entry (job_id, slice, reason) where job_id is not null;
create index ledger_entry_by_debit on ledger_entry (debit, id);
create index ledger_entry_by_credit on ledger_entry (credit, id);

-- Balances follow from entries and from nothing else: one update per account and statement, in id order.
create function apply_ledger_entries() returns trigger language plpgsql as $$
declare
    sides integer;
    moved integer;
begin
    -- locks in id order: two batches over the same accounts cannot deadlock
    perform 1 from ledger_account
     where id in (select debit from added union select credit from added)
     order by id for no key update;
    select count(*) into sides from (select debit from added union select credit from added) s;
    update ledger_account a set balance = a.balance + d.delta
      from (select side, sum(amount) as delta
              from (select credit as side, amount from added union all select debit, -amount from added) moves
             group by side) d
     where a.id = d.side;
    get diagnostics moved = row_count;
    if moved <> sides then
        raise exception 'an entry names a ledger account that does not exist' using errcode = 'foreign_key_violation';
    end if;
    return null;
end $$;
create trigger ledger_entry_moves_balances after insert on ledger_entry
    referencing new table as added for each statement execute function apply_ledger_entries();
create trigger ledger_entry_append_only before update or delete on ledger_entry
    for each row execute function refuse_change();

create function refuse_direct_balance() returns trigger language plpgsql as $$
begin
    if pg_trigger_depth() < 2 then
        raise exception 'balances change by ledger entries only' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger ledger_account_kept before delete on ledger_account
    for each row execute function refuse_change();
create trigger ledger_account_balance_follows before update of balance on ledger_account
    for each row execute function refuse_direct_balance();

-- The one accepted result of a job, with what was signed. Kept as long as the ledger.
create table receipt (
    job_id      uuid        not null,
    slice       integer     not null default 0,
    receipt_id  uuid        not null constraint receipt_id_unique unique,
    provider    uuid        not null,
    client      uuid        not null,
    node_id     uuid        not null,
    lease_token bigint      not null,
    output_sha  text        not null,
    body        json        not null,
    created_at  timestamptz not null default now(),
    primary key (job_id, slice)
);
create trigger receipt_append_only before update or delete on receipt
    for each row execute function refuse_change();

create table deposit (
    id         uuid          primary key,
    account_id uuid          not null references account,
    amount     numeric(38,0) not null constraint deposit_amount_positive check (amount > 0),
    reference  text,
    state      text          not null constraint deposit_state check (state in ('PENDING', 'CREDITED', 'REFUSED')),
    created_at timestamptz   not null default now(),
    decided_at timestamptz,
    decided_by text,
    constraint deposit_decided_once check ((state = 'PENDING') = (decided_at is null))
);
create index deposit_of_account on deposit (account_id, id);
create index deposit_pending on deposit (id) where state = 'PENDING';

-- Messages to send after the commit that caused them.
create table outbox (
    id         bigint generated always as identity primary key,
    queue      text        not null,
    body       text        not null,
    created_at timestamptz not null default now()
);
