-- Artifacts are files named by their digest; these rows say whose they are, who else may read them and for how long they
-- are kept. Logs are rows, because they are small, bounded, and go when their job goes.
set lock_timeout = '10s';

-- A file takes at least one block of the disk, so that is what it counts for against a quota.
create function artifact_charge(size bigint) returns bigint language sql immutable as $$
    select greatest(size, 4096)
$$;

-- An account that uploaded these bytes itself. Equal bytes of two accounts are one file, and neither can tell.
create table artifact (
    account_id uuid        not null references account,
    sha256     text        not null constraint artifact_sha256_hex check (sha256 ~ '^[0-9a-f]{64}$'),
    size       bigint      not null constraint artifact_size_not_negative check (size >= 0),
    created_at timestamptz not null default now(),
    kept_until timestamptz not null,
    primary key (account_id, sha256)
);
create index artifact_by_digest on artifact (sha256);
create index artifact_by_end on artifact (kept_until);

-- An upload that has begun: its whole size is set aside from the quota before its first byte is read.
create table artifact_upload (
    account_id uuid        not null references account,
    sha256     text        not null constraint artifact_upload_sha256_hex check (sha256 ~ '^[0-9a-f]{64}$'),
    size       bigint      not null constraint artifact_upload_size_not_negative check (size >= 0),
    touched_at timestamptz not null default now(),
    primary key (account_id, sha256)
);
create index artifact_upload_by_age on artifact_upload (touched_at);

-- What an account's artifacts and begun uploads count for together. Every reservation locks this one row, so two at once
-- cannot both take the last of a quota.
create table artifact_usage (
    account_id uuid   primary key references account,
    bytes      bigint not null constraint artifact_usage_not_negative check (bytes >= 0)
);

create function count_artifact_usage() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into artifact_usage as u (account_id, bytes)
        select account_id, sum(artifact_charge(size)) from changed group by account_id order by account_id
            on conflict (account_id) do update set bytes = u.bytes + excluded.bytes;
    else
        perform 1 from artifact_usage where account_id in (select account_id from changed) order by account_id for update;
        update artifact_usage u set bytes = u.bytes - c.bytes
          from (select account_id, sum(artifact_charge(size)) as bytes from changed group by account_id) c
         where u.account_id = c.account_id;
    end if;
    return null;
end $$;
create trigger artifact_adds_usage after insert on artifact
    referencing new table as changed for each statement execute function count_artifact_usage();
create trigger artifact_frees_usage after delete on artifact
    referencing old table as changed for each statement execute function count_artifact_usage();
create trigger artifact_upload_adds_usage after insert on artifact_upload
    referencing new table as changed for each statement execute function count_artifact_usage();
create trigger artifact_upload_frees_usage after delete on artifact_upload
    referencing old table as changed for each statement execute function count_artifact_usage();

create function refuse_size_change() returns trigger language plpgsql as $$
begin
    raise exception 'the size of % is what was counted against the quota', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger artifact_size_fixed before update on artifact
    for each row when ((old.account_id, old.size) is distinct from (new.account_id, new.size)) execute function refuse_size_change();
create trigger artifact_upload_size_fixed before update on artifact_upload
    for each row when ((old.account_id, old.size) is distinct from (new.account_id, new.size)) execute function refuse_size_change();

-- The buyer may read what the proof of its job names. Dropped with the job's partition.
create table artifact_grant (
    job_id     uuid        not null,
    sha256     text        not null constraint artifact_grant_sha256_hex check (sha256 ~ '^[0-9a-f]{64}$'),
    account_id uuid        not null,
    primary key (job_id, sha256)
) partition by range (job_id);
create index artifact_grant_by_digest on artifact_grant (sha256, account_id);

-- A job's output as its miners told it: stretches of bytes by lease and offset. The middle of a long one is not kept.
create table job_log (
    job_id    uuid        not null,
    lease     bigint      not null,
    at_offset bigint      not null constraint job_log_offset_not_negative check (at_offset >= 0),
    attempt   smallint    not null,
    data      bytea       not null constraint job_log_data_bounds check (octet_length(data) between 1 and 65536),
    primary key (job_id, lease, at_offset)
) partition by range (job_id);

create or replace function ensure_job_partitions(since timestamptz, until timestamptz) returns integer language plpgsql as $$
declare
    week   timestamptz := date_trunc('week', since at time zone 'UTC') at time zone 'UTC';
    parent text;
    child  text;
    made   integer := 0;
begin
    perform pg_advisory_xact_lock(hashtext('ensure_job_partitions'));
    while week <= until loop
        foreach parent in array array['job', 'job_spec', 'job_event', 'job_result', 'artifact_grant', 'job_log'] loop
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

-- Every week that already has jobs gets the two new tables, and so do the weeks ahead.
select ensure_job_partitions(
    least(now(), (select min(to_date(substring(relname from '\d{4}w\d{2}$'), 'IYYY"w"IW'))::timestamp at time zone 'UTC'
                    from pg_class where relkind = 'r' and relname ~ '^job_\d{4}w\d{2}$')),
    now() + interval '14 days');
