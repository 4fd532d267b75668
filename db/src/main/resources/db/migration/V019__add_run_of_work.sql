-- Work may be for one run: its nodes alone get it, and it ends with the run. What it names stands in what its buyer sent.
set lock_timeout = '10s';

alter table job_class
    add column run_id uuid generated always as ((spec ->> 'run')::uuid) stored references run;
create index job_class_of_run on job_class (run_id) where run_id is not null;

alter table task
    add column run_id uuid generated always as ((request ->> 'run')::uuid) stored references run;
create index task_of_run on task (run_id) where run_id is not null and finished_at is null;

-- Whose work may still have to end.
create index run_ended on run (changed_at) where state = 'ENDED';
