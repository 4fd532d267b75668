-- Containers that are paid by time: what was seen of them, and what was set aside and paid for it.
set lock_timeout = '10s';

alter table task add column budget numeric(38,0) constraint task_budget_positive check (budget > 0);
-- set aside and paid, in slices
alter table task add column committed numeric(38,0) not null default 0
    constraint task_committed_not_negative check (committed >= 0);
alter table task add constraint task_within_budget check (committed <= budget);
alter table task add column warning text;

create table meter (
    job_id      uuid          primary key,
    task_id     uuid          not null references task,
    account_id  uuid          not null references account,
    node_id     uuid          not null references node,
    -- minor units for an hour
    run_rate    numeric(38,0) not null,
    paused_rate numeric(38,0) not null,
    -- the lease under which it was last seen, and what it did then
    lease       bigint,
    state       text          not null default 'IDLE' constraint meter_state check (state in ('IDLE', 'RUNNING', 'PAUSED')),
    seen_at     timestamptz,
    run_ms      bigint        not null default 0,
    paused_ms   bigint        not null default 0,
    billed_ms   bigint        not null default 0,
    -- what lies aside now, and what was paid so far
    reserved    numeric(38,0) not null,
    settled     numeric(38,0) not null default 0,
    -- the number of the next settlement; 0 was the first reservation
    slice       integer       not null default 1,
    settle_at   timestamptz   not null,
    settled_at  timestamptz   not null default now(),
    closed_at   timestamptz,
    constraint meter_not_negative check (run_rate > 0 and paused_rate >= 0 and run_ms >= 0 and paused_ms >= 0
        and billed_ms between 0 and run_ms + paused_ms and reserved >= 0 and settled >= 0 and slice > 0),
    constraint meter_closed_holds_nothing check (closed_at is null or reserved = 0),
    constraint meter_seen_under_lease check ((lease is null) = (seen_at is null))
) with (fillfactor = 50);
create index meter_due on meter (settle_at) where closed_at is null;
create index meter_of_task on meter (task_id);
