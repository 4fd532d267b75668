-- Which node a step of a job was about: a former holder is found by its id, not by a name that another may take.
-- Steps from before this migration name none.
set lock_timeout = '10s';

alter table job_event add column node uuid;
