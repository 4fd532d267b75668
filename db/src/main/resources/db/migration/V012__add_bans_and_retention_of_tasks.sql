-- Ended tasks go once nobody needs them, and a node may be kept from all work.
set lock_timeout = '10s';

-- Ended tasks by age; and what a task has, whichever of its places were given up: whoever deletes a task must find them.
create index task_ended on task (finished_at) where finished_at is not null;
create index task_node_of_task on task_node (task_id);
-- Groups that were dissolved before they began: a task that waits long leaves many.
create index node_group_never_placed on node_group (ended_at) where ended_at is not null and placed_at is null;

-- Why the operator keeps this node from work; who did it, and every ban before, is in the audit trail.
alter table node add column ban text constraint node_ban_given check (length(ban) between 1 and 500);
create index node_banned on node (id) where ban is not null;
-- what a node still has to be given on at once
create index task_node_live_of_node on task_node (node_id) where finished_at is null;

-- As before, but a week also stays while its task or its meter has not seen the end of one of its containers: what
-- remains to be paid is worked out from the job.
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
