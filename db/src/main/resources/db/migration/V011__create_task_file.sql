-- Files that containers announced and their nodes brought, under the names that their tasks give them; and the numbers that
-- a container tells of itself.
set lock_timeout = '10s';

-- Its bytes are an artifact that the buyer was granted, so they stay as long as the container's job.
create table task_file (
    id         uuid        primary key,
    task_id    uuid        not null references task,
    job_id     uuid        not null references task_node (job_id) on delete cascade,
    node_id    uuid        not null,
    account_id uuid        not null references account,
    -- how many files the container brought before it
    position   integer     not null constraint task_file_position_not_negative check (position >= 0),
    path       text        not null constraint task_file_path_bounds check (octet_length(path) between 1 and 1024),
    name       text        not null constraint task_file_name_bounds check (octet_length(name) between 1 and 1024),
    sha256     text        not null constraint task_file_sha256_hex check (sha256 ~ '^[0-9a-f]{64}$'),
    bytes      bigint      not null constraint task_file_bytes_not_negative check (bytes >= 0),
    at         timestamptz not null default now()
);
create unique index task_file_name_once on task_file (task_id, name);
create unique index task_file_once on task_file (job_id, path, sha256);
create unique index task_file_position_once on task_file (job_id, position);
create index task_file_of_task on task_file (task_id, id);
-- the hourly limit
create index task_file_of_node on task_file (task_id, node_id, at);
-- what an account's files take together
create index task_file_of_account on task_file (account_id) include (bytes);

alter table container_metrics add column reported json;
