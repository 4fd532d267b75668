-- A node's time begins when it is shown the challenge, not when that was made: what lies between is how often it asks. Those of before say
-- nothing of it.
set lock_timeout = '10s';

alter table challenge add column fetched_at timestamptz;
