-- What a container keeps in /data, as its node last brought it, so that another node goes on from there; and what each
-- container was using when its node last beat.
set lock_timeout = '10s';

-- The newest whole copy of one container's data. Its row is written when every piece of it is here, never before.
create table task_snapshot (
    job_id     uuid        primary key references task_node (job_id),
    task_id    uuid        not null references task,
    account_id uuid        not null references account,
    bytes      bigint      not null constraint task_snapshot_bytes_not_negative check (bytes >= 0),
    taken_at   timestamptz not null default now(),
    -- the container on another node that went on from it
    heir       uuid        references task_node (job_id)
);
create index task_snapshot_of_task on task_snapshot (task_id);
create index task_snapshot_of_account on task_snapshot (account_id);
create unique index task_snapshot_heir_once on task_snapshot (heir) where heir is not null;

-- The pieces of a copy in their order; equal pieces are one file, in whichever copies they are.
create table task_snapshot_chunk (
    job_id uuid    not null references task_snapshot on delete cascade,
    at     integer not null constraint task_snapshot_chunk_at_not_negative check (at >= 0),
    sha256 text    not null constraint task_snapshot_chunk_sha256_hex check (sha256 ~ '^[0-9a-f]{64}$'),
    size   bigint  not null constraint task_snapshot_chunk_size_positive check (size > 0),
    primary key (job_id, at)
);
create index task_snapshot_chunk_by_digest on task_snapshot_chunk (sha256);

-- The latest figures alone, written with every heartbeat: a crash may lose them, the next heartbeat brings them again.
create unlogged table container_metrics (
    job_id             uuid        primary key references task_node (job_id) on delete cascade,
    node_id            uuid        not null,
    account_id         uuid        not null,
    cpu_ms             bigint,
    memory_bytes       bigint,
    memory_limit_bytes bigint,
    network_rx_bytes   bigint,
    network_tx_bytes   bigint,
    block_read_bytes   bigint,
    block_write_bytes  bigint,
    pids               bigint,
    at                 timestamptz not null default now(),
    constraint container_metrics_not_negative
        check (least(cpu_ms, memory_bytes, memory_limit_bytes, network_rx_bytes, network_tx_bytes, block_read_bytes,
                     block_write_bytes, pids) >= 0)
) with (fillfactor = 50);
create index container_metrics_of_node on container_metrics (node_id, account_id);
