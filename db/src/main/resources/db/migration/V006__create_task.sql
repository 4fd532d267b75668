-- Container tasks: desired state, one container job per node it is placed on.
set lock_timeout = '10s';

alter table job add column kind text not null default 'BATCH' constraint job_kind check (kind in ('BATCH', 'CONTAINER'));
alter table job add column parent uuid;
alter table job add constraint job_container_has_task check ((kind = 'CONTAINER') = (parent is not null));

-- Nodes that run containers are looked for by every placement and every buyer's list of nodes.
alter table node add column containers boolean not null
    generated always as (coalesce((capabilities::jsonb -> 'workloads') ? 'container', false)) stored;
create index node_with_containers on node (id) where containers;

create table task (
    id           uuid          primary key,
    account_id   uuid          not null references account,
    name         text          not null constraint task_name_given check (length(name) between 1 and 200),
    image        text          not null,
    state        text          not null constraint task_state check (state in
                     ('PENDING', 'PULLING', 'RUNNING', 'PAUSED', 'COMPLETED', 'FAILED', 'STOPPED')),
    wanted       text          not null constraint task_wanted check (wanted in ('RUN', 'PAUSE', 'STOP')),
    generation   bigint        not null default 1,
    -- as the buyer wrote it, without the values of secrets
    request      json          not null,
    secret_names text[]        not null default '{}',
    -- environment and registry password, sealed with the server's key and this row's id
    secrets      bytea,
    -- nodes wanted; null is every node that matches
    replicas     integer       constraint task_replicas_positive check (replicas > 0),
    price        numeric(38,0) not null constraint task_price_not_negative check (price >= 0),
    actor        text          not null,
    reason       text,
    deadline     timestamptz,
    -- placement looks again no sooner than this
    place_at     timestamptz   not null default now(),
    created_at   timestamptz   not null default now(),
    updated_at   timestamptz   not null default now(),
    finished_at  timestamptz,
    constraint task_finished_exactly_when_ended
        check ((state in ('COMPLETED', 'FAILED', 'STOPPED')) = (finished_at is not null))
);
create index task_of_account on task (account_id, id);
create index task_to_place on task (place_at) where finished_at is null and wanted <> 'STOP';
create index task_live on task (id) where finished_at is null;
create index task_deadline on task (deadline) where deadline is not null and finished_at is null;

-- A task on one node. The miner's reports change it, so it has room for updates in place.
create table task_node (
    task_id      uuid        not null references task,
    node_id      uuid        not null references node,
    job_id       uuid        not null primary key,
    account_id   uuid        not null,
    state        text        not null default 'PENDING' constraint task_node_state check (state in
                     ('PENDING', 'PULLING', 'RUNNING', 'PAUSED', 'RESTARTING', 'COMPLETED', 'FAILED', 'STOPPED')),
    -- the newest order for this container and the newest that its miner has carried out
    ordered      text        not null default 'RUN' constraint task_node_order check (ordered in ('RUN', 'PAUSE', 'RESTART')),
    generation   bigint      not null default 0,
    acked        bigint      not null default 0,
    followed_at  timestamptz,
    pulled_bytes bigint,
    pull_bytes   bigint,
    image_digest text,
    container_id text,
    exit_code    integer,
    reason       text,
    restarts     integer     not null default 0,
    -- given up here for another node: no longer counts as one of the task's
    moved        boolean     not null default false,
    started_at   timestamptz,
    updated_at   timestamptz not null default now(),
    finished_at  timestamptz,
    constraint task_node_finished_exactly_when_ended
        check ((state in ('COMPLETED', 'FAILED', 'STOPPED')) = (finished_at is not null))
) with (fillfactor = 70);
-- the one container of a task on a node, however many instances place at once
create unique index task_node_once on task_node (task_id, node_id) where not moved;
create index task_node_of_node on task_node (node_id, task_id desc);
create index task_node_live on task_node (job_id) where finished_at is null;
create index task_node_unacked on task_node (node_id) where acked < generation and finished_at is null;
create index task_node_followed on task_node (node_id) where followed_at is not null;
